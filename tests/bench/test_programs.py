"""Every program of the bench runs, for a second or two. What they measure is hardly looked at."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))

import grpc  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

from running_server import MODEL, RunningServer  # noqa: E402
from stubs import import_stubs  # noqa: E402

BIN = Path(os.environ["QUARTET_BIN_DIR"])


def run(program: str, *arguments: object, stdin: str = "", **options: Any) -> str:
    finished = subprocess.run(
        [BIN / program, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )
    assert finished.returncode == 0, finished.stderr
    return str(finished.stdout)


def load(*arguments: object) -> dict[str, Any]:
    short = ("--warm-up-seconds=0.2", "--seconds=1", "--json")
    result: dict[str, Any] = json.loads(run("quartet-bench", *short, *arguments))
    return result


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    running = RunningServer()
    try:
        yield running
        assert running.stop() == 0
    finally:
        running.kill()


@pytest.fixture(scope="module")
def ids_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ids")
    for name, mix in {"one-16": "16", "fours-mixed": "mixed", "verify": "short"}.items():
        texts, ids = folder / f"{name}.txt", folder / f"{name}.ids"
        arguments = (f"--mix={mix}", "--count=30", f"--texts={texts}")
        run("quartet-texts", *arguments, f"--ids={ids}", f"--model={MODEL}")
    return folder


def test_a_closed_loop_counts_what_the_server_counts(server: RunningServer) -> None:
    result = load(
        f"--target={server.address}",
        f"--pid={server.process.pid}",
        "--clients=3",
        "--texts-per-call=2",
        "--channels=2",
        "--wait-seconds=30",
    )
    assert set(result["calls_by_status"]) == {"OK"}
    assert result["seconds_to_first_answer"] >= 0
    assert result["latency_ms"]["count"] == result["calls_by_status"]["OK"] > 0
    assert result["texts_per_s"] == pytest.approx(2 * result["achieved_calls_per_s"])
    samples = result["server"]["samples"]
    assert len(samples) == 3  # at 0, 0.5 and 1 s
    assert all(sample["rss_mb"] > 50 and sample["processes"] == 1 for sample in samples)
    assert result["server"]["cpu_s"] > 0


def test_an_open_loop_offers_its_rate(server: RunningServer) -> None:
    result = load(f"--target={server.address}", "--mode=open", "--rate=20", "--arrivals=constant")
    # One arrival may fall on the edge of the window.
    assert result["offered_calls_per_s"] == pytest.approx(20, abs=1)
    assert result["calls_by_status"]["OK"] == result["offered_calls_per_s"]


def test_a_stream_keeps_its_texts_in_flight(server: RunningServer) -> None:
    stream = [f"--target={server.address}", "--protocol=grpc-stream", "--clients=32"]
    for channels in (1, 2):
        result = load(*stream, f"--channels={channels}")
        assert set(result["calls_by_status"]) == {"OK"}
        assert result["latency_ms"]["count"] > 32
    assert 'grpc_code="OK",grpc_method="EmbedStream"' in server.scrape()


def test_what_the_server_refuses_is_counted_by_its_status(server: RunningServer) -> None:
    result = load(f"--target={server.address}", "--texts-per-call=300")
    assert set(result["calls_by_status"]) == {"INVALID_ARGUMENT"}
    assert result["latency_ms"]["count"] == 0


@pytest.mark.parametrize("protocol", ["grpc", "grpc-stream"])
def test_without_a_server_every_call_is_unavailable(protocol: str) -> None:
    result = load("--target=127.0.0.1:1", f"--protocol={protocol}")
    assert set(result["calls_by_status"]) == {"UNAVAILABLE"}


def test_the_figures_of_a_stalling_stub_are_no_lower_than_computed() -> None:
    check = ROOT / "bench/honesty/check.py"
    finished = subprocess.run(
        [sys.executable, check, "--seconds=2"], stdout=subprocess.PIPE, text=True, check=True
    )
    figures = json.loads(finished.stdout.splitlines()[-1])
    assert figures["measured"]["calls_by_status"] == {"OK": 199}
    for name, milliseconds in figures["by_hand"].items():
        assert figures["measured"]["latency_ms"][name] > milliseconds - 0.5


class HttpStub(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, Any]]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, json.loads(body)))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("protocol", "status", "path", "body"),
    [
        ("seed", 200, "/embed", {"texts"}),
        ("openai", 200, "/embeddings", {"input", "model"}),
        ("seed", 503, "/embed", {"texts"}),
    ],
)
def test_http_peers_are_asked_in_their_words(
    protocol: str, status: int, path: str, body: set[str]
) -> None:
    HttpStub.seen = []
    HttpStub.status = status
    with ThreadingHTTPServer(("127.0.0.1", 0), HttpStub) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        address = f"127.0.0.1:{http.server_address[1]}"
        result = load(f"--target={address}", f"--protocol={protocol}", "--texts-per-call=3")
        http.shutdown()
        thread.join()
    assert set(result["calls_by_status"]) == {"OK" if status == 200 else f"HTTP {status}"}
    seen_path, seen_body = HttpStub.seen[0]
    assert (seen_path, set(seen_body)) == (path, body)
    assert len(seen_body[min(body & {"texts", "input"})]) == 3


def test_every_word_of_a_generated_text_is_one_token(ids_folder: Path) -> None:
    for name in ("one-16", "fours-mixed", "verify"):
        texts = (ids_folder / f"{name}.txt").read_text().splitlines()
        ids = [line.split() for line in (ids_folder / f"{name}.ids").read_text().splitlines()]
        assert len(texts) == len(ids) == 30
        for text, tokens in zip(texts, ids, strict=True):
            assert len(tokens) == len(text.split()) + 3  # the full stop and two special tokens
            assert "100" not in tokens  # [UNK]
            if name == "one-16":
                assert len(tokens) == 16


@pytest.mark.parametrize("lanes", [1, 2])
def test_the_engine_alone_gives_the_vectors_of_the_service(
    lanes: int, ids_folder: Path, server: RunningServer, tmp_path: Path
) -> None:
    questions: list[dict[str, Any]] = [
        {"run": "one-16", "seconds": 0.2},
        {"run": "fours-mixed", "seconds": 0.2},
        {"vectors": "verify", "to": str(tmp_path / "vectors")},
    ]
    output = run(
        "quartet-engine-bench",
        f"--model={MODEL}",
        f"--ids-folder={ids_folder}",
        f"--lanes={lanes}",
        stdin="".join(json.dumps(question) + "\n" for question in questions),
    )
    ready, ones, fours, vectors = map(json.loads, output.splitlines())
    assert ready["ready"] is True
    assert ones["texts"] == ones["forwards"] > 0
    assert fours["texts"] > 3 * fours["forwards"] > 0
    assert vectors == {"rows": 30}

    api = import_stubs(tmp_path)
    texts = (ids_folder / "verify.txt").read_text().splitlines()
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        answer = stub.Embed(api.messages.EmbedRequest(texts=texts), timeout=60)
    served = np.array([embedding.values for embedding in answer.embeddings])
    alone = np.fromfile(tmp_path / "vectors", "<f4").reshape(30, -1)
    assert np.abs(served - alone).max() < 1e-5


def test_the_limit_is_a_figure_or_null_for_each_precision() -> None:
    lines = run("quartet-limit", stdin="20\n5\n").splitlines()
    assert len(lines) == 2
    for line in lines:
        limits = json.loads(line)
        assert limits["1"]["fp32"] > 0
        for threads in ("1", "2"):
            assert set(limits[threads]) == {"int8", "bf16", "fp32"}


def test_a_text_costs_far_less_than_twenty_times_what_it_costs_the_tokenizers_package() -> None:
    compare = ROOT / "bench/tokenizers/compare.py"
    command = [sys.executable, str(compare), "--texts=200", "--rounds=3"]
    output = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    results = json.loads(output)
    assert set(results) == {"wordpiece", "unigram", "bpe"}
    for result in results.values():
        assert result["per_text"]["ratio"] < 20
        assert len(result["hostile_ms"]) == len(result["hostile_1_mb_ms"]) >= 8


def test_the_micro_benchmarks_run() -> None:
    output = run(
        "quartet-micro-bench",
        "--benchmark_min_time=0.001",
        "--benchmark_format=json",
        env=os.environ | {"QUARTET_MODEL": str(MODEL)},
    )
    results = json.loads(output)["benchmarks"]
    # A CPU has the instructions of some of them; what it lacks is skipped, and says so.
    skips = {"no such products on this CPU", "not on this CPU"}
    failed = [result for result in results if result.get("error_occurred")]
    assert {result["error_message"] for result in failed} <= skips
    ran = {result["name"].split("/")[0] for result in results if result not in failed}
    assert {"Tokenize", "Forward", "Products<FloatTypes>", "Attention<Avx2>"} <= ran
    families = {re.split("[</]", result["name"])[0] for result in results}
    assert families == {
        "AdmitCaller",
        "RefuseCaller",
        "Tokenize",
        "TokenizeHostile",
        "Forward",
        "MetricsOfOneCall",
        "Scrape",
        "ReplyMadeAndFinished",
        "ChooseBatchOf",
        "QueuePushAndTake",
        "CacheFind",
        "Products",
        "StoreProjections",
        "GeluOfIntermediate",
        "QuantizeIntermediate",
        "NormalizeAndQuantize",
        "Attention",
    }


def test_the_costs_of_tls_and_keys_are_ratios_to_plain() -> None:
    compare = ROOT / "bench/tls/compare.py"
    finished = subprocess.run(
        [sys.executable, compare, "--rounds=1", "--seconds=0.3"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    figures = json.loads(finished.stdout.splitlines()[-1])
    assert set(figures) == {"plain", "keys", "TLS", "mutual TLS and keys"}
    assert figures["plain"]["calls_ratio"] == figures["plain"]["cpu_ratio"] == 1
    assert all(figure["calls_per_s"] > 0 for figure in figures.values())


def test_what_a_call_costs_outside_of_the_model_is_told() -> None:
    measure = ROOT / "bench/wire/measure.py"
    finished = subprocess.run(
        [sys.executable, measure, "--rounds=1", "--seconds=0.3", "--only=4 a call, 16 clients"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=120,
    )
    title, row = finished.stdout.splitlines()
    assert title.split()[:2] == ["calls/s", "CPU"]
    assert row.startswith("4 a call, 16 clients")
    calls, *costs, ratio = (float(figure) for figure in row.split()[-5:])
    assert calls > 0
    assert max(costs) > 0
    assert ratio == 1


def test_the_runner_and_the_page_go_through(tmp_path: Path) -> None:
    results = tmp_path / "smoke.json"
    runner: list[str | Path] = [ROOT / "bench/runner/main.py", "smoke", "--out", results]
    subprocess.run([sys.executable, *runner], check=True, timeout=300)
    page: list[str | Path] = [ROOT / "bench/report/page.py", results, "--folder", tmp_path]
    subprocess.run([sys.executable, *page], check=True, timeout=120)
    written = (tmp_path / "smoke.md").read_text()
    for plot in ("latency", "throughput", "memory", "start-up", "limit"):
        assert (tmp_path / f"smoke-{plot}.png").stat().st_size > 1000
        assert f"(smoke-{plot}.png)" in written
    kinds = {record["kind"] for record in json.loads(results.read_text())["records"]}
    assert kinds == {"engine loaded", "engine", "accuracy", "start", "closed", "open", "memory"}
