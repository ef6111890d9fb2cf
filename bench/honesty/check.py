"""Is the load generator honest? Its figures of a server that can be computed by hand.

    QUARTET_BIN_DIR=$PWD/build/release/bin build/venv/bin/python bench/honesty/check.py

The stub serves each call in 20 ms and stalls once for a second, 5 s into the load: 100 calls a
second, on a constant schedule, for 10 s.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

STUB = Path(__file__).resolve().with_name("stub_server.py")
BENCH = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-bench"
RATE = 100
SERVICE_MS = 20.0


def by_hand(seconds: float, stall_after_s: float, stall_s: float) -> dict[str, float]:
    """Percentiles of the latencies, in ms, of calls every 1/RATE s from 1/RATE s on."""
    first = 1 / RATE
    latencies = []
    for number in range(1, math.ceil(seconds * RATE)):
        arrived = number / RATE
        stall = first + stall_after_s
        stalled = arrived < stall + stall_s and arrived + SERVICE_MS / 1000 > stall + 1e-9
        waits = stall + stall_s - max(arrived, stall) if stalled else 0
        latencies.append(waits * 1000 + SERVICE_MS)
    latencies.sort()
    return {
        name: latencies[max(math.ceil(quantile * len(latencies)), 1) - 1]
        for name, quantile in {"p50": 0.5, "p99": 0.99, "max": 1}.items()
    }


def measured(seconds: float, stall_after_s: float, stall_s: float) -> dict[str, Any]:
    stub = subprocess.Popen(
        [
            sys.executable,
            STUB,
            f"--service-ms={SERVICE_MS}",
            f"--stall-after-s={stall_after_s}",
            f"--stall-s={stall_s}",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert stub.stdout is not None
        load = ["--mode=open", "--arrivals=constant", f"--rate={RATE}", f"--seconds={seconds}"]
        target = f"--target={stub.stdout.readline().strip()}"
        run = subprocess.run(
            [BENCH, target, *load, "--wait-seconds=10", "--warm-up-seconds=0", "--json"],
            stdout=subprocess.PIPE,
            check=True,
        )
        result: dict[str, Any] = json.loads(run.stdout)
        return result
    finally:
        stub.communicate("")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    stall_after_s, stall_s = options.seconds / 2, options.seconds / 10
    expected = by_hand(options.seconds, stall_after_s, stall_s)
    result = measured(options.seconds, stall_after_s, stall_s)
    print(f"{'ms':<6}{'by hand':>12}{'measured':>12}")
    for name, value in expected.items():
        print(f"{name:<6}{value:>12.1f}{result['latency_ms'][name]:>12.1f}")
    print(json.dumps({"by_hand": expected, "measured": result}))


if __name__ == "__main__":
    main()
