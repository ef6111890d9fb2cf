"""The dashboard drawn from a real Prometheus' answers about a real server at work. README's
picture is made so too: QUARTET_PICTURE names the file, QUARTET_PICTURE_SECONDS says how long the
load lasts.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "deploy/grafana"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "deploy/grafana"))

from cpp_client import record_its_texts
from cpu_group import CpuGroup
from dashboard import Json, data_panels
from draw import Series, Source, draw
from memory_group import MemoryGroup
from running_prometheus import RunningPrometheus

BENCH = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-bench"
SECONDS = float(os.environ.get("QUARTET_PICTURE_SECONDS", "5"))
# A quiet spell, a busy one, one of long texts, more than it can do, and a quiet one again.
LOADS = [
    "--mode=open --rate=50",
    "--mode=open --rate=200 --channels=4",
    "--mode=closed --clients=8 --mix=mixed",
    "--mode=open --rate=4000 --channels=8",
    "--mode=open --rate=20",
]
# What there may be nothing of in so short a time.
MAY_BE_EMPTY = {"Restarts within an hour", "Throttled periods", "Errors", "Refused"}


def work(address: str) -> None:
    for load in LOADS:
        seconds = SECONDS / len(LOADS)
        record_its_texts(*load.split())
        command: list[str | Path] = [
            BENCH,
            f"--target={address}",
            f"--seconds={seconds}",
            "--warm-up-seconds=0",
        ]
        subprocess.run(
            [*command, *load.split()], check=False, capture_output=True, timeout=seconds + 60
        )


def test_every_panel_is_drawn_from_what_prometheus_has_seen(
    start_server: Any, tmp_path: Path
) -> None:
    picture = Path(os.environ.get("QUARTET_PICTURE", tmp_path / "quartet.png"))
    with MemoryGroup(limit_bytes=400_000_000) as memory, CpuGroup(cores=2) as cpu:
        server = start_server(launcher=(*cpu.launcher, *memory.launcher))
        prometheus = RunningPrometheus(server, tmp_path)
        try:
            prometheus.wait_for("quartet_ready")
            start = time.time()
            work(server.address)
            prometheus.wait_for("quartet:embed_seconds:p95_5m >= 0")
            counts = draw(Source(prometheus.url, time.time(), time.time() - start), picture)
        finally:
            prometheus.kill()
            server.kill()  # a group goes only without processes
    assert set(counts) == {panel["title"] for panel in data_panels()}
    assert {title for title, count in counts.items() if count == 0} <= MAY_BE_EMPTY
    assert 20_000 < picture.stat().st_size < 200_000


class Idle(Source):
    """Half of its series are NaN, as quantiles of an idle server are, and half start so."""

    def series(self, panel: Json) -> list[Series]:
        values = [math.nan, math.nan if panel["id"] % 2 else 2.0]
        return [Series("name", {}, [-1, 0], values)]


def test_an_idle_server_is_drawn_too(tmp_path: Path) -> None:
    counts = draw(Idle(url="", end=0, seconds=1), tmp_path / "quartet.png")
    assert set(counts.values()) == {0, 1}
