"""No text of a client is anywhere but in its answer: no log line, metric, error or core file."""

from __future__ import annotations

import json
import signal
import socket
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from attacks import peer_is_cut_off
from metrics_page import metric
from raw_peer import DATA, END_STREAM, HEADERS, RawPeer, embed_headers, frame, header
from running_server import RunningServer
from sent_texts import kept_errors
from waiting import wait_until

# Words that nothing else contains, split over words as a tokenizer would and not.
CANARY = "kukulkan"
TEXT = f"the {CANARY} merger is on Friday with Zx{CANARY}9"
EMBED = "/quartet.v1.EmbeddingService/Embed"
TOKENIZE = "/quartet.v1.EmbeddingService/Tokenize"
INVALID = grpc.StatusCode.INVALID_ARGUMENT


def field(number: int, content: bytes) -> bytes:
    """Length-delimited, of protobuf."""
    size = len(content)
    assert size < 1 << 14
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([number << 3 | 2]) + length + content


# So that every limit is met, and everything is logged.
SMALL = (
    "--log-level=debug",
    "--slow-call=1ms",
    "--max-text-bytes=400",
    "--max-queue-tokens=2048",
    "--max-texts=8",
)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    running = RunningServer(*SMALL)
    yield running
    running.kill()


Said = list[tuple[grpc.StatusCode, str]]


def note(call: Any, said: Said) -> None:
    """Code, and all that was said."""
    trailers = [str(part) for pair in call.trailing_metadata() or () for part in pair]
    said.append((call.code(), " ".join([call.details() or "", *trailers])))


def call_methods(stub: Any, api: Any, text: str, said: Said) -> None:
    """In every way that fails, and some that do not."""
    embed, tokenize = api.messages.EmbedRequest, api.messages.TokenizeRequest
    reject = api.messages.TRUNCATION_REJECT
    large = text * (800 // len(text))
    many = f"{text} {'a ' * 150}"
    for request in (
        embed(texts=[text]),
        embed(texts=[text] * 8, truncation=api.messages.TRUNCATION_START),
        embed(texts=[text, ""]),
        embed(texts=[text] * 9),
        embed(texts=[large]),
        embed(texts=[many], truncation=reject),
        embed(texts=[text], dimensions=100_000),
        embed(texts=[text], truncation=77),
        embed(texts=[text], encoding=77),
        embed(texts=[text], required_fingerprint="0" * 64),
    ):
        note(stub.Embed.future(request, timeout=30), said)
    for tokenized in (
        tokenize(text=text),
        tokenize(text=large),
        tokenize(text=many, truncation=reject),
    ):
        note(stub.Tokenize.future(tokenized, timeout=30), said)
    streamed, options = api.messages.EmbedStreamRequest, api.messages.EmbedOptions
    items = (
        streamed(text=text),
        streamed(text=large),
        streamed(text=many, options=options(truncation=reject)),
        streamed(text=text, options=options(dimensions=100_000)),
    )
    stream = stub.EmbedStream(iter(items), timeout=30)
    answers = list(stream)
    note(stream, said)
    refused = [answer.error for answer in answers if answer.HasField("error")]
    assert len(refused) == 3
    said.extend((INVALID, str(error)) for error in refused)
    late = embed(texts=[many] * 8)  # 1,024 tokens are the work of 10 ms on the fastest CPU met
    note(stub.Embed.future(late, timeout=0.001), said)
    flood = [stub.Embed.future(embed(texts=[text * 8] * 8), timeout=30) for _ in range(32)]
    for call in flood:
        note(call, said)
    for call in [stub.Embed.future(embed(texts=[text * 8])) for _ in range(8)]:
        call.cancel()


def call_with_bytes(channel: grpc.Channel, text: str, said: Said) -> None:
    """Bodies that no stub makes, and a method that is not there."""
    content = text.encode()
    for method, body in (
        (EMBED, field(1, content + b"\xff")),
        (TOKENIZE, field(1, content + b"\xff")),
        (EMBED, content),
        (TOKENIZE, content),
        (EMBED, field(1, content) + b"\x0a\x7fcut"),
        (EMBED, field(15, content)),
        (EMBED, field(1, content) * (1_200_000 // len(content))),  # over 1 MiB
        (f"/quartet.v1.EmbeddingService/{text.rsplit(maxsplit=1)[-1]}", field(1, content)),
        ("/grpc.health.v1.Health/Check", content),
    ):
        note(channel.unary_unary(method).future(body, timeout=30), said)


def fail_in_every_way(address: str, api: Any, text: str) -> Said:
    said: Said = []
    with grpc.insecure_channel(address) as channel:
        call_methods(api.services.EmbeddingServiceStub(channel), api, text, said)
        call_with_bytes(channel, text, said)
    with grpc.insecure_channel(address, compression=grpc.Compression.Gzip) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        request = api.messages.EmbedRequest(texts=[text * 4])
        note(stub.Embed.future(request, timeout=30), said)  # the library logs it
    return said


@pytest.fixture(scope="module")
def errors(server: RunningServer, api: Any) -> Said:
    return fail_in_every_way(server.address, api, TEXT)


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


def test_failures_of_every_kind_were_met(errors: Said) -> None:
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
    errors: Said, server: RunningServer
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


# Too short for the search of every server, and in nothing by chance.
SHORT = "zq7"


def test_nor_have_they_a_short_one_nor_the_log_file(
    start_server: Any, api: Any, tmp_path: Path
) -> None:
    log = tmp_path / "quartet.log"
    server = start_server(*SMALL, f"--log-file={log}")
    said = fail_in_every_way(server.address, api, SHORT)
    assert {code for code, _ in said} >= {grpc.StatusCode.OK, INVALID}
    page = server.scrape()
    assert server.stop() == 0
    content = log.read_text()
    assert "slow call" in content
    everything = [page, content, *(str(e) for e in server.events), *(text for _, text in said)]
    assert SHORT not in "\n".join(everything).lower()


SENT = "a sentence that is in no log"


def send(address: str, api: Any) -> None:
    with grpc.insecure_channel(address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        stub.Embed(api.messages.EmbedRequest(texts=[SENT]), timeout=30)


def test_every_server_is_searched_for_the_texts_that_it_was_sent(
    start_server: Any, api: Any
) -> None:
    """As RunningServer does when it ends."""
    server = start_server()
    send(server.address, api)
    planted = {"event": "slow call", "text": f"of '{SENT[:20]}...'"}
    server.events.append(planted)
    with pytest.raises(AssertionError):
        server.stop()
    server.events.remove(planted)  # it is searched once more


def test_so_is_its_log_file_also_the_one_before(
    start_server: Any, api: Any, tmp_path: Path
) -> None:
    log = tmp_path / "quartet.log"
    server = start_server(f"--log-file={log}")
    send(server.address, api)
    with log.open("a") as file:
        file.write(f"of '{SENT[:20]}...'\n")
    server.wait_for_event(f"of '{SENT[:20]}...'\n")
    log.rename(tmp_path / "quartet.log.1")
    server.process.send_signal(signal.SIGHUP)
    wait_until(log.exists)
    with pytest.raises(AssertionError):
        server.stop()
    assert server.events[-2]["event"] == "stopped"  # of the new file
    server.events.clear()


def quote(request: bytes, context: Any) -> None:
    """What no server of ours does."""
    context.abort(INVALID, f"texts[0]: {request[2:].decode()} is no text")


def test_so_are_the_errors_that_any_client_of_a_test_was_told(start_server: Any, api: Any) -> None:
    methods = {"Embed": grpc.unary_unary_rpc_method_handler(quote)}
    handler = grpc.method_handlers_generic_handler("quartet.v1.EmbeddingService", methods)
    quoting = grpc.server(ThreadPoolExecutor(1), handlers=[handler])
    port = quoting.add_insecure_port("127.0.0.1:0")
    quoting.start()
    with pytest.raises(grpc.RpcError, match=SENT):
        send(f"127.0.0.1:{port}", api)
    quoting.stop(None).wait(10)
    assert any(SENT in error for error in kept_errors)
    server = start_server()
    with pytest.raises(AssertionError):
        server.stop()
