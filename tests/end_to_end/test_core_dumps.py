"""A server's memory, where clients' texts are, is neither dumped nor read by others."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from metrics_page import metric
from running_server import RunningServer


def crash(start_server: Any, api: Any, folder: Path, *flags: str) -> str:
    """A server that serves a text and ends by SIGABRT, where it may write a core file of any
    size. The limit for core files that it had."""
    launcher = ("prlimit", "--core=unlimited", "env", f"--chdir={folder}")
    server = start_server(*flags, launcher=launcher)
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        stub.Embed(api.messages.EmbedRequest(texts=["a text"]))
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    server.process.send_signal(signal.SIGABRT)
    assert server.process.wait(60) == -signal.SIGABRT
    return next(line for line in limits.splitlines() if "core file" in line).split()[4]


def test_a_crash_leaves_no_core_file_unless_one_is_wanted(
    tmp_path: Path, start_server: Any, api: Any
) -> None:
    assert crash(start_server, api, tmp_path) == "0"
    assert not list(tmp_path.iterdir())
    assert crash(start_server, api, tmp_path, "--core-dumps") == "unlimited"
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    if "/" not in pattern and "|" not in pattern:  # else it is not written to the folder
        (core,) = tmp_path.iterdir()
        core.unlink()  # as large as the process


UNPRIVILEGED = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def start_unprivileged(
    start_server: Callable[..., RunningServer], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., RunningServer]:
    if os.geteuid() != 0:
        pytest.skip("needs root, to become somebody else")
    return lambda *flags: start_server(*flags, launcher=UNPRIVILEGED)


def reads_memory(pid: int) -> bool:
    """Another process of the server's user."""
    command = [*UNPRIVILEGED, "head", "-c1", f"/proc/{pid}/maps"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_another_process_of_the_servers_user_cannot_read_its_memory(
    start_unprivileged: Any,
) -> None:
    closed = start_unprivileged()
    assert not reads_memory(closed.process.pid)
    opened = start_unprivileged("--core-dumps")
    assert reads_memory(opened.process.pid)


def test_the_server_still_knows_itself(start_unprivileged: Any) -> None:
    """/proc/self belongs to root then."""
    server = start_unprivileged()
    page = server.scrape()
    assert metric(page, "process_open_fds") > 10
    assert metric(page, "process_resident_memory_bytes") > 1e7
    assert server.stop() == 0
