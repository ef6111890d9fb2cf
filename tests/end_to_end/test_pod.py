"""The life of a container of deploy/kubernetes: it starts, is probed, serves and stops in time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from running_pod import RunningPod, pod_spec, sandboxed, skip_where_there_can_be_none
from running_server import BINARY, ROOT

EMBED = "quartet.v1.EmbeddingService/Embed"
TEXTS = {"texts": ["A man is eating."]}


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> None:
    skip_where_there_can_be_none()


@pytest.fixture
def pod(tmp_path: Path) -> Iterator[RunningPod]:
    running = RunningPod(tmp_path / "log")
    yield running
    running.kill()


def started(pod: RunningPod) -> RunningPod:
    startup = pod.container["startupProbe"]
    pod.wait_until("startup", True, startup["periodSeconds"] * startup["failureThreshold"])
    return pod


@pytest.mark.parametrize("folder", ["/tmp", "/var/tmp"])
def test_the_sandbox_can_not_be_written_to(folder: str) -> None:
    """Else the next test would not show that the server needs no such place."""
    command = sandboxed(["touch", f"{folder}/quartet-test"])
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Read-only file system" in tried.stderr


def test_it_serves_until_it_stops_within_the_grace_period(pod: RunningPod) -> None:
    started(pod)
    ports = {port["name"]: port["containerPort"] for port in pod.container["ports"]}
    assert pod.probe("liveness")
    assert pod.probe("readiness")
    assert pod.grpcurl(ports["grpc"], EMBED, TEXTS).returncode == 0
    assert "\nquartet_ready 1\n" in pod.fetch(ports["metrics"], "metrics")

    grace = pod_spec()["terminationGracePeriodSeconds"]
    pod.terminate()
    pod.wait_until("readiness", False, grace)
    # The lame duck: clients that have not heard of it yet are still served.
    assert pod.grpcurl(ports["grpc"], EMBED, TEXTS).returncode == 0
    assert pod.probe("liveness")
    pre_stop = pod.container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod.process.wait(grace - pre_stop) == 0
    assert [line["event"] for line in pod.log()][-1] == "stopped"


def test_the_healthcheck_of_compose_says_whether_it_takes_calls(pod: RunningPod) -> None:
    compose = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    word, program, *arguments = compose["services"]["quartet"]["healthcheck"]["test"]
    assert word == "CMD"
    command = [BINARY.with_name(Path(program).name), *arguments]
    started(pod)
    assert pod.run_inside(*command).returncode == 0
    pod.terminate()
    pod.wait_until("readiness", False, 30)
    assert pod.run_inside(*command).returncode == 1
