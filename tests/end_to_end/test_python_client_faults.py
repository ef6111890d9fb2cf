"""The Python package where the server restarts, refuses, is late, locked or not there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import numpy as np
import pytest

from certificates import Authority
from keys import line
from metrics_page import handled_embeds
from python_package import DIFFERENT, text_of
from running_server import RunningServer
from waiting import wait_until


def restarted(server: RunningServer, start: Callable[..., RunningServer]) -> RunningServer:
    server.process.terminate()
    server.process.wait(30)
    return start(listen=server.address)


def test_a_restart_in_the_middle_loses_no_text_of_a_list_or_a_stream(
    package: Any, start_server: Any
) -> None:
    server = start_server()
    with package.Client(server.address, batch_size=8, concurrency=2) as client:
        expected = client.embed([text_of(n) for n in range(DIFFERENT)])
        streamed: list[np.ndarray] = []
        listed: list[np.ndarray] = []
        halfway = threading.Event()

        def stream() -> None:
            for vector in client.embed_stream(text_of(n) for n in range(4000)):
                streamed.append(vector)
                if len(streamed) == 1000:
                    halfway.set()

        def embed_lists() -> None:
            for _ in range(20):
                listed.append(client.embed([text_of(n) for n in range(DIFFERENT)]))

        threads = [threading.Thread(target=stream), threading.Thread(target=embed_lists)]
        for thread in threads:
            thread.start()
        assert halfway.wait(60)
        restarted(server, start_server)
        for thread in threads:
            thread.join(60)
    assert len(listed) == 20
    assert all((vectors == expected).all() for vectors in listed)
    assert len(streamed) == 4000
    assert all((v == expected[n % DIFFERENT]).all() for n, v in enumerate(streamed))


def test_asyncio_streams_go_on_after_a_restart(package: Any, start_server: Any) -> None:
    server = start_server()

    async def run() -> list[np.ndarray]:
        vectors: list[np.ndarray] = []
        async with package.AsyncClient(server.address) as client:
            async for vector in client.embed_stream(text_of(n) for n in range(3000)):
                vectors.append(vector)
                if len(vectors) == 500:
                    await asyncio.to_thread(restarted, server, start_server)
            expected = await client.embed([text_of(n) for n in range(DIFFERENT)])
        assert all((v == expected[n % DIFFERENT]).all() for n, v in enumerate(vectors))
        return vectors

    assert len(asyncio.run(run())) == 3000


def test_overload_is_waited_out_as_the_server_asks(
    package: Any, start_server: Any, sentences: list[str]
) -> None:
    """Calls that the server refuses at first: its queue takes some three of these at a time."""
    server = start_server("--max-queue-tokens=1500")
    texts = sentences[:80]
    with package.Client(server.address, batch_size=4, concurrency=8) as client:
        vectors = client.embed(texts)

    async def run() -> np.ndarray:
        async with package.AsyncClient(server.address, batch_size=4, concurrency=8) as made:
            embedded: np.ndarray = await made.embed(texts)
            return embedded

    assert vectors.shape == (80, 384)
    assert (asyncio.run(run()) == vectors).all()
    assert 'reason="queue_full"' in server.scrape()
    assert handled_embeds(server.scrape()) > 40  # of which 40 were answered


def overloaded(api: SimpleNamespace, refusals: int) -> Any:
    """An EmbeddingService that refuses the first calls; the vector of a text is its length."""
    left = iter(range(refusals))

    class Overloaded(api.services.EmbeddingServiceServicer):  # type: ignore[name-defined,misc]
        def Embed(self, request: Any, context: grpc.ServicerContext) -> Any:
            if next(left, None) is not None:
                context.set_trailing_metadata([("grpc-retry-pushback-ms", "1")])
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "the queue is full")
            response = api.messages.EmbedResponse()
            for text in request.texts:
                response.embeddings.add(float32_le=np.float32(len(text)).tobytes())
            return response

    return Overloaded()


def test_calls_refused_more_often_than_grpc_tries_go_again(
    package: Any, api: SimpleNamespace
) -> None:
    options = {"batch_size": 1, "concurrency": 2}
    transport = package.Transport(watch_health=False)  # which this server has none of

    async def run(address: str) -> np.ndarray:
        async with package.AsyncClient(address, transport, **options) as made:
            embedded: np.ndarray = await made.embed(["a", "bb", "ccc"])
            return embedded

    def embed(address: str) -> np.ndarray:
        with package.Client(address, transport, **options) as made:
            embedded: np.ndarray = made.embed(["a", "bb", "ccc"])
            return embedded

    for client in (embed, lambda address: asyncio.run(run(address))):
        server = grpc.server(ThreadPoolExecutor(4))
        service = overloaded(api, refusals=14)  # gRPC makes five attempts of a call
        api.services.add_EmbeddingServiceServicer_to_server(service, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        assert client(f"127.0.0.1:{port}").tolist() == [[1], [2], [3]]
        server.stop(None).wait()


def test_health_tells_a_server_that_stops_from_one_that_serves(
    package: Any, start_server: Any
) -> None:
    server = start_server("--lame-duck=20s")
    unwatched = package.Transport(watch_health=False)
    with (
        package.Client(server.address) as watching,
        package.Client(server.address, unwatched) as client,
    ):
        assert watching.is_serving()
        assert client.is_serving()
        with pytest.raises(package.QuartetError, match="NOT_FOUND"):
            client.is_serving("nobody's name")
        server.process.terminate()
        wait_until(lambda: not client.is_serving())
        wait_until(lambda: not watching.is_serving())  # it has nobody to ask
        assert client.is_serving("liveness")

    async def run() -> tuple[bool, bool]:
        async with package.AsyncClient(server.address, unwatched) as made:
            return await made.is_serving(), await made.is_serving("liveness")

    assert asyncio.run(run()) == (False, True)


def test_an_expired_deadline_says_so(package: Any, server: RunningServer) -> None:
    with (
        package.Client(server.address, timeout=0.002) as client,
        pytest.raises(package.QuartetError) as raised,
    ):
        client.embed(["word " * 120] * 64)  # some 8,000 tokens
    assert raised.value.code == grpc.StatusCode.DEADLINE_EXCEEDED


def test_nobody_there_is_unavailable(package: Any) -> None:
    with (
        package.Client("127.0.0.1:1", timeout=3) as client,
        pytest.raises(package.QuartetError) as raised,
    ):
        client.embed(["nobody"])
    assert raised.value.code in (
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
    )


def test_no_proxy_is_asked_for_this_machine(
    package: Any, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would see keys that are sent in plain text because they stay here."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with package.Client(server.address, timeout=5) as client:
        assert client.embed(["good"]).shape == (1, 384)


def test_a_key_stays_at_home_without_tls(package: Any) -> None:
    transport = package.Transport(api_key="secret")
    with pytest.raises(ValueError, match="api_key"):
        package.Client("embeddings.example:50051", transport)
    with pytest.raises(ValueError, match="api_key"):
        package.Client("127.embeddings.example:50051", transport)
    with pytest.raises(ValueError, match="certificate: needs TLS"):
        package.Client("localhost:50051", package.Transport(certificate=b"", key=b""))
    package.Client("127.0.0.1:50051", transport).close()
    assert "secret" not in repr(transport)


def test_tls_certificates_and_keys_let_in_or_say_why_not(
    package: Any, start_server: Any, tmp_path: Path
) -> None:
    authority, stranger = Authority(tmp_path / "ca"), Authority(tmp_path / "stranger")
    server_pair, client_pair = authority.issue("server"), authority.issue("client")
    keys = tmp_path / "keys"
    keys.write_text(line("search", "right"))
    server = start_server(
        f"--tls-cert={server_pair.certificate}",
        f"--tls-key={server_pair.key}",
        f"--tls-client-ca={authority.certificate}",
        f"--api-keys-file={keys}",
    )
    address = server.address.replace("127.0.0.1", "localhost")

    def outcome(**changes: Any) -> str:
        known = {
            "ca": authority.certificate.read_bytes(),
            "certificate": client_pair.certificate.read_bytes(),
            "key": client_pair.key.read_bytes(),
            "api_key": "right",
        }
        transport = package.Transport(**(known | changes))
        try:
            with package.Client(address, transport, timeout=2) as client:
                return str(client.embed(["let me in"]).shape)
        except package.QuartetError as error:
            return str(error.code.name)

    nobody = {"UNAVAILABLE", "DEADLINE_EXCEEDED"}  # the handshake fails again and again
    assert outcome() == "(1, 384)"
    assert outcome(api_key="wrong") == "UNAUTHENTICATED"
    assert outcome(api_key=None) == "UNAUTHENTICATED"
    assert outcome(ca=stranger.certificate.read_bytes()) in nobody
    assert outcome(certificate=None, key=None) in nobody
