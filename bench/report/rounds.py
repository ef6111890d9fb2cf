"""From repeated turns to one figure: which turns count, median, spread. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
Probes = dict[str, dict[str, float | None]]  # Gop/s by threads and precision

# A turn is set aside when a probe beside it is below this share of what the machine showed it can.
# Two virtual cores that share a real one halve the two-thread probe; ordinary noise is within 10 %.
STEADY_SHARE = 0.85
PRECISIONS = ("int8", "bf16", "fp32")


def probed_precision(probe: Probes) -> str:
    """The first that this CPU has kernels for."""
    return next(p for p in PRECISIONS if probe["1"][p] is not None)


def machine_speed(records: Sequence[Record]) -> dict[str, float]:
    """What the probes reach on this machine, by threads: their 90th percentile."""
    probes = [probe for record in records for probe in record.get("probes", [])]
    speeds = {}
    for threads in ("1", "2"):
        values = sorted(probe[threads][probed_precision(probe)] for probe in probes)
        if values:
            speeds[threads] = values[int(0.9 * (len(values) - 1))]
    return speeds


def is_steady(record: Record, speed: dict[str, float]) -> bool:
    return all(
        probe[threads][probed_precision(probe)] >= STEADY_SHARE * speed[threads]
        for probe in record["probes"]
        for threads in speed
    )


def steady_or_all(records: Sequence[Record], speed: dict[str, float]) -> list[Record]:
    """A subject with no steady turn is shown by what it has rather than left out."""
    return [record for record in records if is_steady(record, speed)] or list(records)


@dataclass(frozen=True)
class Figure:
    """Of the steady turns; of all of them when none was steady, which `steady` 0 says."""

    median: float
    low: float
    high: float
    turns: int
    steady: int


def figure(
    records: Sequence[Record], value: Callable[[Record], float], speed: dict[str, float]
) -> Figure | None:
    """None: no records."""
    if not records:
        return None
    values = [value(record) for record in steady_or_all(records, speed)]
    steady = sum(is_steady(record, speed) for record in records)
    return Figure(statistics.median(values), min(values), max(values), len(records), steady)
