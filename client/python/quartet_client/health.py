"""The standard health API, grpc.health.v1."""

from __future__ import annotations

from typing import Any

from google.protobuf import wrappers_pb2

SERVING = 1


def check_of(channel: Any) -> Any:
    """Its method Check. A string and a number are of the form of its messages on the wire, which
    only one package of a process may define: a program may have health stubs of its own."""
    return channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=wrappers_pb2.StringValue.SerializeToString,
        response_deserializer=wrappers_pb2.Int32Value.FromString,
    )


def request_of(service: str) -> wrappers_pb2.StringValue:
    return wrappers_pb2.StringValue(value=service)


def says_serving(answer: wrappers_pb2.Int32Value) -> bool:
    return bool(answer.value == SERVING)
