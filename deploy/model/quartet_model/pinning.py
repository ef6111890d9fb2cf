"""Writes what the hub has now of a model into the lock: trusted once, checked ever after."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from quartet_model.catalogue import Entry
from quartet_model.digests import file_digest
from quartet_model.errors import PreparationError
from quartet_model.hub import current_revision, download_from_hub
from quartet_model.sources_lock import Pins, read_lock, write_lock
from quartet_model.steps import say, step

_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TOKENIZERS = ("vocab.txt", "sentencepiece.bpe.model", "spiece.model", "tokenizer.model")


def pin_current(entry: Entry, lock_file: Path) -> None:
    lock = read_lock(lock_file)
    if entry.name in lock:
        raise PreparationError(
            f"{entry.name} is pinned already; to pin it anew, delete it from {lock_file.name} first"
        )
    with TemporaryDirectory(prefix="quartet-model-") as scratch, step(f"pin {entry.name}"):
        revision = current_revision(entry.hub, Path(scratch))
        files = {}
        for name in needed_files(entry.hub, revision.files):
            path = Path(scratch) / name
            download_from_hub(entry.hub, revision.commit, name, path)
            files[name] = file_digest(path)
    write_lock(lock_file, lock | {entry.name: Pins(revision.commit, files)})
    say(f"{entry.name} is pinned at commit {revision.commit} in {lock_file.name}")


def needed_files(repository: str, names: Sequence[str]) -> list[str]:
    """Configurations, tokenizer and one file of weights: not the same model for other engines."""
    weights = next((name for name in _WEIGHTS if name in names), None)
    if weights is None:
        raise PreparationError(f"{repository} has none of {', '.join(_WEIGHTS)}")
    return sorted(
        name
        for name in names
        if name in (weights, *_TOKENIZERS) or _is_configuration(name) or _is_module_weights(name)
    )


def _is_configuration(name: str) -> bool:
    """JSON at the root, or a module's, such as 1_Pooling/config.json."""
    folder, _, file = name.rpartition("/")
    return file.endswith(".json") if not folder else file == "config.json" and folder[0].isdigit()


def _is_module_weights(name: str) -> bool:
    """Of a Dense module, such as 2_Dense/model.safetensors."""
    folder, _, file = name.rpartition("/")
    return file in _WEIGHTS and folder[:1].isdigit() and "/" not in folder
