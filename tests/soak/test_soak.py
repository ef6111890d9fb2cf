"""Hours in minutes: texts of all lengths, cancels, deadlines and new connections, again and again,
and nothing grows. `QUARTET_SOAK_SECONDS` (60) says how long; by hand, half an hour."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "end_to_end"))

from running_server import RunningServer
from stubs import import_stubs

SECONDS = float(os.environ.get("QUARTET_SOAK_SECONDS", "60"))
WARM_UP = 0.3  # of the time: the allocator finds its size
CLIENTS = 8
CALLS_PER_CONNECTION = 200
MOST_GROWTH_BYTES_PER_CALL = 1e6 / 10_000  # the slope: 1 MB in 10,000 calls
# What a reading of memory may differ by, whatever is running at the moment.
NOISE_BYTES = 8e6

EXPECTED = {
    "OK",
    "CANCELLED",
    "DEADLINE_EXCEEDED",
    "RESOURCE_EXHAUSTED",  # its deadline would have passed before its turn
    "INVALID_ARGUMENT",
}


class Client:
    """Makes calls of all kinds until it is told to stop."""

    def __init__(self, server: RunningServer, api: SimpleNamespace, number: int) -> None:
        self.statuses: dict[str, int] = {}
        self._server, self._api = server, api
        self._random = random.Random(number)

    def run(self, stopping: threading.Event) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        while not stopping.is_set():
            with grpc.insecure_channel(self._server.address, options=options) as channel:
                stub = self._api.services.EmbeddingServiceStub(channel)
                for _ in range(CALLS_PER_CONNECTION):
                    status = self._call(stub)
                    self.statuses[status] = self.statuses.get(status, 0) + 1
                    if stopping.is_set():
                        break

    def _call(self, stub: Any) -> str:
        words = [
            self._random.choice([1, 5, 20, 100, 400])
            for _ in range(self._random.choice([1, 1, 1, 4, 9]))
        ]
        texts = [" ".join(["word"] * count) for count in words]
        kind = self._random.random()
        if kind < 0.05:
            texts[-1] = ""  # refused
        timeout = self._random.uniform(0.001, 0.05) if kind > 0.9 else 60
        future = stub.Embed.future(self._api.messages.EmbedRequest(texts=texts), timeout=timeout)
        if 0.8 < kind < 0.9:
            future.cancel()
        return str(future.code().name)


def facts(server: RunningServer) -> dict[str, int]:
    descriptors = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
    return {
        "resident": server.status_value("VmRSS") << 10,
        "threads": server.status_value("Threads"),
        "descriptors": descriptors,
    }


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    return import_stubs(tmp_path_factory.mktemp("stubs"))


def test_nothing_grows(api: SimpleNamespace) -> None:
    server = RunningServer()
    stopping = threading.Event()
    clients = [Client(server, api, number) for number in range(CLIENTS)]
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            running = [pool.submit(client.run, stopping) for client in clients]
            readings = []
            end = time.monotonic() + SECONDS
            while time.monotonic() < end and not any(result.done() for result in running):
                stopping.wait(1)
                calls = sum(sum(client.statuses.values()) for client in clients)
                readings.append({"calls": calls} | facts(server))
            stopping.set()
            for result in running:
                result.result()
        assert server.stop() == 0
    finally:
        server.kill()

    warm = readings[int(WARM_UP * len(readings)) :]
    third = len(warm) // 3
    # The least of a spell: what is there when little runs.
    first, last = (
        {key: min(reading[key] for reading in spell) for key in warm[0]}
        for spell in (warm[:third], warm[-third:])
    )
    calls = last["calls"] - first["calls"]
    growth = last["resident"] - first["resident"]
    statuses: dict[str, int] = {}
    for client in clients:
        for status, count in client.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    print(
        f"{calls} calls, resident {last['resident'] / 1e6:.1f} MB ({growth / 1e6:+.2f}), {statuses}"
    )
    assert set(statuses) <= EXPECTED
    assert statuses["OK"] > 0.5 * sum(statuses.values())
    assert growth <= max(NOISE_BYTES, MOST_GROWTH_BYTES_PER_CALL * calls)
    # gRPC's own pool breathes: 19 and 20 were seen. A thread for each call would be thousands.
    assert last["threads"] <= first["threads"] + 2
    assert last["descriptors"] <= first["descriptors"] + CLIENTS
