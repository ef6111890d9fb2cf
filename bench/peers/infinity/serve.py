"""Peer server: infinity-emb with its torch engine."""

import argparse
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=["torch"], required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model-folder", type=lambda path: Path(path).resolve(), required=True)
    options, _ = parser.parse_known_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["INFINITY_ANONYMOUS_USAGE_STATS"] = "0"
    infinity = str(Path(sys.executable).parent / "infinity_emb")
    where = ["--host=127.0.0.1", f"--port={options.port}", "--device=cpu"]
    # Its BetterTransformer does not exist for this version of transformers.
    engine = ["--engine=torch", "--no-bettertransformer", f"--model-id={options.model_folder}"]
    name = ["--served-model-name=paraphrase-MiniLM-L3-v2", "--log-level=warning"]
    os.execv(infinity, [infinity, "v2", *where, *engine, *name])
