"""Bad input gets a status that says what is wrong, and the server goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def error_of(call: Callable[[], Any]) -> Any:
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def violated_field(error: Any) -> str:
    """The field that google.rpc.BadRequest names."""
    trailers = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    bad_request = error_details_pb2.BadRequest()
    assert status.details[0].Unpack(bad_request)
    return str(bad_request.field_violations[0].field)


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"texts": []}, "texts", "at least 1 text"),
        ({"texts": ["a", ""]}, "texts[1]", "is empty"),
        ({"texts": ["a"] * 257}, "texts", "has 257 texts, the limit is 256"),
        ({"texts": ["x" * 32769]}, "texts[0]", "has 32769 bytes, the limit is 32768"),
        ({"texts": ["a"], "dimensions": 0}, "dimensions", "is 0, the limits are 1 and 384"),
        ({"texts": ["a"], "dimensions": 100000}, "dimensions", "is 100000"),
        ({"texts": ["a"], "truncation": 99}, "truncation", "is 99"),
        ({"texts": ["a"], "encoding": 99}, "encoding", "is 99"),
        (
            {"texts": ["ok", "word " * 200], "truncation": 3},
            "texts[1]",
            "202 tokens, the limit is 128",
        ),
    ],
)
def test_a_bad_field_is_named_with_limit_and_value(
    stub: Any, api: Any, fields: dict[str, Any], field: str, message: str
) -> None:
    error = error_of(lambda: stub.Embed(api.messages.EmbedRequest(**fields)))
    assert error.code() == INVALID
    assert error.details().startswith(f"{field}: ")
    assert message in error.details()
    assert violated_field(error) == field
    assert stub.Embed(api.messages.EmbedRequest(texts=["still here"]))


def test_the_limits_themselves_are_allowed(stub: Any, api: Any) -> None:
    request = api.messages.EmbedRequest
    assert len(stub.Embed(request(texts=["a"] * 256)).embeddings) == 256
    assert stub.Embed(request(texts=["x" * 32768])).embeddings
    assert stub.Embed(request(texts=["word " * 126], truncation=3)).embeddings


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"\x0a\x02ok\x0a\x03ab\xff", "texts[1]: is not valid UTF-8 at byte 2"),
        (b"\xff\xff\xff\xff garbage", "not a valid quartet.v1.EmbedRequest message of 12 bytes"),
        (b"\x0a\x7fcut", "not a valid quartet.v1.EmbedRequest message of 5 bytes"),
    ],
)
def test_bytes_that_are_no_good_request(
    server: Any, stub: Any, api: Any, body: bytes, message: str
) -> None:
    with grpc.insecure_channel(server.address) as channel:
        error = error_of(lambda: channel.unary_unary("/quartet.v1.EmbeddingService/Embed")(body))
    assert error.code() == INVALID
    assert message in error.details()
    assert stub.Embed(api.messages.EmbedRequest(texts=["still here"]))


def test_a_message_over_1_mib_is_refused(stub: Any, api: Any) -> None:
    error = error_of(lambda: stub.Embed(api.messages.EmbedRequest(texts=["x" * 2_000_000])))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_another_models_fingerprint_is_a_failed_precondition(stub: Any, api: Any) -> None:
    request = api.messages.EmbedRequest(texts=["a"], required_fingerprint="0" * 64)
    error = error_of(lambda: stub.Embed(request))
    assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "0" * 64 in error.details()


def test_a_deadline_that_has_passed_is_deadline_exceeded(stub: Any, api: Any) -> None:
    request = api.messages.EmbedRequest(texts=["word " * 100] * 256)
    error = error_of(lambda: stub.Embed(request, timeout=0.02))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    # Its texts make room for the next call, as soon as the server has seen that it is over.
    began = time.monotonic()
    while True:
        try:
            assert stub.Embed(api.messages.EmbedRequest(texts=["still here"]))
            break
        except grpc.RpcError as refusal:
            assert refusal.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
            assert time.monotonic() - began < 30


def test_a_full_server_refuses_with_advice_when_to_come_back(start_server: Any, api: Any) -> None:
    server = start_server("--max-queue-tokens=512")
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        request = api.messages.EmbedRequest(texts=["word " * 100] * 4)
        calls = [stub.Embed.future(request, timeout=60) for _ in range(50)]
        errors = [error for error in (call.exception() for call in calls) if error]
    assert 0 < len(errors) < 50
    for error in errors:
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        # 200 where no forward has been measured yet, else as long as the excess takes.
        pushback = dict(error.trailing_metadata())["grpc-retry-pushback-ms"]
        assert 10 <= int(pushback) <= 5000
