"""A control group of one's own (v1, as root)."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Self

import pytest

NUMBERS = itertools.count()


class ControlGroup:
    """There while entered, empty by then. The test is skipped where none can be made."""

    def __init__(self, controller: str) -> None:
        name = f"quartet-test-{os.getpid()}-{next(NUMBERS)}"
        self._path = Path("/sys/fs/cgroup") / controller / name

    def __enter__(self) -> Self:
        try:
            self._path.mkdir()
        except OSError as error:
            pytest.skip(f"no control group can be made here: {error}")
        return self

    def __exit__(self, *_: object) -> None:
        self._path.rmdir()

    @property
    def launcher(self) -> tuple[str, ...]:
        """For RunningServer: it starts inside."""
        joining = f'echo $$ > "{self._path}/cgroup.procs" && exec "$@"'
        return ("sh", "-c", joining, "sh")

    def write(self, file: str, value: int) -> None:
        (self._path / file).write_text(str(value))

    def read(self, file: str) -> int:
        return int((self._path / file).read_text())

    def fact(self, file: str, key: str) -> int:
        """A value of a file of `key value` lines."""
        lines = (self._path / file).read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[0] == key)
