"""First figures of a running server: latency of one client, texts/s of sixteen, memory, start.

    QUARTET_BIN_DIR=build/release/bin build/venv/bin/python bench/first_figures.py

Starts its own server on a free port. The clients are Python in one process on the same cores, so
their own cost is in every figure: an upper bound for latency and a lower one for throughput.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))

import grpc  # noqa: E402

from real_sentences import real_sentences  # noqa: E402
from running_server import RunningServer  # noqa: E402
from stubs import import_stubs  # noqa: E402

WARM_UP_CALLS = 100
LATENCY_CALLS = 2000
CLIENTS = 16
THROUGHPUT_SECONDS = 10.0


def latencies(embed: Any, texts: list[str]) -> list[float]:
    """Milliseconds of each of LATENCY_CALLS calls, one after another."""
    for i in range(WARM_UP_CALLS):
        embed(texts[i % len(texts)])
    result = []
    for i in range(LATENCY_CALLS):
        start = time.perf_counter()
        embed(texts[i % len(texts)])
        result.append((time.perf_counter() - start) * 1000)
    return result


def throughput(embed: Any, texts: list[str]) -> float:
    """Texts a second of CLIENTS closed-loop clients, one text a call."""
    end = time.perf_counter() + THROUGHPUT_SECONDS

    def client(number: int) -> int:
        calls = 0
        while time.perf_counter() < end:
            embed(texts[(number * 71 + calls) % len(texts)])
            calls += 1
        return calls

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(client, range(CLIENTS))) / THROUGHPUT_SECONDS


def main() -> None:
    texts = real_sentences(1000)
    server = RunningServer()
    try:
        with (
            tempfile.TemporaryDirectory() as stubs,
            grpc.insecure_channel(server.address) as channel,
        ):
            api = import_stubs(Path(stubs))
            stub = api.services.EmbeddingServiceStub(channel)

            def embed(text: str) -> None:
                stub.Embed(api.messages.EmbedRequest(texts=[text]), timeout=30)

            rss_ready = server.status_value("VmRSS") / 1024
            times = latencies(embed, texts)
            percentiles = statistics.quantiles(times, n=1000)
            texts_per_second = throughput(embed, texts)
            figures = {
                "exec_to_ready_s": round(server.seconds_to_ready, 3),
                "one_client_p50_ms": round(percentiles[499], 2),
                "one_client_p99_ms": round(percentiles[989], 2),
                f"texts_per_s_{CLIENTS}_clients": round(texts_per_second, 1),
                "rss_ready_mb": round(rss_ready, 1),
                "rss_after_load_mb": round(server.status_value("VmRSS") / 1024, 1),
                "rss_anon_after_load_mb": round(server.status_value("RssAnon") / 1024, 1),
                "threads": server.status_value("Threads"),
            }
        assert server.stop() == 0
    finally:
        server.kill()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
