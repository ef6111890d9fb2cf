"""Plots are drawn of whatever was measured, on a machine with slow spells too."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench/report"))

import matplotlib.pyplot as plt
import plots
import pytest
from tables import Results


def probe(int8: float) -> dict[str, Any]:
    return {threads: {"int8": int8, "bf16": None, "fp32": 1.0} for threads in ("1", "2")}


def turn(kind: str, subject: str, speed: float, answered: int) -> dict[str, Any]:
    figures = {
        "offered_calls_per_s": 100.0,
        "texts_per_s": float(answered),
        "latency_ms": {"count": answered, "p99": 2.0},
    }
    load = {"kind": kind, "subject": subject, "load": "4 clients", "figures": figures}
    return load | {"probes": [probe(speed)] * 2}


def test_a_subject_without_a_steady_turn_is_drawn_from_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines: list[Any] = []
    close = plt.close
    monkeypatch.setattr(plt, "close", lambda: lines.extend(plt.gca().lines))
    turns = [turn("open", "quartet", 400, 9), turn("open", "seed", 100, 9)]
    plots.latency_by_offered_load(Results({"records": turns}), tmp_path / "plot.png")
    assert [line.get_xydata().tolist() for line in lines] == [[[100, 2]], [[100, 2]]]
    close()


@pytest.mark.parametrize(
    ("kind", "plot"),
    [("open", plots.latency_by_offered_load), ("closed", plots.throughput_by_clients)],
)
def test_a_run_in_which_no_call_was_answered_has_an_empty_plot(
    kind: str, plot: Any, tmp_path: Path
) -> None:
    path = plot(Results({"records": [turn(kind, "quartet", 400, 0)]}), tmp_path / "plot.png")
    assert path.stat().st_size > 1000
