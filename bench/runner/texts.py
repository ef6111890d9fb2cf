"""The texts of all subjects, as token ids for those without a tokenizer."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from subjects import ARTEFACT, BIN, IDS_FOLDER, MODEL_FOLDER


@dataclass(frozen=True)
class TextSet:
    name: str  # "fours-": in batches of four
    mix: str
    count: int
    seed: int


ENGINE_SETS = [
    TextSet("one-16", "16", 64, 1),
    TextSet("one-128", "128", 32, 1),
    TextSet("fours-short", "short", 240, 1),
    TextSet("fours-mixed", "mixed", 80, 1),
]
VERIFY = TextSet("verify", "mixed", 300, 2)
CALIBRATION = TextSet("short", "short", 300, 3)


def write_sets() -> None:
    IDS_FOLDER.mkdir(parents=True, exist_ok=True)
    for each in [*ENGINE_SETS, VERIFY, CALIBRATION]:
        mix = [f"--mix={each.mix}", f"--count={each.count}", f"--seed={each.seed}"]
        ids = [f"--ids={IDS_FOLDER / each.name}.ids", f"--model={ARTEFACT}"]
        texts = f"--texts={IDS_FOLDER / each.name}.txt"
        subprocess.run([BIN / "quartet-texts", *mix, *ids, texts], check=True)


def operations_per_text(each: TextSet) -> float:
    """The dense work of a text of the set, on average: multiplications and additions, each one.

    Of a token in a layer: query, key, value and output (4 h^2), the feed-forward network (2 h f),
    and attention's two products with each token of the text (2 t h).
    """
    config = json.loads((MODEL_FOLDER / "config.json").read_text())
    layers, hidden = config["num_hidden_layers"], config["hidden_size"]
    weights = 4 * hidden**2 + 2 * hidden * config["intermediate_size"]
    lines = (IDS_FOLDER / f"{each.name}.ids").read_text().splitlines()
    tokens = [len(line.split()) for line in lines]
    products: int = sum(t * layers * (weights + 2 * t * hidden) for t in tokens)
    return 2 * products / len(tokens)
