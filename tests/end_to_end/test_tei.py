"""Clients of text-embeddings-inference's gRPC API find what they know, on the same port."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import numpy as np
import pytest

from calling_client import vectors_of
from keys import line
from metrics_page import metric
from running_server import RunningServer
from stubs import PROTO, generate

LONG = "word " * 200
CALLS = (
    'grpc_server_handled_total{grpc_code="OK",grpc_method="EmbedStream",'
    'grpc_service="tei.v1.Embed",grpc_type="bidi_stream"}'
)


@pytest.fixture(scope="module")
def tei(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    out = tmp_path_factory.mktemp("tei")
    generate(PROTO, "tei/v1/tei.proto", out)
    sys.path.insert(0, str(out))
    return SimpleNamespace(
        messages=importlib.import_module("tei.v1.tei_pb2"),
        services=importlib.import_module("tei.v1.tei_pb2_grpc"),
    )


@pytest.fixture(scope="module")
def channel(server: RunningServer) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(server.address) as opened:
        yield opened


@pytest.fixture
def embed(channel: grpc.Channel, tei: SimpleNamespace) -> Any:
    return tei.services.EmbedStub(channel)


def vector(answer: Any) -> np.ndarray:
    return np.array(answer.embeddings, np.float32)


def test_vectors_are_ours_normalized_by_default(
    embed: Any, tei: SimpleNamespace, stub: Any, api: Any
) -> None:
    text = "A man is eating."
    ours = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=[text])))[0]
    normal = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=[text], normalize=True)))[0]
    answer = embed.Embed(tei.messages.EmbedRequest(inputs=text))
    assert (vector(answer) == normal).all()
    raw = embed.Embed(tei.messages.EmbedRequest(inputs=text, normalize=False))
    assert (vector(raw) == ours).all()
    short = vector(embed.Embed(tei.messages.EmbedRequest(inputs=text, dimensions=32)))
    assert short.shape == (32,)
    assert np.linalg.norm(short) == pytest.approx(1, abs=1e-5)
    metadata = answer.metadata
    assert (metadata.compute_chars, metadata.compute_tokens) == (16, 7)
    parts = metadata.tokenization_time_ns + metadata.queue_time_ns + metadata.inference_time_ns
    assert 0 < parts <= metadata.total_time_ns


def test_a_long_text_is_cut_only_where_its_client_says_so(embed: Any, tei: SimpleNamespace) -> None:
    text = "first words " + LONG + " and last words"
    error = embed.Embed.future(tei.messages.EmbedRequest(inputs=text)).exception()
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "inputs: has 207 tokens, the limit is 128"
    cut = [
        vector(embed.Embed(tei.messages.EmbedRequest(inputs=text, truncate=True, **direction)))
        for direction in ({}, {"truncation_direction": tei.messages.TRUNCATION_DIRECTION_LEFT})
    ]
    kept = embed.Embed(tei.messages.EmbedRequest(inputs="first words " + LONG, truncate=True))
    assert (cut[0] == vector(kept)).all()
    assert (cut[0] != cut[1]).any()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"inputs": ""}, "inputs: is empty; a text has at least 1 byte"),
        ({"inputs": "a" * 32769}, "inputs: has 32769 bytes, the limit is 32768"),
        ({"inputs": "a", "dimensions": 0}, "dimensions: is 0, the limits are 1 and 384"),
        ({"inputs": "a", "prompt_name": "x"}, "prompt_name: is 'x'; the model has no prompts"),
    ],
)
def test_what_is_wrong_is_named_as_their_field(
    embed: Any, tei: SimpleNamespace, fields: dict[str, Any], message: str
) -> None:
    error = embed.Embed.future(tei.messages.EmbedRequest(**fields)).exception()
    assert (error.code(), error.details()) == (grpc.StatusCode.INVALID_ARGUMENT, message)


def test_a_stream_answers_in_order_until_the_first_text_that_is_refused(
    embed: Any, tei: SimpleNamespace, server: RunningServer, sentences: list[str]
) -> None:
    before = metric(server.scrape(), CALLS)
    requests = [tei.messages.EmbedRequest(inputs=text, truncate=True) for text in sentences[:300]]
    answers = list(embed.EmbedStream(iter(requests)))
    assert len(answers) == 300
    for place in (0, 7, 299):
        assert (vector(answers[place]) == vector(embed.Embed(requests[place]))).all()
    assert metric(server.scrape(), CALLS) == before + 1

    requests[100] = tei.messages.EmbedRequest(inputs=LONG)
    some = embed.EmbedStream(iter(requests))
    assert [vector(next(some)).tolist() for _ in range(100)] == [
        vector(answer).tolist() for answer in answers[:100]
    ]
    with pytest.raises(grpc.RpcError) as caught:
        next(some)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert caught.value.details() == "inputs: has 202 tokens, the limit is 128"


def test_tokens_show_their_text_and_where_it_is(
    channel: grpc.Channel, tei: SimpleNamespace, sentence_transformer: Any
) -> None:
    text = "naïve Ångström 你好 unaffable"
    stub = tei.services.TokenizeStub(channel)
    whole = stub.Tokenize(tei.messages.EncodeRequest(inputs=text, add_special_tokens=True)).tokens
    assert [token.id for token in whole] == sentence_transformer.tokenizer(text)["input_ids"]
    assert (whole[0].text, whole[0].special, whole[0].HasField("start")) == ("[CLS]", True, False)
    inner = stub.Tokenize(tei.messages.EncodeRequest(inputs=text)).tokens
    assert list(inner) == list(whole[1:-1])
    for token in inner:
        assert text.encode()[token.start : token.stop].decode() == token.text


def test_info_says_what_is_served(
    channel: grpc.Channel, tei: SimpleNamespace, stub: Any, api: Any
) -> None:
    info = tei.services.InfoStub(channel).Info(tei.messages.InfoRequest())
    ours = stub.GetModelInfo(api.messages.GetModelInfoRequest())
    assert (info.model_id, info.model_dtype) == (ours.name, "int8")
    assert info.max_input_length == 128
    assert info.model_type == tei.messages.MODEL_TYPE_EMBEDDING


def test_health_knows_their_services(channel: grpc.Channel, api: Any) -> None:
    health = api.health_services.HealthStub(channel)
    for name in ("tei.v1.Embed", "tei.v1.Tokenize", "tei.v1.Info"):
        assert health.Check(api.health.HealthCheckRequest(service=name)).status == 1


def test_keys_are_asked_for_as_ever(
    tei: SimpleNamespace, start_server: Any, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.write_text(line("search", "right"))
    server = start_server(f"--api-keys-file={keys}")
    request = tei.messages.EmbedRequest(inputs="let me in")
    with grpc.insecure_channel(server.address) as opened:
        embed = tei.services.EmbedStub(opened)
        error = embed.Embed.future(request).exception()
        assert error.code() == grpc.StatusCode.UNAUTHENTICATED
        stream = embed.EmbedStream(iter([request]))
        assert stream.exception().code() == grpc.StatusCode.UNAUTHENTICATED
        metadata = [("authorization", "Bearer right")]
        assert len(embed.Embed(request, metadata=metadata).embeddings) == 384


def test_a_draining_server_ends_their_streams(tei: SimpleNamespace, start_server: Any) -> None:
    server = start_server()
    with grpc.insecure_channel(server.address) as opened:
        requests = (tei.messages.EmbedRequest(inputs="a text") for _ in iter(int, 1))
        stream = tei.services.EmbedStub(opened).EmbedStream(requests)
        next(stream)
        server.process.terminate()
        with pytest.raises(grpc.RpcError) as caught:
            for _ in stream:
                pass
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    assert server.process.wait(30) == 0


def test_grpcurl_finds_them_by_reflection(server: RunningServer) -> None:
    grpcurl = Path(sys.executable).with_name("grpcurl")
    done = subprocess.run(
        [grpcurl, "-plaintext", "-d", '{"inputs": "A man is eating."}', server.address,
         "tei.v1.Embed/Embed"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert '"compute_tokens": 7' in done.stdout or '"computeTokens": 7' in done.stdout
