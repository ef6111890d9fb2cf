"""The autoscalers ask for what there is, and see a load, an idle service and a lost one apart."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from manifests import OVERLAYS, ROOT, Json, container_of, only, quantity, read

SMALL, STANDARD = OVERLAYS
COMPONENTS = ROOT / "deploy/kubernetes/components"
SCALED_OBJECT = read(COMPONENTS / "queue-autoscaling/scaled-object.yaml")


def trigger(kind: str) -> Json:
    (found,) = [found for found in SCALED_OBJECT["spec"]["triggers"] if found["type"] == kind]
    metadata: Json = found
    return metadata


def series(name: str, instance: str, values: str) -> Json:
    labels = f'job="quartet",instance="{instance}"'
    return {"series": f"{name}{{{labels}}}", "values": values}


WAITS = "quartet:queue_seconds:p95_5m"
READY = [series("quartet_ready", instance, "1 1") for instance in "ab"]


@pytest.mark.parametrize(
    ("input_series", "result"),
    [
        ([*READY, series(WAITS, "a", "0.5 0.5"), series(WAITS, "b", "0.25 0.25")], 0.375),
        ([*READY, series(WAITS, "a", "0.5 0.5"), series(WAITS, "b", "NaN NaN")], 0.25),
        ([*READY, series(WAITS, "a", "NaN NaN"), series(WAITS, "b", "NaN NaN")], 0),
        ([*READY], 0),
        ([], None),
    ],
    ids=["both wait", "one is idle", "both are idle", "no rule has run yet", "none is scraped"],
)
def test_the_query_is_the_mean_wait(
    input_series: list[Json], result: float | None, tmp_path: Path
) -> None:
    samples: list[Any] = [] if result is None else [{"labels": "{}", "value": result}]
    query = trigger("prometheus")["metadata"]["query"]
    look = {"expr": query, "eval_time": "1m", "exp_samples": samples}
    test = {"interval": "1m", "input_series": input_series, "promql_expr_test": [look]}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump({"tests": [test]}))
    outcome = subprocess.run(
        ["promtool", "test", "rules", tmp_path / "tests.yml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_query_reads_a_recording_rule_that_there_is() -> None:
    groups = read(ROOT / "deploy/prometheus/recording.yml")["groups"]
    recorded = {rule["record"] for group in groups for rule in group["rules"]}
    assert WAITS in recorded
    assert WAITS in trigger("prometheus")["metadata"]["query"]


def test_a_lost_prometheus_is_no_empty_queue() -> None:
    assert trigger("prometheus")["metadata"]["ignoreNullValues"] == "false"


def test_a_wait_is_compared_as_it_is() -> None:
    """KEDA's default, AverageValue, would divide it by the number of replicas."""
    assert trigger("prometheus")["metricType"] == "Value"


def test_replicas_come_before_the_queue_alerts() -> None:
    groups = read(ROOT / "deploy/prometheus/alerts.yml")["groups"]
    (alert,) = [
        rule for group in groups for rule in group["rules"] if rule["alert"] == "QuartetQueueSlow"
    ]
    threshold = float(trigger("prometheus")["metadata"]["threshold"])
    assert threshold < float(alert["expr"].split(">")[1])


def test_the_autoscalers_target_is_the_deployment() -> None:
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "quartet"}
    assert only(SMALL, "Deployment")["metadata"]["name"] == deployment["name"]
    assert only(SMALL, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"] == deployment
    assert only(STANDARD, "ScaledObject")["spec"]["scaleTargetRef"] == {"name": deployment["name"]}


def test_one_replica_can_go() -> None:
    assert only(SMALL, "HorizontalPodAutoscaler")["spec"]["minReplicas"] >= 2
    assert only(STANDARD, "ScaledObject")["spec"]["minReplicaCount"] >= 2


def test_both_scale_at_the_same_cpu_and_before_it_is_used_up() -> None:
    (metric,) = only(SMALL, "HorizontalPodAutoscaler")["spec"]["metrics"]
    at = metric["resource"]["target"]["averageValue"]
    assert trigger("cpu")["metadata"]["value"] == at
    assert trigger("cpu")["metricType"] == metric["resource"]["target"]["type"] == "AverageValue"
    for folder in OVERLAYS:
        limit = quantity(container_of(folder)["resources"]["limits"]["cpu"])
        assert quantity(at) <= 0.7 * min(limit, 2)  # no more than two lanes compute
