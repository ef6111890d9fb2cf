"""The vectors are sentence-transformers', whatever the call looks like."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from calling_client import vectors_of
from running_server import BF16_MODEL, EXACT_MODEL, MODEL, RunningServer

MANY = 1000


@dataclass(frozen=True)
class Nearness:
    """The acceptance figures: how near to sentence-transformers every vector must be."""

    min_cosine: float
    mean_cosine: float  # of MANY texts or more
    difference: float  # in any component
    by_mates: float


EXACT = Nearness(0.99999, 0.99999, 1e-4, 0)
# Components are up to 3 or so; the cosine says it better.
INT8 = Nearness(0.998, 0.9993, 0.5, 0)
BF16 = Nearness(0.9999, 0.99995, 0.05, 0)


@dataclass(frozen=True)
class Case:
    model: Path
    precision: str
    engine: str  # how it must begin
    nearness: Nearness
    environment: dict[str, str]


CASES = {
    "int8": Case(MODEL, "int8", "fused int8", INT8, {}),
    "bf16": Case(BF16_MODEL, "bf16", "fused", BF16, {}),
    "fp32": Case(EXACT_MODEL, "fp32", "fused float32", EXACT, {}),
    # As on CPUs without the instructions: with others, or in plain operators.
    "int8 without VNNI": Case(MODEL, "int8", "fused int8, AVX2", INT8, {"QUARTET_MAX_ISA": "avx2"}),
    "bf16 without BF16": Case(
        BF16_MODEL, "bf16", "fused float32 from bf16", BF16, {"QUARTET_MAX_ISA": "avx2"}
    ),
    "fp32 without AVX2": Case(
        EXACT_MODEL,
        "fp32",
        "aten float32",
        replace(EXACT, by_mates=1e-5),
        {"QUARTET_MAX_ISA": "none"},
    ),
}


@dataclass(frozen=True)
class Served:
    """A server with a model of one precision."""

    stub: Any
    nearness: Nearness

    def check(self, actual: np.ndarray, expected: np.ndarray) -> None:
        assert actual.shape == expected.shape
        a, e = actual.astype(np.float64), expected.astype(np.float64)
        cosine = (a * e).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(e, axis=1))
        difference = np.abs(a - e).max()
        print(f"cosine {cosine.min():.9f}, mean {cosine.mean():.9f}, difference {difference:.2e}")
        assert cosine.min() >= self.nearness.min_cosine
        if len(cosine) >= MANY:
            assert cosine.mean() >= self.nearness.mean_cosine
        assert difference <= self.nearness.difference


@pytest.fixture(scope="module", params=list(CASES.values()), ids=list(CASES))
def served(request: pytest.FixtureRequest, api: Any) -> Iterator[Served]:
    case: Case = request.param
    # Nothing is refused, however slow a sanitizer makes it: bf16 without its instructions made 268
    # tokens a second there.
    patience = ("--max-queue-time=600s", "--max-deadline=600s", "--default-deadline=600s")
    server = RunningServer(*patience, model=case.model, environment=case.environment)
    assert server.ready["engine"].startswith(case.engine)
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        info = stub.GetModelInfo(api.messages.GetModelInfoRequest())
        assert info.precision == case.precision
        yield Served(stub, case.nearness)
    server.kill()


def test_real_sentences_one_by_one(
    served: Served, api: Any, sentences: list[str], expected: np.ndarray
) -> None:
    responses = [served.stub.Embed(api.messages.EmbedRequest(texts=[s])) for s in sentences]
    served.check(np.concatenate([vectors_of(r) for r in responses]), expected)


def test_real_sentences_in_calls_of_1_to_32_texts_at_16_clients(
    served: Served, api: Any, sentences: list[str], expected: np.ndarray
) -> None:
    chooser = random.Random(7)
    order = list(range(len(sentences))) * 2
    chooser.shuffle(order)
    calls: list[list[int]] = []
    while order:
        size = chooser.randint(1, 32)
        calls.append(order[:size])
        order = order[size:]

    def embed(indexes: list[int]) -> np.ndarray:
        request = api.messages.EmbedRequest(texts=[sentences[i] for i in indexes])
        return vectors_of(served.stub.Embed(request, timeout=600))

    with ThreadPoolExecutor(16) as clients:
        vectors = list(clients.map(embed, calls))
    served.check(np.concatenate(vectors), expected[[i for call in calls for i in call]])


def test_a_vector_does_not_depend_on_its_batch_mates(
    served: Served, api: Any, sentences: list[str]
) -> None:
    chooser = random.Random(11)
    for text in chooser.sample(sentences, 20):
        alone = vectors_of(served.stub.Embed(api.messages.EmbedRequest(texts=[text])))[0]
        mates = chooser.sample(sentences, 3)
        place = chooser.randrange(4)
        together = [*mates[:place], text, *mates[place:]]
        vectors = vectors_of(served.stub.Embed(api.messages.EmbedRequest(texts=together)))
        assert np.abs(vectors[place] - alone).max() <= served.nearness.by_mates


@pytest.mark.parametrize("words", [126, 127, 200, 3000])
def test_a_text_over_128_tokens_is_cut_as_sentence_transformers_cuts_it(
    served: Served, api: Any, sentence_transformer: Any, words: int
) -> None:
    text = " ".join(f"{w}" for w in (["river", "stone", "seven", "green"] * words)[:words])
    response = served.stub.Embed(api.messages.EmbedRequest(texts=[text]))
    served.check(vectors_of(response), sentence_transformer.encode([text]))
    assert response.embeddings[0].truncated == (words > 126)
    assert response.embeddings[0].token_count == 128


def test_truncation_start_keeps_the_end(stub: Any, api: Any) -> None:
    request = api.messages.EmbedRequest
    kept = " ".join(["river"] * 126)
    long = " ".join(["stone"] * 100) + " " + kept
    start = stub.Embed(request(texts=[long], truncation=api.messages.TRUNCATION_START))
    end = stub.Embed(request(texts=[kept]))
    assert start.embeddings[0].truncated
    assert np.abs(vectors_of(start) - vectors_of(end)).max() <= 1e-5


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "你好,世界",
        "naïve café Ångström ÉCOLE",
        "👩‍👩‍👧 😀 flag 🇪🇺",
        "مرحبا بالعالم",
        "नमस्ते दुनिया",
        "a\x00b\tc\u200bd\ufffde",
        "!?,;:'\"()[]{}",
        "w" * 101,
        " \n\t ",
        "[SEP] [MASK] inside",
    ],
)
def test_every_script_and_oddity(
    served: Served, api: Any, sentence_transformer: Any, text: str
) -> None:
    response = served.stub.Embed(api.messages.EmbedRequest(texts=[text]))
    served.check(vectors_of(response), sentence_transformer.encode([text]))


def test_options_of_the_vector(stub: Any, api: Any) -> None:
    request, messages = api.messages.EmbedRequest, api.messages
    plain = vectors_of(stub.Embed(request(texts=["a sentence"])))[0]
    unit = vectors_of(stub.Embed(request(texts=["a sentence"], normalize=True)))[0]
    assert unit == pytest.approx(plain / np.linalg.norm(plain), abs=1e-6)
    cut = vectors_of(stub.Embed(request(texts=["a sentence"], dimensions=64, normalize=True)))[0]
    assert cut == pytest.approx(plain[:64] / np.linalg.norm(plain[:64]), abs=1e-6)
    as_bytes = stub.Embed(request(texts=["a sentence"], encoding=messages.ENCODING_FLOAT32_LE))
    assert not as_bytes.embeddings[0].values
    assert np.frombuffer(as_bytes.embeddings[0].float32_le, "<f4") == pytest.approx(plain, abs=1e-6)


def test_shorter_encodings_hardly_turn_a_vector(stub: Any, api: Any, sentences: list[str]) -> None:
    def embed(encoding: int, **options: Any) -> Any:
        request = api.messages.EmbedRequest(texts=sentences[:200], encoding=encoding, **options)
        return stub.Embed(request).embeddings

    for options in ({}, {"normalize": True, "dimensions": 64}):
        floats = [e.float32_le for e in embed(api.messages.ENCODING_FLOAT32_LE, **options)]
        plain = np.frombuffer(b"".join(floats), "<f4").reshape(len(floats), -1)
        halves = [e.float16_le for e in embed(api.messages.ENCODING_FLOAT16_LE, **options)]
        assert np.array_equal(
            np.frombuffer(b"".join(halves), "<f2").reshape(plain.shape), plain.astype("<f2")
        )
        short = embed(api.messages.ENCODING_INT8, **options)
        scales = np.array([e.scale for e in short], np.float32)[:, None]
        decoded = np.frombuffer(b"".join(e.int8 for e in short), np.int8).reshape(plain.shape)
        assert np.allclose(scales, np.abs(plain).max(axis=1, keepdims=True) / 127)
        assert (np.abs(decoded * scales - plain) <= scales * 0.5001).all()
        lengths = np.linalg.norm(decoded, axis=1) * np.linalg.norm(plain, axis=1)
        assert ((decoded * plain).sum(axis=1) / lengths).min() > 0.9998


def test_an_answer_says_how_it_was_made(stub: Any, api: Any) -> None:
    info = stub.GetModelInfo(api.messages.GetModelInfoRequest())
    assert (info.name, info.dimensions, info.max_sequence_length) == (
        "paraphrase-MiniLM-L3-v2",
        384,
        128,
    )
    assert (info.pooling, info.normalized, info.precision) == ("mean", False, "int8")
    assert len(info.fingerprint) == 64
    response = stub.Embed(
        api.messages.EmbedRequest(texts=["hello world"], required_fingerprint=info.fingerprint)
    )
    assert response.model_fingerprint == info.fingerprint
    assert response.embeddings[0].token_count == 4
    assert response.timing.inference.ToNanoseconds() > 0
    assert response.timing.tokenize.ToNanoseconds() > 0
