"""Peer server: gunicorn with three workers, as it is run to be replaced.

Variant `recycling` ends a worker after 50 requests, which its operators do because it leaks;
`steady` never does. The timeout is long: the bench stops idle subjects for minutes.
"""

import argparse
import os
import sys
from pathlib import Path

VARIANTS = {"recycling": ["--max-requests=50"], "steady": []}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=VARIANTS, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model-folder", type=lambda path: Path(path).resolve(), required=True)
    options, _ = parser.parse_known_args()
    os.environ["SEED_MODEL_FOLDER"] = str(options.model_folder)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.chdir(Path(__file__).resolve().parent)
    gunicorn = [sys.executable, "-m", "gunicorn", f"--bind=127.0.0.1:{options.port}"]
    flags = ["--workers=3", "--timeout=600", "--log-level=warning", *VARIANTS[options.variant]]
    os.execv(sys.executable, [*gunicorn, *flags, "app:app"])
