"""Files and folders that appear under their final name complete, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_file(final: Path) -> Iterator[Path]:
    """Yields a path to write to; it becomes `final` when the block ends without an exception.

    The partial file lies in the folder of `final`, because a rename is atomic only within one file
    system, and carries the process id, so that two runs at once do not write into one file.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_name(f".{final.name}.{os.getpid()}.partial")
    try:
        yield partial
        _sync(partial)
        os.replace(partial, final)
        _sync(final.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def atomic_folder(final: Path) -> Iterator[Path]:
    """As `atomic_file`, for a folder. A folder that is in the way is replaced."""
    final.parent.mkdir(parents=True, exist_ok=True)
    partial = final.with_name(f".{final.name}.{os.getpid()}.partial")
    replaced = final.with_name(f".{final.name}.{os.getpid()}.replaced")
    shutil.rmtree(partial, ignore_errors=True)  # of a killed run that had the same process id
    partial.mkdir()
    try:
        yield partial
        for path in partial.rglob("*"):
            _sync(path)
        if final.exists():
            os.rename(final, replaced)
        os.rename(partial, final)
        _sync(final.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(replaced, ignore_errors=True)


def _sync(path: Path) -> None:
    """Brings a file's contents (or a folder's entries) to disk, before something relies on them."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
