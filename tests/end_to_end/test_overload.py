"""More calls than can be served: what is accepted is served in time, the rest is refused at once.

Figures are ratios within one run: the capacity is measured before and after, on the same machine.
Calls of four texts of 100 tokens, so that sending and refusing them, on the same cores, costs
little beside them."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from running_server import RunningServer

BENCH = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-bench"
QUEUE_SECONDS = 1.0  # --max-queue-time
SECONDS = 4
LEAST_GOODPUT = 0.75  # of two runs of the same load here, one had 0.75 of the other's throughput
CONNECTIONS = 4


def load(server: RunningServer, *flags: str) -> dict[str, Any]:
    fixed = ["--json", "--mix=100", "--texts-per-call=4"]
    fixed += [f"--channels={CONNECTIONS}", f"--seconds={SECONDS}"]
    command: list[str | Path] = [BENCH, f"--target={server.address}", *fixed, *flags]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    result: dict[str, Any] = json.loads(output.stdout.splitlines()[-1])
    return result


@pytest.fixture(scope="module")
def overloaded() -> Iterator[RunningServer]:
    server = RunningServer()
    yield server
    server.kill()


def capacity(server: RunningServer) -> float:
    """Calls a second of clients that wait for their answers."""
    return float(load(server, "--mode=closed", "--clients=16")["achieved_calls_per_s"])


class Bystander:
    """A modest client with a connection of its own: one call after the other."""

    def __init__(self, server: RunningServer, api: Any) -> None:
        self.seconds: list[float] = []
        self.failures: list[grpc.StatusCode] = []
        self._server, self._api = server, api
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Bystander:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        with grpc.insecure_channel(self._server.address, options=options) as channel:
            stub = self._api.services.EmbeddingServiceStub(channel)
            while not self._stopping.wait(0.02):
                began = time.monotonic()
                try:
                    stub.Embed(self._api.messages.EmbedRequest(texts=["A man is eating."]))
                    self.seconds.append(time.monotonic() - began)
                except grpc.RpcError as error:
                    self.failures.append(error.code())


@pytest.mark.parametrize("factor", [1.5, 3, 10])
def test_goodput_holds_and_a_modest_client_is_not_felt(
    overloaded: RunningServer, api: Any, factor: float
) -> None:
    before = capacity(overloaded)
    with Bystander(overloaded, api) as bystander:
        result = load(overloaded, "--mode=open", f"--rate={before * factor}")
    possible = (before + capacity(overloaded)) / 2  # the machine is another one every ten seconds
    goodput = result["achieved_calls_per_s"] / possible
    waits = sorted(bystander.seconds)
    p99 = waits[len(waits) * 99 // 100]
    print(
        f"{factor} x {possible:.0f} calls/s: goodput {goodput:.2f}, {result['calls_by_status']}, "
        f"p99 {result['latency_ms']['p99']:.0f} ms; bystander: {len(waits)} calls, "
        f"p50 {1e3 * waits[len(waits) // 2]:.1f} ms, p99 {1e3 * p99:.1f} ms"
    )
    assert set(result["calls_by_status"]) == {"OK", "RESOURCE_EXHAUSTED"}
    assert goodput >= LEAST_GOODPUT
    assert result["latency_ms"]["p99"] <= 2e3 * QUEUE_SECONDS
    assert not bystander.failures
    # It waits for the forwards that run, not for a second of work.
    assert p99 < QUEUE_SECONDS / 2
