"""Streams whose server stops, or has no room for them."""

from __future__ import annotations

import importlib
import itertools
import sys
import threading
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from bystander import OPTIONS
from running_server import ROOT

DIFFERENT = 97  # texts, round and round
PATIENCE = 60


def text_of(number: int) -> str:
    return f"stone {number % DIFFERENT}"


def embed(stub: Any, api: Any) -> list[bytes]:
    """What Embed answers for each of the different texts."""
    request = api.messages.EmbedRequest(
        texts=[text_of(n) for n in range(DIFFERENT)], encoding=api.messages.ENCODING_FLOAT32_LE
    )
    return [embedding.float32_le for embedding in stub.Embed(request).embeddings]


@pytest.fixture(scope="module")
def text_stream(api: Any) -> Any:
    """The Python client's class; it imports the stubs."""
    sys.path.append(str(ROOT / "client/python"))
    return importlib.import_module("quartet_client.stream").TextStream


def test_a_draining_server_answers_what_it_took_and_says_unavailable(
    start_server: Any, api: Any
) -> None:
    server = start_server()
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        requests = (
            api.messages.EmbedStreamRequest(id=n, text=text_of(n)) for n in itertools.count()
        )
        call = stub.EmbedStream(requests)
        ids = [next(call).id for _ in range(100)]
        stopper = threading.Thread(target=server.stop)
        stopper.start()
        with pytest.raises(grpc.RpcError) as caught:
            ids.extend(answer.id for answer in call)
        stopper.join()
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    assert ids == list(range(len(ids)))
    assert server.process.returncode == 0
    assert server.wait_for_event("stopped")["drained"] == "true"


@pytest.mark.parametrize("stop", ["stop", "kill"])
def test_a_client_resumes_where_its_server_has_stopped(
    start_server: Any, api: Any, text_stream: Any, stop: str
) -> None:
    server = start_server()
    address = server.address
    options = api.messages.EmbedOptions(encoding=api.messages.ENCODING_FLOAT32_LE)
    with grpc.insecure_channel(
        address, options=[("grpc.max_reconnect_backoff_ms", 200)]
    ) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        answers = 0
        vectors = embed(stub, api)
        for answer in text_stream(stub, (text_of(n) for n in range(2000)), options):
            assert answer.id == answers
            assert answer.embedding.float32_le == vectors[answers % DIFFERENT]
            answers += 1
            if answers == 500:
                getattr(server, stop)()
                server = start_server(listen=address)
    assert answers == 2000


def test_more_streams_than_the_server_holds_are_told_to_come_back(
    start_server: Any, api: Any
) -> None:
    server = start_server()
    done = threading.Event()

    def one_text() -> Iterator[Any]:
        yield api.messages.EmbedStreamRequest(text="a text")
        done.wait(PATIENCE)

    channels = [grpc.insecure_channel(server.address, options=OPTIONS) for _ in range(3)]
    calls = []
    for channel in channels:
        stub = api.services.EmbeddingServiceStub(channel)
        calls += [stub.EmbedStream(one_text()) for _ in range(100)]
    codes = []
    for call in calls:
        try:
            next(call)
            codes.append(grpc.StatusCode.OK)
        except grpc.RpcError as error:
            codes.append(error.code())
    done.set()
    for channel in channels:
        channel.close()
    assert codes.count(grpc.StatusCode.OK) == 256
    assert codes.count(grpc.StatusCode.RESOURCE_EXHAUSTED) == 44
