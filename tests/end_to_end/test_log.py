"""What the server's log says: the plan, slow calls, refusals; never a client's text."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
from pathlib import Path
from typing import Any

import grpc

from running_server import BINARY, FREE_PORTS, MODEL, RunningServer, run_to_end
from waiting import wait_until

SECRET = "the merger of Acme and Globex is on Friday"


def events(server: RunningServer, name: str) -> list[dict[str, Any]]:
    return [event for event in server.events if event["event"] == name]


def test_a_start_begins_with_its_plan(start_server: Any) -> None:
    server = start_server("--max-texts=9", environment={"QUARTET_MAX_BATCH_ITEMS": "3"})
    names = [event["event"] for event in server.events]
    assert names == ["starting", "settings", "settings", "settings", "ready"]
    plan = server.events[0]
    assert plan["threads"] == server.ready["threads"]
    assert plan["memory_limit"] and plan["cpu_limit"] and int(plan["cpus"]) > 0
    settings = {line["source"]: line for line in events(server, "settings")}
    assert settings["flag"]["max-texts"] == "9"
    assert settings["environment"]["max-batch-items"] == "3"
    assert settings["default"]["max-queue-time"] == "1s"


def test_a_slow_call_is_logged_with_its_id_and_where_the_time_went(
    start_server: Any, api: Any
) -> None:
    server = start_server("--slow-call=1ms")
    texts = [f"{SECRET} {number}" for number in range(64)]
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        _, call = stub.Embed.with_call(
            api.messages.EmbedRequest(texts=texts), metadata=[("x-request-id", "trace-7")]
        )
    assert dict(call.initial_metadata())["x-request-id"] == "trace-7"
    line = server.wait_for_event("slow call")
    assert line["level"] == "warning"
    assert (line["method"], line["code"], line["request_id"]) == ("Embed", "OK", "trace-7")
    assert (line["texts"], int(line["tokens"])) == ("64", 64 * 14)
    parts = [int(line[f"{stage}_ms"]) for stage in ("queue", "tokenize", "inference")]
    assert 0 < max(parts) <= int(line["milliseconds"])


def test_a_burst_of_refusals_is_one_line(start_server: Any, api: Any) -> None:
    server = start_server("--max-queue-tokens=512")
    request = api.messages.EmbedRequest(texts=[SECRET * 3] * 3)  # 411 bytes that may be tokens
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        calls = [stub.Embed.future(request) for _ in range(64)]
        codes = [call.code() for call in calls]
    refused = codes.count(grpc.StatusCode.RESOURCE_EXHAUSTED)
    assert 0 < refused < 64
    line = server.wait_for_event("calls refused")
    reasons = {"queue_full", "client_share", "client_calls", "deadline", "memory"} & line.keys()
    assert sum(int(line[reason]) for reason in reasons) == refused
    assert server.stop() == 0
    assert len(events(server, "calls refused")) == 1


def test_no_text_of_a_client_is_logged(start_server: Any, api: Any) -> None:
    server = start_server("--log-level=debug", "--slow-call=1ms", "--max-text-bytes=200")
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        for texts in ([SECRET] * 64, [SECRET * 20], [SECRET, ""]):
            stub.Embed.future(api.messages.EmbedRequest(texts=texts)).exception()
        bad = stub.Embed.future(api.messages.EmbedRequest(texts=[SECRET], required_fingerprint="x"))
        assert bad.code() == grpc.StatusCode.FAILED_PRECONDITION
    server.wait_for_event("slow call")
    assert server.stop() == 0
    assert "Globex" not in json.dumps(server.events)


def test_the_level_changes_while_the_server_runs(start_server: Any) -> None:
    server = start_server()
    server.process.send_signal(signal.SIGUSR1)
    wait_until(lambda: len(events(server, "log level changed")) == 1)
    server.process.send_signal(signal.SIGUSR2)
    wait_until(lambda: len(events(server, "log level changed")) == 2)
    assert [e["level"] for e in events(server, "log level changed")] == ["debug", "info"]


def start_without_flags_of_ours(*flags: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([BINARY, f"--model={MODEL}", *FREE_PORTS, *flags], **options)


def test_a_rotated_file_is_opened_again_on_sighup(tmp_path: Path) -> None:
    log, rotated = tmp_path / "quartet.log", tmp_path / "quartet.log.1"
    process = start_without_flags_of_ours(f"--log-file={log}")
    try:
        wait_until(lambda: log.exists() and "ready" in log.read_text())
        log.rename(rotated)
        process.send_signal(signal.SIGHUP)
        wait_until(log.exists)
        process.send_signal(signal.SIGUSR1)
        wait_until(lambda: "log level changed" in log.read_text())
        assert "log level changed" not in rotated.read_text()
        process.terminate()
        assert process.wait(60) == 0
        assert json.loads(log.read_text().splitlines()[-1])["event"] == "stopped"
    finally:
        process.kill()


def test_a_file_that_cannot_be_opened_is_a_bad_setting() -> None:
    result = run_to_end(["--log-file=/dev/null/quartet.log"])
    assert result.returncode == 2
    assert "--log-file" in result.stderr and "/dev/null" in result.stderr


def first_line(descriptor: int) -> str:
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(descriptor, 1)
    return line.decode()


def test_lines_are_text_on_a_terminal_and_json_elsewhere() -> None:
    for open_pair, is_json in ((pty.openpty, False), (os.pipe, True)):
        reader, writer = open_pair()
        process = start_without_flags_of_ours(stderr=writer)
        try:
            assert first_line(reader).startswith("{") is is_json
        finally:
            process.kill()
            process.wait()
            os.close(reader)
            os.close(writer)
