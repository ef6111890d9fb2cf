"""What the manifests say about the server is true of the binary."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from pathlib import Path

import pytest

from manifests import BASE, OVERLAYS, container_of, flags_of, pod_of, seconds

SERVER = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-server"
MODEL_CAN_NOT_BE_LOADED = 3
BAD_SETTING = 2

everywhere = pytest.mark.parametrize("folder", (BASE, *OVERLAYS))


def exit_code(*arguments: str) -> int:
    """Of a start that can't succeed: there is no such model."""
    return subprocess.run(
        [SERVER, "--model=no-such-model.pt", *arguments], capture_output=True, check=False
    ).returncode


@functools.cache
def help_text() -> str:
    return subprocess.run([SERVER, "--help"], capture_output=True, text=True, check=True).stdout


def default_of(flag: str) -> str:
    match = re.search(rf"^  {flag} .*?=(\S+) \(Env:", help_text(), re.MULTILINE)
    assert match, flag
    return match[1]


@everywhere
def test_the_server_takes_the_arguments(folder: str) -> None:
    assert exit_code(*container_of(folder)["args"]) == MODEL_CAN_NOT_BE_LOADED
    # Else the code above would say nothing about them.
    assert exit_code(*container_of(folder)["args"], "--no-such-flag=1") == BAD_SETTING


@everywhere
def test_ports_and_probes_have_the_numbers_that_the_server_listens_on(folder: str) -> None:
    listens = {
        name: flags_of(folder).get(flag, default_of(flag)).rsplit(":", 1)
        for name, flag in (
            ("grpc", "--listen"),
            ("admin", "--admin-listen"),
            ("metrics", "--metrics-listen"),
        )
    }
    assert {host for host, _ in listens.values()} == {"0.0.0.0"}
    ports = {port["name"]: port["containerPort"] for port in container_of(folder)["ports"]}
    assert ports == {name: int(port) for name, (_, port) in listens.items()}
    for kind in ("startup", "liveness", "readiness"):
        assert container_of(folder)[f"{kind}Probe"]["grpc"]["port"] == ports["admin"]


@everywhere
def test_the_grace_period_is_what_a_stop_may_take(folder: str) -> None:
    """It begins before preStop. The kubelet gives nothing more after it, but SIGKILL."""
    pre_stop = container_of(folder)["lifecycle"]["preStop"]["sleep"]["seconds"]
    lame_duck, drain = (
        seconds(flags_of(folder)[flag]) for flag in ("--lame-duck", "--drain-timeout")
    )
    assert pod_of(folder)["terminationGracePeriodSeconds"] == pre_stop + lame_duck + drain + 5


@everywhere
def test_readiness_fails_while_calls_are_still_taken(folder: str) -> None:
    """Who watches the kubelet's word, not ours, hears of the stop in the lame duck's time."""
    probe = container_of(folder)["readinessProbe"]
    noticed = probe["periodSeconds"] * probe["failureThreshold"]
    assert noticed <= seconds(flags_of(folder)["--lame-duck"])


@everywhere
def test_the_log_is_for_machines(folder: str) -> None:
    assert flags_of(folder)["--log-format"] == "json"
