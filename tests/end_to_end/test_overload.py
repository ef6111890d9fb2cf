"""More calls than can be served: what is accepted is served in time, the rest is refused at once.

Figures are ratios within one run: the capacity is measured before and after, on the same machine.
Calls of four texts of 100 tokens, so that sending and refusing them, on the same cores, costs
little beside them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from bystander import Bystander, Kubelet
from cpp_client import record_its_texts
from metrics_page import metric
from running_server import RunningServer

BENCH = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-bench"
QUEUE_SECONDS = 1.0  # --max-queue-time
SECONDS = 4
# The host takes cores away for seconds now and then, which looks like a server that gives up: 0.51
# once, 0.93, 0.81 and 0.96 right after it.
ATTEMPTS = 3
LEAST_GOODPUT = 0.6  # measured: 0.84-0.98, where two runs of one load differ by a quarter
CONNECTIONS = 4
TEXTS_PER_CALL = 4
MOST_IN_VAIN = 0.1  # measured: under 0.01
OK_EMBEDS = (
    "grpc_server_handled_total"
    '{grpc_code="OK",grpc_method="Embed",grpc_service="quartet.v1.EmbeddingService",'
    'grpc_type="unary"}'
)


def load(server: RunningServer, *flags: str) -> dict[str, Any]:
    fixed = ["--json", f"--texts-per-call={TEXTS_PER_CALL}"]
    fixed += [f"--channels={CONNECTIONS}", f"--seconds={SECONDS}"]
    if not any(flag.startswith("--mix") for flag in flags):
        fixed.append("--mix=100")
    record_its_texts(*fixed, *flags)
    command: list[str | Path] = [BENCH, f"--target={server.address}", *fixed, *flags]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    result: dict[str, Any] = json.loads(output.stdout.splitlines()[-1])
    return result


def capacity(server: RunningServer) -> float:
    """Calls a second of clients that wait for their answers."""
    return float(load(server, "--mode=closed", "--clients=16")["achieved_calls_per_s"])


def seconds_of_one_call(server: RunningServer, api: Any) -> float:
    with Bystander(server, api) as lone:
        pass
    return lone.seconds[0]


def seconds_until_calm(server: RunningServer, api: Any, calm: float) -> float:
    """From now until three calls in a row take no longer than `calm`."""
    began = time.monotonic()
    in_a_row = 0
    while in_a_row < 3:
        in_a_row = in_a_row + 1 if seconds_of_one_call(server, api) <= calm else 0
    return time.monotonic() - began


@pytest.mark.parametrize("factor", [1.5, 3, 10])
def test_goodput_holds_and_a_modest_client_is_not_felt(
    own_server: RunningServer, api: Any, factor: float
) -> None:
    alone = max(seconds_of_one_call(own_server, api) for _ in range(20))
    for _ in range(ATTEMPTS):
        before = capacity(own_server)
        with Bystander(own_server, api) as bystander, Kubelet(own_server, api) as kubelet:
            result = load(own_server, "--mode=open", f"--rate={before * factor}")
        recovery = seconds_until_calm(own_server, api, 2 * alone)
        # The machine is another one every ten seconds.
        possible = (before + capacity(own_server)) / 2
        goodput = result["achieved_calls_per_s"] / possible
        print(
            f"{factor} x {possible:.0f} calls/s: goodput {goodput:.2f}, "
            f"{result['calls_by_status']}, p99 {result['latency_ms']['p99']:.0f} ms, "
            f"refusals p50 {result['failure_ms']['p50']:.1f} ms, "
            f"p99 {result['failure_ms']['p99']:.1f} ms; bystander: {len(bystander.seconds)} calls, "
            f"p50 {1e3 * bystander.quantile(0.5):.1f} ms, "
            f"p99 {1e3 * bystander.quantile(0.99):.1f} ms; "
            f"liveness p99 {1e3 * kubelet.quantile(0.99):.1f} ms; calm after {recovery:.2f} s"
        )
        if goodput >= LEAST_GOODPUT:
            break
    assert set(result["calls_by_status"]) == {"OK", "RESOURCE_EXHAUSTED"}
    assert goodput >= LEAST_GOODPUT
    assert result["latency_ms"]["p99"] <= 2e3 * QUEUE_SECONDS
    assert not bystander.failures
    assert not kubelet.failures
    assert recovery < 2
    # It waits for the forwards that run, not for a second of work.
    assert bystander.quantile(0.99) < QUEUE_SECONDS / 2


def test_calls_with_short_deadlines_are_not_worked_for_in_vain(own_server: RunningServer) -> None:
    """All clients give up long before a full queue would have been served. Whose deadline will pass
    is refused at once; so forwards are for answers that are in time, and cost no more than those of
    clients that wait."""
    pid = f"--pid={own_server.process.pid}"
    full = load(own_server, "--mode=closed", "--clients=16", "--mix=16", pid)
    before = own_server.scrape()
    rate = 3 * full["achieved_calls_per_s"]
    storm = load(own_server, "--mode=open", f"--rate={rate}", "--mix=16", "--deadline-ms=50", pid)
    after = own_server.scrape()

    def grown(name: str) -> float:
        return metric(after, name) - metric(before, name)

    embedded = grown("quartet_batch_items_sum")
    answered = TEXTS_PER_CALL * grown(OK_EMBEDS)
    print(
        f"{embedded:.0f} texts embedded, {answered:.0f} of them answered in time; "
        f"{storm['calls_by_status']}; CPU {storm['server']['cpu_s']:.1f} s, "
        f"of clients that wait {full['server']['cpu_s']:.1f} s"
    )
    assert answered > 0
    assert embedded - answered <= MOST_IN_VAIN * embedded
    assert storm["server"]["cpu_s"] <= 1.1 * full["server"]["cpu_s"]
