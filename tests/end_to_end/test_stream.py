"""Streams of texts: ordered, complete, and nobody's burden but their own client's.

By hand, with a million texts:

    QUARTET_TEST_STREAM_TEXTS=1000000 pytest tests/end_to_end/test_stream.py -k count"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from bystander import OPTIONS, Bystander
from metrics_page import metric
from running_server import RunningServer

TEXTS = int(os.environ.get("QUARTET_TEST_STREAM_TEXTS", "20000"))
DIFFERENT = 97  # texts, round and round
STREAMS = 128  # what a connection may have
PATIENCE = 60
HANDLED = (
    'grpc_server_handled_total{grpc_code="%s",grpc_method="EmbedStream",'
    'grpc_service="quartet.v1.EmbeddingService",grpc_type="bidi_stream"}'
)


def text_of(number: int) -> str:
    return f"stone {number % DIFFERENT}"


@pytest.fixture(scope="module")
def own_stub(own_server: RunningServer, api: Any) -> Iterator[Any]:
    with grpc.insecure_channel(own_server.address, options=OPTIONS) as channel:
        yield api.services.EmbeddingServiceStub(channel)


@pytest.fixture(scope="module")
def vectors(own_stub: Any, api: Any) -> list[bytes]:
    """What Embed answers for each of the different texts."""
    request = api.messages.EmbedRequest(
        texts=[text_of(n) for n in range(DIFFERENT)], encoding=api.messages.ENCODING_FLOAT32_LE
    )
    return [embedding.float32_le for embedding in own_stub.Embed(request).embeddings]


@pytest.fixture
def open_stream(api: Any, own_stub: Any) -> Iterator[Callable[..., Any]]:
    """Opens a stream of the texts of these numbers, as bytes; what is left of it is cancelled."""
    calls: list[Any] = []

    def start(numbers: Any, stub: Any = own_stub, text_of: Callable[[int], str] = text_of) -> Any:
        options = api.messages.EmbedOptions(encoding=api.messages.ENCODING_FLOAT32_LE)
        requests = (
            api.messages.EmbedStreamRequest(id=n, text=text_of(n), options=options) for n in numbers
        )
        calls.append(stub.EmbedStream(requests))
        return calls[-1]

    yield start
    for call in calls:
        call.cancel()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def wait_until_still(value: Callable[[], float]) -> None:
    """Until it has been the same for half a second."""
    last, since = value(), time.monotonic()
    while time.monotonic() - since < 0.5:
        time.sleep(0.02)
        if value() != last:
            last, since = value(), time.monotonic()


def is_still(server: RunningServer) -> bool:
    return metric(server.scrape(), "quartet_queue_items") == 0


def test_order_and_count_are_exact_and_vectors_those_of_single_calls(
    open_stream: Any, vectors: list[bytes]
) -> None:
    answers = 0
    for answer in open_stream(range(TEXTS)):
        assert answer.id == answers
        assert answer.embedding.float32_le == vectors[answers % DIFFERENT]
        answers += 1
    assert answers == TEXTS


def test_real_sentences_have_the_vectors_of_single_calls(
    own_stub: Any, api: Any, sentences: list[str]
) -> None:
    texts = sentences[:200]
    requests = (api.messages.EmbedStreamRequest(text=text) for text in texts)
    for text, answer in zip(texts, own_stub.EmbedStream(requests), strict=True):
        alone = own_stub.Embed(api.messages.EmbedRequest(texts=[text]))
        assert answer.embedding.values == alone.embeddings[0].values
        assert answer.embedding.token_count == alone.embeddings[0].token_count


def test_a_bad_text_in_the_middle_gets_its_own_status(own_stub: Any, api: Any) -> None:
    request = api.messages.EmbedStreamRequest
    long = " ".join(["stone"] * 200)
    reject = api.messages.EmbedOptions(truncation=api.messages.TRUNCATION_REJECT)
    another = api.messages.EmbedOptions(required_fingerprint="0" * 64)
    requests = [
        request(id=0, text="good"),
        request(id=1, text=""),
        request(id=2, text=long),
        request(id=3, text=long, options=reject),
        request(id=4, text="good"),
        request(id=5, text="good", options=another),
    ]
    answers = list(own_stub.EmbedStream(iter(requests)))
    assert [answer.id for answer in answers] == list(range(6))
    assert [answer.error.code for answer in answers] == [0, 3, 0, 3, 0, 9]
    assert answers[2].embedding.truncated
    assert answers[3].error.message == "text: has 202 tokens, the limit is 128"
    assert answers[3].error.details[0].type_url.endswith("google.rpc.BadRequest")
    assert len(answers[0].model_fingerprint) == 64
    assert not answers[4].model_fingerprint


def test_a_half_close_lets_the_rest_be_answered(open_stream: Any) -> None:
    call = open_stream(range(50))
    time.sleep(0.1)  # all are sent
    assert [answer.id for answer in call] == list(range(50))
    assert call.code() == grpc.StatusCode.OK


def test_who_does_not_read_holds_back_only_himself(
    own_server: RunningServer, open_stream: Any, api: Any
) -> None:
    sent = 0

    def numbers() -> Iterator[int]:
        nonlocal sent
        while True:
            yield sent
            sent += 1

    call = open_stream(numbers())
    wait_until_still(lambda: sent)
    stalled_at = sent
    with Bystander(own_server, api) as other:
        time.sleep(1)
    assert other.failures == []
    assert sent < stalled_at + 1000  # a seventh of what a reader's stream takes in a second
    print(f"stalled after {sent} texts")
    for number in range(sent + 1000):  # until he reads
        assert next(call).id == number


def test_a_stream_at_work_holds_back_no_single_call_of_its_connection(
    own_server: RunningServer, own_stub: Any, open_stream: Any, api: Any
) -> None:
    """It waits for the batches of the lanes, not for the dozens of the stream's texts."""

    def forwards() -> tuple[float, float]:
        page = own_server.scrape()
        name = "quartet_inference_seconds"
        return metric(page, f"{name}_count"), metric(page, f"{name}_sum")

    call = open_stream(itertools.count(), text_of=lambda _: "stone " * 60)
    reader = threading.Thread(target=lambda: sum(1 for _ in _until_cancelled(call)))
    reader.start()
    request = api.messages.EmbedRequest(texts=["A man is eating."])
    wait_until(lambda: metric(own_server.scrape(), "quartet_queue_items") > 40)
    count, seconds = forwards()
    queued = sorted(own_stub.Embed(request).timing.queue.ToNanoseconds() / 1e9 for _ in range(30))
    later_count, later_seconds = forwards()
    call.cancel()
    reader.join()
    forward = (later_seconds - seconds) / (later_count - count)
    print(f"queued for {queued[15] / forward:.2f} forwards of {forward * 1e3:.1f} ms")
    assert queued[15] < 3 * forward  # measured: 1; behind the stream's texts it would be 7


def _until_cancelled(call: Any) -> Iterator[Any]:
    try:
        yield from call
    except grpc.RpcError as error:
        if error.code() != grpc.StatusCode.CANCELLED:
            raise


def test_who_cancels_frees_his_texts(own_server: RunningServer, open_stream: Any) -> None:
    before = metric(own_server.scrape(), HANDLED % "Canceled")
    call = open_stream(itertools.count())
    for _ in range(10):
        next(call)
    call.cancel()
    wait_until(lambda: metric(own_server.scrape(), HANDLED % "Canceled") == before + 1)
    wait_until(lambda: is_still(own_server))


def test_a_full_connection_of_streams_that_do_not_read_is_harmless(
    own_server: RunningServer, open_stream: Any, api: Any
) -> None:
    before = own_server.status_value("VmRSS")
    with grpc.insecure_channel(own_server.address, options=OPTIONS) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        for _ in range(STREAMS):
            open_stream(range(1_000_000), stub)
        with Bystander(own_server, api) as other:
            time.sleep(3)
        assert other.failures == []
        grown = own_server.status_value("VmRSS") - before
        print(f"grown by {grown / 1024:.0f} MB for {STREAMS} streams")
        assert grown < 150 * 1024
    wait_until(lambda: is_still(own_server))


def test_streams_wait_where_single_calls_are_refused(start_server: Any, api: Any) -> None:
    server = start_server("--max-queue-tokens=512")
    texts = [" ".join(["stone"] * 100)] * 100

    def stream(answers: list[Any]) -> None:
        with grpc.insecure_channel(server.address, options=OPTIONS) as channel:
            stub = api.services.EmbeddingServiceStub(channel)
            requests = (api.messages.EmbedStreamRequest(text=text) for text in texts)
            answers.extend(stub.EmbedStream(requests))

    answers: list[list[Any]] = [[] for _ in range(6)]
    threads = [threading.Thread(target=stream, args=[own]) for own in answers]
    for thread in threads:
        thread.start()
    with Bystander(server, api) as other:
        for thread in threads:
            thread.join()
    assert [len(own) for own in answers] == [len(texts)] * 6
    assert all(answer.HasField("embedding") for own in answers for answer in own)
    assert other.failures == []
    page = server.scrape()
    for reason in ("queue_full", "client_share", "deadline"):
        assert metric(page, f'quartet_rejected_total{{reason="{reason}"}}') == 0
