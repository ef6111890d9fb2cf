"""The Python package: built from a clean folder, installed, and used against the real server.

QUARTET_TEST_STREAM_TEXTS=1000000 streams as many."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
import numpy as np
import pytest

from calling_client import vectors_of
from certificates import Authority
from keys import line
from metrics_page import handled_embeds
from running_server import ROOT, RunningServer
from waiting import wait_until

STREAMED = int(os.environ.get("QUARTET_TEST_STREAM_TEXTS", "20000"))
DIFFERENT = 50


def text_of(number: int) -> str:
    return f"The river number {number % DIFFERENT} is cold."


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """As a user installs it, but without an index."""
    clone, installed = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("installed")
    shutil.copytree(ROOT / "proto", clone / "proto")
    shutil.copytree(
        ROOT / "client/python",
        clone / "client/python",
        ignore=shutil.ignore_patterns("__pycache__", "quartet", "build", "*.egg-info"),
    )
    pip("install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "--target", installed,
        clone / "client/python")  # fmt: skip
    sys.path.insert(0, str(installed))
    import quartet_client

    assert Path(quartet_client.__file__).is_relative_to(installed)
    assert (installed / "quartet_client/py.typed").exists()
    yield quartet_client
    sys.path.remove(str(installed))


@pytest.fixture
def client(package: Any, server: RunningServer) -> Iterator[Any]:
    with package.Client(server.address, batch_size=7, concurrency=3) as made:
        yield made


def test_the_source_distribution_builds_the_same_package(package: Any, tmp_path: Path) -> None:
    for folder in ("proto", "client/python"):
        ignored = shutil.ignore_patterns("__pycache__", "quartet_v1")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    code = "import setuptools.build_meta as b; print(b.build_sdist('.'))"
    built = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "client/python",
        capture_output=True,
        text=True,
        check=True,
    )
    archive = tmp_path / "client/python" / built.stdout.splitlines()[-1]
    pip("install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "--target",
        tmp_path / "installed", archive)  # fmt: skip
    files = {p.name for p in (tmp_path / "installed").rglob("*.py")}
    assert {"embedding_pb2.py", "embedding_pb2_grpc.py", "client.py", "aio.py"} <= files


def test_a_long_list_has_the_vectors_of_its_texts_in_order(
    client: Any, stub: Any, api: Any, sentences: list[str]
) -> None:
    texts = sentences[:200]
    expected = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=texts)))
    vectors = client.embed(texts)
    assert vectors.dtype == np.float32
    assert (vectors == expected).all()
    assert client.embed([]).shape == (0, 384)


def test_options_are_those_of_the_call(client: Any, package: Any) -> None:
    options = package.EmbedOptions(normalize=True, dimensions=32)
    vectors = client.embed(["A man is eating.", "A man eats."], options)
    assert vectors.shape == (2, 32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert [t.piece for t in client.tokenize("eating")] == ["[CLS]", "eating", "[SEP]"]
    assert client.info().dimensions == 384


def test_an_error_names_the_text_by_its_place_in_the_whole_list(
    client: Any, package: Any, sentences: list[str]
) -> None:
    with pytest.raises(package.QuartetError) as raised:
        client.embed([*sentences[:20], "", *sentences[:20]])
    assert raised.value.code == grpc.StatusCode.INVALID_ARGUMENT
    assert "texts[20]" in raised.value.message
    with pytest.raises(TypeError, match="texts"):
        client.embed("one str")


def test_asyncio_has_the_same_vectors(
    package: Any, server: RunningServer, client: Any, sentences: list[str]
) -> None:
    async def texts() -> AsyncIterator[str]:
        for sentence in sentences[:300]:
            yield sentence

    async def run() -> tuple[np.ndarray, list[np.ndarray], str, int]:
        async with package.AsyncClient(server.address, batch_size=7) as made:
            vectors = await made.embed(sentences[:300])
            streamed = [vector async for vector in made.embed_stream(texts())]
            with pytest.raises(package.QuartetError) as raised:
                await made.embed([*sentences[:20], ""])
            tokens = await made.tokenize("eating")
            return vectors, streamed, raised.value.message, len(tokens)

    vectors, streamed, message, tokens = asyncio.run(run())
    assert (vectors == client.embed(sentences[:300])).all()
    assert (np.stack(streamed) == vectors).all()
    assert "texts[20]" in message
    assert tokens == 3


def test_a_stream_has_a_vector_for_each_text_in_order(client: Any) -> None:
    expected = client.embed([text_of(n) for n in range(DIFFERENT)])
    count = 0
    for vector in client.embed_stream(text_of(n) for n in range(STREAMED)):
        assert (vector == expected[count % DIFFERENT]).all()
        count += 1
    assert count == STREAMED


def test_a_refused_text_ends_a_stream_with_its_number(client: Any, package: Any) -> None:
    answers = client.embed_stream(["good", "also good", ""])
    assert len([next(answers), next(answers)]) == 2
    with pytest.raises(package.QuartetError, match=r"INVALID_ARGUMENT: texts\[2\]"):
        next(answers)


def failing_texts() -> Iterator[str]:
    yield "good"
    raise OSError("the file is gone")


def test_what_the_texts_raise_comes_after_the_answers_before(
    client: Any, package: Any, server: RunningServer
) -> None:
    answers = client.embed_stream(failing_texts())
    assert next(answers).shape == (384,)
    with pytest.raises(OSError, match="the file is gone"):
        next(answers)

    async def run() -> None:
        async with package.AsyncClient(server.address) as made:
            stream = made.embed_stream(failing_texts())
            assert (await anext(stream)).shape == (384,)
            with pytest.raises(OSError, match="the file is gone"):
                await anext(stream)

    asyncio.run(run())


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
    """gRPC rounds up to a millisecond, in which one text may be served."""
    with (
        package.Client(server.address, timeout=1e-6, batch_size=256) as client,
        pytest.raises(package.QuartetError) as raised,
    ):
        client.embed([text_of(n) * 10 for n in range(256)])
    assert raised.value.code == grpc.StatusCode.DEADLINE_EXCEEDED


def test_no_proxy_is_asked_for_this_machine(
    package: Any, server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would see keys that are sent in plain text because they stay here."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with package.Client(server.address, timeout=5) as client:
        assert client.embed(["good"]).shape == (1, 384)


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


def test_the_sentence_encoder_encodes_as_the_library(
    package: Any, client: Any, sentence_transformer: Any, sentences: list[str]
) -> None:
    encoder = package.SentenceEncoder(client)
    vectors = encoder.encode(sentences[:20], batch_size=8, show_progress_bar=False)
    expected = sentence_transformer.encode(sentences[:20])
    cosines = (vectors * expected).sum(1) / (
        np.linalg.norm(vectors, axis=1) * np.linalg.norm(expected, axis=1)
    )
    assert cosines.min() > 0.997  # of an int8 model
    assert encoder.encode("one text").shape == expected[0].shape
    assert np.linalg.norm(encoder.encode("one", normalize_embeddings=True)) == pytest.approx(1)
    assert encoder.get_sentence_embedding_dimension() == 384
    with pytest.raises(TypeError, match="prompt: is not"):
        encoder.encode("one text", prompt="query: ")


def test_langchain_finds_the_methods_that_it_calls(
    package: Any, client: Any, server: RunningServer, sentences: list[str]
) -> None:
    expected = client.embed(sentences[:5]).tolist()
    embeddings = package.LangChainEmbeddings(client)
    assert embeddings.embed_documents(sentences[:5]) == expected
    assert embeddings.embed_query(sentences[0]) == expected[0]

    async def run() -> tuple[list[list[float]], list[float]]:
        async with package.AsyncClient(server.address) as made:
            both = package.LangChainEmbeddings(client, made)
            documents = await both.aembed_documents(sentences[:5])
            return documents, await both.aembed_query(sentences[0])

    assert asyncio.run(run()) == (expected, expected[0])
    with pytest.raises(ValueError, match="asynchronous"):
        asyncio.run(embeddings.aembed_query("no client for it"))
