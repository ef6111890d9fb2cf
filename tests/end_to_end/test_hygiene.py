"""No text of a client is anywhere but in its answer: no log line, metric, error or core file."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from attacks import peer_is_cut_off
from metrics_page import metric
from raw_peer import DATA, END_STREAM, HEADERS, RawPeer, embed_headers, frame, header
from running_server import RunningServer

# Words that nothing else contains, split over words as a tokenizer would and not.
CANARY = "kukulkan"
TEXT = f"the {CANARY} merger Zx{CANARY}9 is on Friday"
EMBED = "/quartet.v1.EmbeddingService/Embed"
TOKENIZE = "/quartet.v1.EmbeddingService/Tokenize"
INVALID = grpc.StatusCode.INVALID_ARGUMENT


def field(number: int, content: bytes) -> bytes:
    """Length-delimited, of protobuf."""
    size = len(content)
    assert size < 1 << 14
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([number << 3 | 2]) + length + content


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    """Small limits, so that every one of them is met; everything is logged."""
    running = RunningServer(
        "--log-level=debug",
        "--slow-call=1ms",
        "--max-text-bytes=400",
        "--max-queue-tokens=2048",
        "--max-texts=8",
    )
    yield running
    running.kill()


@pytest.fixture(scope="module")
def errors(server: RunningServer, api: Any) -> list[tuple[grpc.StatusCode, str]]:
    """Of calls that failed in every way that there is: code, and all that was said."""
    said = []

    def note(call: Any) -> None:
        trailers = [str(part) for pair in call.trailing_metadata() or () for part in pair]
        said.append((call.code(), " ".join([call.details() or "", *trailers])))

    embed = api.messages.EmbedRequest
    tokenize = api.messages.TokenizeRequest
    reject = api.messages.TRUNCATION_REJECT
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        for request in (
            embed(texts=[TEXT]),
            embed(texts=[TEXT] * 8, truncation=api.messages.TRUNCATION_START),
            embed(texts=[TEXT, ""]),
            embed(texts=[TEXT] * 9),
            embed(texts=[TEXT * 20]),
            embed(texts=[f"{TEXT} {'a ' * 150}"], truncation=reject),
            embed(texts=[TEXT], dimensions=100_000),
            embed(texts=[TEXT], truncation=77),
            embed(texts=[TEXT], encoding=77),
            embed(texts=[TEXT], required_fingerprint="0" * 64),
        ):
            note(stub.Embed.future(request, timeout=30))
        for tokenized in (
            tokenize(text=TEXT),
            tokenize(text=TEXT * 20),
            tokenize(text=f"{TEXT} {'a ' * 150}", truncation=reject),
        ):
            note(stub.Tokenize.future(tokenized, timeout=30))
        note(stub.Embed.future(embed(texts=[TEXT] * 8), timeout=0.001))
        flood = [stub.Embed.future(embed(texts=[TEXT * 8] * 8), timeout=30) for _ in range(32)]
        for call in flood:
            note(call)
        for call in [stub.Embed.future(embed(texts=[TEXT * 8])) for _ in range(8)]:
            call.cancel()
        bad = TEXT.encode() + b"\xff"
        for method, body in (
            (EMBED, field(1, bad)),
            (TOKENIZE, field(1, bad)),
            (EMBED, TEXT.encode()),
            (TOKENIZE, TEXT.encode()),
            (EMBED, field(1, TEXT.encode()) + b"\x0a\x7fcut"),
            (EMBED, field(15, TEXT.encode())),
            (EMBED, field(1, TEXT.encode()) * 30_000),  # over 1 MiB
            (f"/quartet.v1.EmbeddingService/{CANARY}", field(1, TEXT.encode())),
            ("/grpc.health.v1.Health/Check", TEXT.encode()),
        ):
            note(channel.unary_unary(method).future(body, timeout=30))
    with grpc.insecure_channel(server.address, compression=grpc.Compression.Gzip) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        note(stub.Embed.future(embed(texts=[TEXT * 4]), timeout=30))  # the library logs it
    return said


def frames_that_are_wrong(server: RunningServer) -> None:
    """gRPC's library logs what it does not like of a connection."""
    message = b"\x00" + struct.pack(">I", 1 << 30) + TEXT.encode()
    ends = (
        frame(DATA, END_STREAM, 1, message),
        frame(DATA, END_STREAM, 1, b"\x07" + message),
        frame(DATA, END_STREAM, 2, TEXT.encode()),
        frame(HEADERS, 0, 1, header("content-type", CANARY)),
        frame(99, 255, 1, TEXT.encode()),
        TEXT.encode() * 100,
    )
    for end in ends:
        with RawPeer(server.address) as peer, peer_is_cut_off():
            peer.send(frame(HEADERS, 4, 1, embed_headers()) + end)
            peer.socket.settimeout(1)
            while peer.next_frame() is not None:
                pass
    host, port = server.address.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=20) as plain, peer_is_cut_off():
        plain.sendall(f"POST /{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\n\r\n{TEXT}".encode())
        plain.recv(1 << 16)


def test_failures_of_every_kind_were_met(errors: list[tuple[grpc.StatusCode, str]]) -> None:
    """Else the next test would say little."""
    assert {code for code, _ in errors} >= {
        grpc.StatusCode.OK,
        INVALID,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
    said = "\n".join(text for _, text in errors)
    for what in ("not valid UTF-8", "bytes, the limit is", "tokens, the limit is", "not a valid"):
        assert what in said
    assert sum(code == INVALID for code, _ in errors) > 10


def test_no_error_log_line_or_metric_has_a_clients_text(
    errors: list[tuple[grpc.StatusCode, str]], server: RunningServer
) -> None:
    frames_that_are_wrong(server)
    assert CANARY not in "\n".join(text for _, text in errors).lower()
    page = server.scrape()
    assert metric(page, "quartet_truncated_total") >= 0
    assert CANARY not in page.lower()
    server.wait_for_event("slow call")
    assert server.stop() == 0
    log = "\n".join(json.dumps(event) for event in server.events)
    assert '"event": "library"' in log
    assert CANARY not in log.lower()


def test_every_server_is_searched_for_the_texts_that_it_was_sent(
    start_server: Any, api: Any
) -> None:
    """As RunningServer does when it ends."""
    sent = "a sentence that is in no log"
    server = start_server()
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        stub.Embed(api.messages.EmbedRequest(texts=[sent]), timeout=30)
    planted = {"event": "slow call", "text": f"of '{sent[:20]}...'"}
    server.events.append(planted)
    with pytest.raises(AssertionError):
        server.stop()
    server.events.remove(planted)  # it is searched once more


def crash(start_server: Any, api: Any, folder: Path, *flags: str) -> str:
    """A server that serves a text and ends by SIGABRT, where it may write a core file of any
    size. The limit for core files that it had."""
    launcher = ("prlimit", "--core=unlimited", "env", f"--chdir={folder}")
    server = start_server(*flags, launcher=launcher)
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        stub.Embed(api.messages.EmbedRequest(texts=[TEXT]))
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    server.process.send_signal(signal.SIGABRT)
    assert server.process.wait(60) == -signal.SIGABRT
    return next(line for line in limits.splitlines() if "core file" in line).split()[4]


def test_a_crash_leaves_no_core_file_unless_one_is_wanted(
    tmp_path: Path, start_server: Any, api: Any
) -> None:
    assert crash(start_server, api, tmp_path) == "0"
    assert not list(tmp_path.iterdir())
    assert crash(start_server, api, tmp_path, "--core-dumps") == "unlimited"
    pattern = Path("/proc/sys/kernel/core_pattern").read_text()
    if "/" not in pattern and "|" not in pattern:  # else it is not written to the folder
        (core,) = tmp_path.iterdir()
        core.unlink()  # as large as the process


UNPRIVILEGED = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.fixture
def start_unprivileged(
    start_server: Callable[..., RunningServer], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., RunningServer]:
    if os.geteuid() != 0:
        pytest.skip("needs root, to become somebody else")
    return lambda *flags: start_server(*flags, launcher=UNPRIVILEGED)


def reads_memory(pid: int) -> bool:
    """Another process of the server's user."""
    command = [*UNPRIVILEGED, "head", "-c1", f"/proc/{pid}/maps"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_another_process_of_the_servers_user_cannot_read_its_memory(
    start_unprivileged: Any,
) -> None:
    closed = start_unprivileged()
    assert not reads_memory(closed.process.pid)
    opened = start_unprivileged("--core-dumps")
    assert reads_memory(opened.process.pid)


def test_the_server_still_knows_itself(start_unprivileged: Any) -> None:
    """/proc/self belongs to root then."""
    server = start_unprivileged()
    page = server.scrape()
    assert metric(page, "process_open_fds") > 10
    assert metric(page, "process_resident_memory_bytes") > 1e7
    assert server.stop() == 0
