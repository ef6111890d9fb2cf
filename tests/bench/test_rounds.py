"""Which turns count, and what is made of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench/report"))

import pytest
from rounds import Figure, figure, is_steady, machine_speed, probed_precision


def probe(one: float | None, two: float | None, fp32: float = 1.0) -> dict[str, Any]:
    return {
        threads: {"int8": int8, "bf16": None, "fp32": fp32}
        for threads, int8 in (("1", one), ("2", two))
    }


def turn(value: float, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"value": value, "probes": [before, after]}


GOOD = probe(400, 800)
SPEED = {"1": 400.0, "2": 800.0}


def test_a_cpu_without_int8_kernels_is_probed_in_what_it_has() -> None:
    assert probed_precision(probe(400, 800)) == "int8"
    assert probed_precision(probe(None, None)) == "fp32"


def test_the_machines_speed_is_what_it_reaches_often_and_not_its_luckiest_probe() -> None:
    turns = [turn(1, GOOD, GOOD)] * 9 + [turn(1, GOOD, probe(900, 1800))]
    assert machine_speed(turns) == SPEED


@pytest.mark.parametrize(
    ("before", "after", "steady"),
    [
        (GOOD, GOOD, True),
        (probe(345, 690), GOOD, True),  # 86 %: noise
        (GOOD, probe(400, 430), False),  # the two cores share a real one
        (probe(300, 800), GOOD, False),  # slowed
        (GOOD, probe(300, 600), False),
    ],
)
def test_a_turn_beside_a_slow_probe_is_set_aside(
    before: dict[str, Any], after: dict[str, Any], steady: bool
) -> None:
    assert is_steady(turn(1, before, after), SPEED) is steady


def test_a_figure_is_the_median_of_the_steady_turns() -> None:
    slow = probe(400, 430)
    turns = [turn(3, GOOD, GOOD), turn(1, GOOD, GOOD), turn(99, GOOD, slow), turn(2, GOOD, GOOD)]
    expected = Figure(median=2, low=1, high=3, turns=4, steady=3)
    assert figure(turns, lambda record: record["value"], SPEED) == expected


def test_when_no_turn_was_steady_all_count_and_it_shows() -> None:
    slow = probe(400, 430)
    turns = [turn(1, slow, slow), turn(3, slow, slow)]
    expected = Figure(median=2, low=1, high=3, turns=2, steady=0)
    assert figure(turns, lambda record: record["value"], SPEED) == expected


def test_nothing_measured_is_no_figure() -> None:
    assert figure([], lambda record: record["value"], SPEED) is None
