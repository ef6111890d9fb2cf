"""A CPU quota of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from control_group import ControlGroup


@dataclass(frozen=True)
class Periods:
    all: int
    throttled: int


class CpuGroup(ControlGroup):
    def __init__(self, cores: float) -> None:
        super().__init__("cpu")
        self._cores = cores

    def __enter__(self) -> Self:
        super().__enter__()
        self.write("cpu.cfs_quota_us", int(self._cores * self.read("cpu.cfs_period_us")))
        return self

    def periods(self) -> Periods:
        """Those so far in which something ran."""
        all_periods, throttled = (
            self.fact("cpu.stat", key) for key in ("nr_periods", "nr_throttled")
        )
        return Periods(all_periods, throttled)
