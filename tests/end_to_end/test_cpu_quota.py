"""In a real CPU quota (v1, as root; elsewhere it is skipped) the server picks its threads, says
what it found and is seldom throttled below its capacity."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from cpp_client import record_its_texts
from cpu_group import CpuGroup, Periods
from metrics_page import metric
from running_server import BINARY, RunningServer

# Longer, on a machine that does nothing else, shows how seldom: `pytest -s`.
SECONDS = float(os.environ.get("QUARTET_QUOTA_SECONDS", "5"))
# Less than 0.01 on a quiet machine (QUARTET_QUOTA_SECONDS=60); those of tests are not quiet.
# Without pauses of the lanes it is 0.1 with one core.
MOST_THROTTLED = 0.06


def load(server: RunningServer, *flags: str) -> dict[str, Any]:
    arguments = [f"--target={server.address}", "--warm-up-seconds=1", f"--seconds={SECONDS}"]
    record_its_texts(*flags)
    finished = subprocess.run(
        [BINARY.with_name("quartet-bench"), *arguments, "--json", *flags],
        stdout=subprocess.PIPE,
        check=True,
    )
    result: dict[str, Any] = json.loads(finished.stdout)
    return result


def told_periods(server: RunningServer) -> Periods:
    page = server.scrape()
    names = ("periods", "throttled_periods")
    return Periods(*(int(metric(page, f"quartet_cgroup_cpu_{name}_total")) for name in names))


@pytest.mark.parametrize(("cores", "threads"), [(1.0, 1), (1.5, 1), (2.0, 2)])
def test_threads_follow_the_quota(cores: float, threads: int, start_server: Any) -> None:
    if len(os.sched_getaffinity(0)) < threads:
        pytest.skip("this machine has fewer CPUs")
    with CpuGroup(cores) as group:
        server = start_server(launcher=group.launcher)
        assert server.ready["threads"] == str(threads)
        assert server.events[0]["cpu_limit"] == f"{cores:.2f}"
        assert metric(server.scrape(), "quartet_cgroup_cpu_limit_cores") == cores
        assert server.stop() == 0


@pytest.mark.parametrize("cores", [1.0, 2.0])
def test_at_seven_tenths_of_its_capacity_it_is_seldom_throttled(
    cores: float, start_server: Any
) -> None:
    with CpuGroup(cores) as group:
        server = start_server(launcher=group.launcher)
        capacity = load(server, "--clients=16")["texts_per_s"]
        before = group.periods()
        rate = 0.7 * capacity
        figures = load(server, "--mode=open", f"--rate={rate:.1f}", f"--pid={server.process.pid}")
        told, after = told_periods(server), group.periods()
        assert server.stop() == 0
    assert before.throttled <= told.throttled <= after.throttled
    assert before.all < told.all <= after.all
    periods, throttled = after.all - before.all, after.throttled - before.throttled
    print(
        f"quota {cores}: capacity {capacity:.0f} texts/s; at 70 % {throttled} of {periods} periods"
        f" throttled, {figures['server']['cpu_s'] / SECONDS:.2f} cores,"
        f" p99 {figures['latency_ms']['p99']:.1f} ms"
    )
    assert throttled <= MOST_THROTTLED * periods
