"""In a real memory cgroup of 400 MB (v1, as root; elsewhere it is skipped) nothing that a client
can send gets the server killed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from attacks import ATTACKS, idle_connections
from memory_group import MemoryGroup
from running_server import RunningServer

LIMIT = 400_000_000


@pytest.fixture(scope="module")
def group() -> Iterator[MemoryGroup]:
    with MemoryGroup(LIMIT) as group:
        yield group


@pytest.fixture(scope="module")
def small(group: MemoryGroup) -> Iterator[RunningServer]:
    server = RunningServer(launcher=group.launcher)
    yield server
    server.kill()


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


def test_nothing_gets_it_killed(group: MemoryGroup, small: RunningServer, api: Any) -> None:
    with grpc.insecure_channel(small.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        # What ordinary work keeps: a vector of every text, and rows of the longest ones.
        stub.Embed(api.messages.EmbedRequest(texts=["word " * 800] * 256), timeout=60)
        for _ in range(100):
            stub.Embed(api.messages.EmbedRequest(texts=["A man is eating."] * 4), timeout=60)
        before = group.working_set_bytes()
        most = before
        for attack in ATTACKS:
            if attack is not idle_connections:  # which wait, and hold nothing
                attack(small, api)
                most = max(most, group.working_set_bytes())
        statuses = large_calls(small, api)
        most = max(most, group.working_set_bytes())
        assert small.process.poll() is None
        assert group.fact("memory.oom_control", "oom_kill") == 0
        assert set(statuses) <= {"OK", "RESOURCE_EXHAUSTED", "UNAVAILABLE"}
        assert statuses["RESOURCE_EXHAUSTED"] > 0
        deadline = time.monotonic() + 30
        health = api.health_services.HealthStub(channel)  # no work that would hold the memory
        while group.working_set_bytes() > 1.2 * before and time.monotonic() < deadline:
            health.Check(api.health.HealthCheckRequest(service="liveness"), timeout=60)
        stub.Embed(api.messages.EmbedRequest(texts=["still here"]), timeout=60)
        after = group.working_set_bytes()
        print(f"working set {before / 1e6:.0f} MB, up to {most / 1e6:.0f}, then {after / 1e6:.0f}")
        assert after <= 1.2 * before
