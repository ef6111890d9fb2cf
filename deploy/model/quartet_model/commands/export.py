"""`export`: the artefact of a model of the catalogue or of a local folder, verified."""

import argparse
from pathlib import Path

from quartet_model.errors import PreparationError
from quartet_model.paths import PREPARATION, artefact_path
from quartet_model.precision import DEFAULT_PRECISION, PRECISIONS
from quartet_model.stamp import is_up_to_date, write_stamp
from quartet_model.steps import say
from quartet_model.wanted_model import find_model

HELP = "make the artefact that the server loads, and verify it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        nargs="?",
        metavar="NAME|DIR",
        help="a model of the catalogue, or a local sentence-transformers folder (default: the "
        "default model)",
    )
    parser.add_argument("--source", metavar="DIR", help="the same as DIR")
    parser.add_argument("--name", help="the model's name (default: NAME, or the name of DIR)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the artefact (default: build/models/NAME.pt, NAME-fp32.pt)",
    )
    parser.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=DEFAULT_PRECISION,
        help="what the model computes in (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> None:
    model = find_model(options.source or options.model)
    if options.name and model.entry is not None:
        raise PreparationError(f"--name is for a folder: {model.name} has its name already")
    name = options.name or model.name
    artefact = options.output or artefact_path(name, options.precision)
    source = f"{name} {model.identity()}"
    if is_up_to_date(artefact, PREPARATION, options.precision, source):
        say(f"{artefact} is up to date")
        return
    # Torch and its company: not before it is sure that they are needed.
    from quartet_model.export import export_artefact

    export_artefact(model.ensure_folder(), name, artefact, options.precision, model.entry)
    write_stamp(artefact, PREPARATION, options.precision, source)
