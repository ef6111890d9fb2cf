"""What a Prometheus sees of a running server, and which of our alerts fire in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fleet_client import FleetClients
from memory_group import MemoryGroup
from metrics_page import METRICS_OF_FILES
from running_prometheus import RULES, RunningPrometheus
from running_server import ROOT, RunningServer

DASHBOARD = ROOT / "deploy/grafana/quartet.json"
# Functions and words of PromQL, labels and label values: everything else in a rule is a metric.
METRIC = re.compile(r"\b((?:grpc_server|quartet|process)_[a-z_]+)\b")


@pytest.fixture
def start_prometheus(tmp_path: Path) -> Iterator[Callable[[RunningServer], RunningPrometheus]]:
    started: list[RunningPrometheus] = []

    def start(server: RunningServer) -> RunningPrometheus:
        started.append(RunningPrometheus(server, tmp_path))
        return started[-1]

    yield start
    for prometheus in started:
        prometheus.kill()


def expressions() -> list[str]:
    rules = []
    for file in ("recording.yml", "alerts.yml"):
        for group in yaml.safe_load((RULES / file).read_text())["groups"]:
            rules += [rule["expr"] for rule in group["rules"]]
    return rules


def firing(name: str) -> str:
    return f'ALERTS{{alertname="{name}", alertstate="firing"}}'


def test_every_metric_of_rules_and_dashboard_is_exported(server: RunningServer) -> None:
    exported = set(re.findall(r"^([a-z_]+?)(?:\{.*\})? ", server.scrape(), re.MULTILINE))
    queries = [*expressions(), DASHBOARD.read_text()]
    used = {name for query in queries for name in METRIC.findall(query)}
    assert len(used) > 30
    assert used <= exported | METRICS_OF_FILES


def test_probes_follow_health(server: RunningServer) -> None:
    assert server.probe("healthz") == (200, "ok\n")
    assert server.probe("readyz") == (200, "ok\n")


def test_prometheus_scrapes_a_server_under_load(
    start_server: Any, start_prometheus: Any, api: Any
) -> None:
    server = start_server()
    prometheus = start_prometheus(server)
    with FleetClients([server.address], api, 2) as clients:
        prometheus.wait_for("quartet:embeds:rate5m > 10")
        prometheus.wait_for("quartet:embed_seconds:p95_5m < 1")
        prometheus.wait_for("quartet:cpu_used:ratio >= 0")
        clients.check()
    assert prometheus.query('up{job="quartet"}')[0]["value"][1] == "1"
    for quiet in ("QuartetDown", "QuartetErrors", "QuartetSlow", "QuartetStuck", "QuartetNotReady"):
        assert not prometheus.query(firing(quiet)), quiet


def test_a_forced_queue_makes_the_refusals_alert_fire(
    start_server: Any, start_prometheus: Any, api: Any
) -> None:
    server = start_server("--max-queue-time=1ms")
    prometheus = start_prometheus(server)
    with FleetClients([server.address], api, 32, tolerate_refusals=True):
        prometheus.wait_for(firing("QuartetRefuses"))


def test_memory_pressure_in_a_real_group_makes_the_memory_alert_fire(
    start_server: Any, start_prometheus: Any
) -> None:
    with MemoryGroup(limit_bytes=1 << 30) as group:
        server = start_server(launcher=group.launcher)
        prometheus = start_prometheus(server)
        prometheus.wait_for("quartet:memory_used:ratio > 0")
        assert not prometheus.query(firing("QuartetMemoryHigh"))
        group.set_limit(int(group.usage_bytes() * 1.1))
        prometheus.wait_for(firing("QuartetMemoryCritical"))
        prometheus.wait_for(firing("QuartetMemoryHigh"))
        server.kill()  # a group goes only without processes
