"""The Python package: built from a clean folder, installed, and used against the real server.

QUARTET_TEST_STREAM_TEXTS=1000000 streams as many."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from calling_client import vectors_of
from python_package import DIFFERENT, copy_sources, install, text_of
from running_server import RunningServer
from sent_texts import kept_errors, pieces_in

STREAMED = int(os.environ.get("QUARTET_TEST_STREAM_TEXTS", "20000"))


@pytest.fixture
def client(package: Any, server: RunningServer) -> Iterator[Any]:
    with package.Client(server.address, batch_size=7, concurrency=3) as made:
        yield made


def test_the_source_distribution_builds_the_same_package(tmp_path: Path) -> None:
    source = copy_sources(tmp_path / "clone")
    code = "import setuptools.build_meta as b; print(b.build_sdist('.'))"
    built = subprocess.run(
        [sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=True
    )
    install(source / built.stdout.splitlines()[-1], tmp_path / "installed")
    files = {p.name for p in (tmp_path / "installed").rglob("*.py")}
    assert {"embedding_pb2.py", "embedding_pb2_grpc.py", "client.py", "aio.py"} <= files


@pytest.mark.parametrize(("encoding", "share"), [("float16", 0.0005), ("int8", 0.004)])
def test_shorter_encodings_come_as_floats(
    client: Any, package: Any, sentences: list[str], encoding: str, share: float
) -> None:
    texts = sentences[:20]
    options = package.EmbedOptions(encoding=encoding)
    expected = client.embed(texts)
    for vectors in client.embed(texts, options), np.stack([*client.embed_stream(texts, options)]):
        assert vectors.dtype == np.float32
        assert (abs(vectors - expected).max(axis=1) <= share * abs(expected).max(axis=1)).all()
        assert not np.array_equal(vectors, expected)


def test_a_long_list_has_the_vectors_of_its_texts_in_order(
    client: Any, stub: Any, api: Any, sentences: list[str]
) -> None:
    texts = sentences[:200]
    expected = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=texts)))
    vectors = client.embed(texts)
    assert vectors.dtype == np.float32
    assert (vectors == expected).all()
    assert client.embed([]).shape == (0, 384)


def test_what_it_sends_is_looked_for_in_logs_and_errors(
    client: Any, package: Any, server: RunningServer
) -> None:
    """By what all tests' channels go through: sent_texts.py."""

    async def run() -> None:
        async with package.AsyncClient(server.address) as made:
            await made.embed(["That asyncio's client sends this is seen."])
            with pytest.raises(package.QuartetError):
                await made.embed(["As is what it is told.", ""])

    client.embed(["That the package sends this is seen."])
    with pytest.raises(package.QuartetError):
        client.embed(["good", "good", ""])
    with pytest.raises(package.QuartetError):
        list(client.embed_stream(["And that it streams this.", "good", "good", ""]))
    asyncio.run(run())
    for sent in ("package sends this", "And that it streams", "client sends this is seen"):
        assert pieces_in(f"text: '... {sent}.'"), sent
    for told in ("texts[1]: is empty", "texts[2]: is empty", "text: is empty"):
        assert any(told in error for error in kept_errors), told


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
