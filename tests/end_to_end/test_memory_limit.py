"""In a real memory cgroup of 400 MB (v1, as root; elsewhere it is skipped) nothing that a client
can send gets the server killed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from attacks import ATTACKS, idle_connections
from running_server import RunningServer

LIMIT = 400_000_000
V1_ROOT = Path("/sys/fs/cgroup/memory")


@pytest.fixture(scope="module")
def group() -> Iterator[Path]:
    path = V1_ROOT / f"quartet-test-{os.getpid()}"
    try:
        path.mkdir()
    except OSError as error:
        pytest.skip(f"no memory cgroup can be made here: {error}")
    (path / "memory.limit_in_bytes").write_text(str(LIMIT))
    yield path
    path.rmdir()


@pytest.fixture(scope="module")
def small(group: Path) -> Iterator[RunningServer]:
    joining = f'echo $$ > "{group}/cgroup.procs" && exec "$@"'
    server = RunningServer(launcher=("sh", "-c", joining, "sh"))
    yield server
    server.kill()


def fact(group: Path, file: str, key: str) -> int:
    lines = (group / file).read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.split()[0] == key)


def working_set(group: Path) -> int:
    usage = int((group / "memory.usage_in_bytes").read_text())
    return usage - fact(group, "memory.stat", "inactive_file")


def large_calls(server: RunningServer, api: Any) -> dict[str, int]:
    """As much text as a call may have, of 64 clients at once."""
    request = api.messages.EmbedRequest(texts=["word " * 800] * 256)
    statuses: dict[str, int] = {}
    with grpc.insecure_channel(server.address) as channel, ThreadPoolExecutor(64) as clients:
        stub = api.services.EmbeddingServiceStub(channel)

        def call(_: int) -> str:
            return str(stub.Embed.future(request, timeout=60).code().name)

        for status in clients.map(call, range(256)):
            statuses[status] = statuses.get(status, 0) + 1
    return statuses


def test_nothing_gets_it_killed(group: Path, small: RunningServer, api: Any) -> None:
    with grpc.insecure_channel(small.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        # What ordinary work keeps: a vector of every text, and rows of the longest ones.
        stub.Embed(api.messages.EmbedRequest(texts=["word " * 800] * 256), timeout=60)
        for _ in range(100):
            stub.Embed(api.messages.EmbedRequest(texts=["A man is eating."] * 4), timeout=60)
        before = working_set(group)
        most = before
        for attack in ATTACKS:
            if attack is not idle_connections:  # which wait, and hold nothing
                attack(small, api)
                most = max(most, working_set(group))
        statuses = large_calls(small, api)
        most = max(most, working_set(group))
        assert small.process.poll() is None
        assert fact(group, "memory.oom_control", "oom_kill") == 0
        assert set(statuses) <= {"OK", "RESOURCE_EXHAUSTED", "UNAVAILABLE"}
        assert statuses["RESOURCE_EXHAUSTED"] > 0
        deadline = time.monotonic() + 30
        health = api.health_services.HealthStub(channel)  # no work that would hold the memory
        while working_set(group) > 1.2 * before and time.monotonic() < deadline:
            health.Check(api.health.HealthCheckRequest(service="liveness"), timeout=60)
        stub.Embed(api.messages.EmbedRequest(texts=["still here"]), timeout=60)
        after = working_set(group)
        print(f"working set {before / 1e6:.0f} MB, up to {most / 1e6:.0f}, then {after / 1e6:.0f}")
        assert after <= 1.2 * before
