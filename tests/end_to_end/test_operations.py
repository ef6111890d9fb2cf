"""What operators see: start, health, metrics, drain, exit codes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from metrics_page import handled_embeds, metric
from running_server import FREE_PORTS, MODEL, OTHER_PORTS, RunningServer, run_to_end

SERVING, NOT_SERVING = 1, 2
LOAD_SECONDS = float(os.environ.get("QUARTET_LOAD_SECONDS", "30"))


def test_ready_tells_what_an_operator_wants_to_know(server: RunningServer) -> None:
    ready = server.ready
    assert ready["model"] == "paraphrase-MiniLM-L3-v2"
    assert re.fullmatch("[0-9a-f]{64}", ready["fingerprint"])
    assert ready["threads"] in ("1", "2")
    assert re.fullmatch(r"\d+MB", ready["memory"])
    assert re.fullmatch(r"\d+ms", ready["startup"])


def test_health_is_serving_after_ready(server: RunningServer, api: Any) -> None:
    with grpc.insecure_channel(server.address) as channel:
        health = api.health_services.HealthStub(channel)
        for name in ("", "liveness", "readiness", "quartet.v1.EmbeddingService"):
            assert health.Check(api.health.HealthCheckRequest(service=name)).status == SERVING
        with pytest.raises(grpc.RpcError) as caught:
            health.Check(api.health.HealthCheckRequest(service="no.such.Service"))
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_the_admin_port_serves_health_and_reflection_alone(server: RunningServer, api: Any) -> None:
    with grpc.insecure_channel(server.ready["admin"]) as channel:
        check = api.health.HealthCheckRequest(service="liveness")
        assert api.health_services.HealthStub(channel).Check(check).status == SERVING
        with pytest.raises(grpc.RpcError) as caught:
            api.services.EmbeddingServiceStub(channel).Embed(
                api.messages.EmbedRequest(texts=["no"])
            )
        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_watch_hears_of_the_drain(start_server: Any, api: Any) -> None:
    server = start_server()
    with grpc.insecure_channel(server.address) as channel:
        watch = api.health_services.HealthStub(channel).Watch(api.health.HealthCheckRequest())
        assert next(watch).status == SERVING
        server.process.send_signal(signal.SIGTERM)
        assert next(watch).status == NOT_SERVING
        with pytest.raises(grpc.RpcError):
            next(watch)
    assert server.process.wait(30) == 0


def test_metrics_are_there_at_zero_from_the_start(start_server: Any) -> None:
    page = start_server().scrape()
    embed = 'grpc_service="quartet.v1.EmbeddingService",grpc_method="Embed"'
    for code in ("OK", "InvalidArgument", "ResourceExhausted", "Internal", "Unavailable"):
        lines = [
            line
            for line in page.splitlines()
            if line.startswith("grpc_server_handled_total") and f'"{code}"' in line
        ]
        assert any('"Embed"' in line and line.endswith(" 0") for line in lines), (code, embed)
    assert metric(page, "quartet_truncated_total") == 0
    assert metric(page, "quartet_draining") == 0
    assert metric(page, "process_resident_memory_bytes") > 50e6
    for name in ("quartet_cgroup_", "quartet_startup_seconds", "quartet_model_info"):
        assert re.search(f"^{name}", page, re.MULTILINE), name


def test_metrics_follow_the_calls(start_server: Any, api: Any) -> None:
    server = start_server()
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        stub.Embed(api.messages.EmbedRequest(texts=["one", "two", "word " * 200]))
        with pytest.raises(grpc.RpcError):
            stub.Embed(api.messages.EmbedRequest(texts=[]))
    page = server.scrape()
    assert metric(page, "quartet_text_tokens_count") == 3
    assert metric(page, "quartet_text_tokens_sum") == 3 + 3 + 128
    assert metric(page, "quartet_truncated_total") == 1
    assert metric(page, "quartet_batch_items_sum") == 3
    assert metric(page, "quartet_queue_items") == 0
    # A call is counted when its answer is on the wire: the client may have it a little earlier.
    deadline = time.monotonic() + 30
    while handled_embeds(page) < 2 and time.monotonic() < deadline:
        page = server.scrape()
    assert handled_embeds(page) == 2


def test_promtool_accepts_the_scrape(server: RunningServer) -> None:
    promtool = shutil.which("promtool")
    assert promtool, "promtool is in the Debian package prometheus"
    result = subprocess.run(
        [promtool, "check", "metrics"],
        input=server.scrape(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("threads", [1, 2])
def test_no_more_threads_compute_than_are_allowed(
    start_server: Any, api: Any, threads: int
) -> None:
    server = start_server(f"--intra-op-threads={threads}")
    assert server.ready["threads"] == str(threads)
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        before = server.cpu_ticks_by_thread()
        request = api.messages.EmbedRequest(texts=["word " * 120] * 128)
        for call in [stub.Embed.future(request, timeout=60) for _ in range(2)]:
            call.result()
    used = {t: ticks - before.get(t, 0) for t, ticks in server.cpu_ticks_by_thread().items()}
    busy = [t for t, ticks in used.items() if ticks > 0.05 * sum(used.values())]
    assert len(busy) == min(threads, len(os.sched_getaffinity(0))), used
    # main, poll, tokenizer, lanes, metrics and gRPC's own few: none for each call.
    assert len(used) <= 24


def test_a_sigterm_in_the_middle_of_load_loses_no_accepted_call(
    start_server: Any, api: Any, sentences: list[str]
) -> None:
    """Each client has one call under way at a time. What the server has accepted it answers; a call
    that reaches it after the goodbye is refused as UNAVAILABLE (or CANCELLED by gRPC's own race,
    when it was on the wire before the client had read the goodbye): not accepted, not lost."""
    # However slow a sanitizer makes it, 32 texts are not too many.
    server = start_server("--max-queue-time=60s")
    stopping = threading.Event()
    answered = [0] * 32
    refused: list[grpc.StatusCode] = []

    def client(number: int) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        with grpc.insecure_channel(server.address, options=options) as channel:
            stub = api.services.EmbeddingServiceStub(channel)
            while True:
                texts = [sentences[(number * 37 + answered[number]) % len(sentences)]]
                try:
                    stub.Embed(api.messages.EmbedRequest(texts=texts), timeout=60)
                    answered[number] += 1
                except grpc.RpcError as error:
                    assert stopping.is_set(), error
                    refused.append(error.code())
                    return

    with ThreadPoolExecutor(32) as clients:
        running = [clients.submit(client, number) for number in range(32)]
        deadline = time.monotonic() + LOAD_SECONDS
        while time.monotonic() < deadline and not any(r.done() for r in running):
            stopping.wait(0.1)
        page = server.scrape()
        stopping.set()
        code = server.stop()
        for result in running:
            result.result()

    stopped = server.wait_for_event("stopped")
    assert code == 0
    assert stopped["drained"] == "true"
    assert min(answered) > 0
    assert set(refused) <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    # Every call that the server took it answered with OK, and every such answer arrived.
    assert int(stopped["calls"]) == int(stopped["ok"]) == sum(answered)
    assert metric(page, "quartet_queue_items") <= 32


def test_a_drain_that_takes_too_long_ends_with_code_5(start_server: Any, api: Any) -> None:
    server = start_server("--drain-timeout=1ms")
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        request = api.messages.EmbedRequest(texts=["word " * 120] * 256)
        calls = [stub.Embed.future(request, timeout=60) for _ in range(2)]
        while "quartet_queue_tokens 0" in server.scrape():
            pass
        assert server.stop() == 5
        assert all(call.exception() is not None for call in calls)


def test_a_lame_duck_serves_and_a_second_signal_ends_it_at_once(
    start_server: Any, api: Any
) -> None:
    server = start_server("--lame-duck=1m")
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        health = api.health_services.HealthStub(channel)
        server.process.send_signal(signal.SIGTERM)
        server.wait_for_event("draining")
        check = api.health.HealthCheckRequest(service="readiness")
        while health.Check(check).status != api.health.HealthCheckResponse.NOT_SERVING:
            pass
        assert stub.Embed(api.messages.EmbedRequest(texts=["still here"])).embeddings
        began = time.monotonic()
        assert server.stop() == 5
        assert time.monotonic() - began < 30
        server.wait_for_event("stopped without waiting")


@pytest.mark.parametrize(
    ("flags", "code", "message"),
    [
        (["--model=/no/such/model.pt"], 3, "/no/such/model.pt"),
        ([f"--model={__file__}"], 3, "is not a Quartet model"),
        (["--listen=256.0.0.1:1"], 4, "256.0.0.1:1"),
        (["--metrics-listen=256.0.0.1:1"], 4, "256.0.0.1:1"),
        (["--admin-listen=256.0.0.1:1"], 4, "256.0.0.1:1"),
        (["--http-listen=256.0.0.1:1"], 4, "256.0.0.1:1"),
        (["--http-listen=8080"], 2, "'8080' is not HOST:PORT"),
        (["--max-batch-items=5"], 2, "max-batch-items"),
        (["--intra-op-threads=3"], 2, "intra-op-threads"),
        (["--default-deadline=30"], 2, "500ms, 30s or 2m"),
        (["--no-such-flag"], 2, "no-such-flag"),
        (["--config=/no/such/file"], 2, "/no/such/file"),
    ],
)
def test_a_start_that_fails_says_why_and_with_which_code(
    flags: list[str], code: int, message: str
) -> None:
    kept = [f for f in FREE_PORTS if f.split("=")[0] not in flags[0]]
    model = [] if flags[0].startswith("--model") else [f"--model={MODEL}"]
    result = run_to_end([*model, *kept, *flags])
    assert result.returncode == code, result.stderr
    assert message in result.stderr
    errors = [line for line in result.stderr.splitlines() if '"level":"info"' not in line]
    assert len(errors) == 1, result.stderr


def test_a_port_that_is_taken_is_exit_code_4(server: RunningServer) -> None:
    result = run_to_end([f"--model={MODEL}", *OTHER_PORTS, f"--listen={server.address}"])
    assert result.returncode == 4
    assert server.address in result.stderr


def test_settings_of_file_and_environment_reach_the_service(
    start_server: Any, api: Any, tmp_path: Path
) -> None:
    settings = tmp_path / "quartet.conf"
    settings.write_text("max-texts = 3\nmax-text-bytes = 30\n")
    environment = {"QUARTET_MAX_TEXT_BYTES": "20"}
    server = start_server(f"--config={settings}", environment=environment)
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        info = stub.GetModelInfo(api.messages.GetModelInfoRequest())
    assert (info.max_texts_per_request, info.max_text_bytes) == (3, 20)


def test_an_unknown_setting_in_the_file_is_named(tmp_path: Path) -> None:
    settings = tmp_path / "quartet.conf"
    settings.write_text("max-textz = 3\n")
    result = run_to_end([f"--config={settings}"])
    assert result.returncode == 2
    assert "max-textz" in result.stderr
