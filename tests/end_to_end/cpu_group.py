"""A CPU cgroup of one's own (v1, as root)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

V1_ROOT = Path("/sys/fs/cgroup/cpu")
PERIOD_MICROSECONDS = 100_000


class CpuGroup:
    """There while entered. The test is skipped where none can be made."""

    def __init__(self, cores: float) -> None:
        self._cores = cores
        self._path = V1_ROOT / f"quartet-test-{os.getpid()}"

    def __enter__(self) -> CpuGroup:
        try:
            self._path.mkdir()
        except OSError as error:
            pytest.skip(f"no CPU cgroup can be made here: {error}")
        quota = int(self._cores * PERIOD_MICROSECONDS)
        (self._path / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
        (self._path / "cpu.cfs_quota_us").write_text(str(quota))
        return self

    def __exit__(self, *_: object) -> None:
        self._path.rmdir()

    @property
    def launcher(self) -> tuple[str, ...]:
        """For RunningServer: it starts inside."""
        joining = f'echo $$ > "{self._path}/cgroup.procs" && exec "$@"'
        return ("sh", "-c", joining, "sh")
