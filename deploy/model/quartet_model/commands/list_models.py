"""`list`: the catalogue, and what of it is here."""

import argparse

from quartet_model.artefact_contents import read_contents
from quartet_model.catalogue import read_catalogue
from quartet_model.errors import PreparationError
from quartet_model.paths import CATALOGUE, LOCK, MODELS, source_folder
from quartet_model.sources_lock import read_lock

HELP = "list the catalogue, and what is fetched and exported here"


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Has none."""


def run(_: argparse.Namespace) -> None:
    catalogue = read_catalogue(CATALOGUE)
    lock = read_lock(LOCK)
    for entry in catalogue.entries.values():
        default = " (the default)" if entry.name == catalogue.default else ""
        print(f"{entry.name}{default}\n    {entry.summary}; {entry.license}")
        print(
            f"    {entry.dimension} dimensions, {entry.max_sequence_length} tokens, "
            f"{entry.tokenizer}; "
            + (f"verified in {', '.join(entry.verified)}" if entry.verified else "never verified")
            + ("" if entry.name in lock else ", not pinned")
            + ("; fetched" if source_folder(entry.name).is_dir() else "")
        )
    print(f"Artefacts in {MODELS}:" if MODELS.is_dir() else "No artefacts yet.")
    for path in sorted(MODELS.glob("*.pt")):
        try:
            contents = read_contents(path)
            manifest = contents.manifest
            shown = f"{manifest['name']} {manifest['precision']}, {contents.fingerprint[:12]}"
        except (PreparationError, KeyError) as error:
            shown = f"not usable: {error}"
        print(f"    {path.name}: {shown}")
