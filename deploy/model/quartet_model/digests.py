"""SHA-256 of files and of weights: how this package knows that two things are the same."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from quartet_model.errors import PreparationError

if TYPE_CHECKING:  # numpy only when weights are hashed: deciding to skip must stay quick
    from quartet_model.bert_weights import Weights


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file_digest(path: Path, expected: str) -> None:
    actual = file_digest(path)
    if actual != expected:
        raise PreparationError(f"{path.name}: SHA-256 is {actual}, expected {expected}")


def tree_digest(files: Iterable[Path], root: Path) -> str:
    """One digest over the names (relative to `root`) and the contents of several files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()} {file_digest(path)}\n".encode())
    return digest.hexdigest()


def weights_digest(weights: "Weights") -> str:
    """One digest over names, shapes and values, whatever kind of file the weights came from.

    It lets one pinned value check a model that the hub stores as safetensors and a package as ONNX.
    """
    digest = hashlib.sha256()
    for name in sorted(weights):
        array = weights[name]
        shape = ",".join(str(size) for size in array.shape)
        digest.update(f"{name} float32 {shape}\n".encode())
        digest.update(array.astype("<f4", copy=False).tobytes())
    return digest.hexdigest()


def check_weights_digest(weights: "Weights", origin: str, expected: str) -> None:
    actual = weights_digest(weights)
    if actual != expected:
        raise PreparationError(f"weights of {origin}: digest is {actual}, expected {expected}")
