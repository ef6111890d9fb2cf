"""`inspect`: what is in an artefact."""

import argparse
from pathlib import Path

HELP = "tell what is in an artefact: manifest, sizes, fingerprint, golden texts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("artefact", type=Path, metavar="FILE")


def run(options: argparse.Namespace) -> None:
    from quartet_model.artefact_contents import describe, read_contents

    for name, value in describe(read_contents(options.artefact)).items():
        print(f"{name:<19} {value}")
