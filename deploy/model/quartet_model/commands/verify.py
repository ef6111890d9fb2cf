"""`verify`: an artefact against sentence-transformers with the folder that it was made from."""

import argparse
from pathlib import Path

from quartet_model.artefact_contents import read_contents
from quartet_model.errors import PreparationError
from quartet_model.wanted_model import find_model

HELP = "compare an artefact with sentence-transformers: ids, vectors, speed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("artefact", type=Path, metavar="FILE")
    parser.add_argument(
        "model",
        nargs="?",
        metavar="NAME|DIR",
        help="what it was made from (default: the model of the catalogue that it is named after)",
    )


def run(options: argparse.Namespace) -> None:
    manifest = read_contents(options.artefact).manifest
    model = find_model(options.model or str(manifest.get("name")))
    if options.model is None and model.entry is None:
        raise PreparationError(f"{model.name} is not in the catalogue: name the folder, too")
    from quartet_model.report import report

    report(options.artefact, model.ensure_folder())
