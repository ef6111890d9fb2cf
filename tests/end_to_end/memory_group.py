"""A memory cgroup of one's own (v1, as root)."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest

V1_ROOT = Path("/sys/fs/cgroup/memory")
NUMBERS = itertools.count()


class MemoryGroup:
    """There while entered. The test is skipped where none can be made."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._path = V1_ROOT / f"quartet-test-{os.getpid()}-{next(NUMBERS)}"

    def __enter__(self) -> MemoryGroup:
        try:
            self._path.mkdir()
        except OSError as error:
            pytest.skip(f"no memory cgroup can be made here: {error}")
        self.set_limit(self._limit_bytes)
        return self

    def __exit__(self, *_: object) -> None:
        self._path.rmdir()

    @property
    def launcher(self) -> tuple[str, ...]:
        """For RunningServer: it starts inside."""
        joining = f'echo $$ > "{self._path}/cgroup.procs" && exec "$@"'
        return ("sh", "-c", joining, "sh")

    def set_limit(self, limit_bytes: int) -> None:
        (self._path / "memory.limit_in_bytes").write_text(str(limit_bytes))

    def usage_bytes(self) -> int:
        return int((self._path / "memory.usage_in_bytes").read_text())

    def working_set_bytes(self) -> int:
        return self.usage_bytes() - self.fact("memory.stat", "inactive_file")

    def fact(self, file: str, key: str) -> int:
        """A value of a file of `key value` lines."""
        lines = (self._path / file).read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.split()[0] == key)
