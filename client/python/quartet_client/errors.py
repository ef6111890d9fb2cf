"""What goes wrong with a call."""

from __future__ import annotations

import re

import grpc

TEXT_FIELD = re.compile(r"\btexts\[(\d+)\]")


class QuartetError(Exception):
    """A call that failed, or a text that was refused.

    `code` says what kind: INVALID_ARGUMENT (the message names the field, the limit and the value),
    RESOURCE_EXHAUSTED (overload, after all retries), DEADLINE_EXCEEDED, UNAVAILABLE (nobody
    answers), UNAUTHENTICATED, PERMISSION_DENIED, FAILED_PRECONDITION (another model is served),
    INTERNAL."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(f"{code.name}: {message}")
        self.code = code
        self.message = message


def error_of(error: grpc.RpcError, first: int = 0) -> QuartetError:
    """`first`: the place of the call's first text in the list that the caller gave."""
    message = TEXT_FIELD.sub(lambda m: f"texts[{int(m[1]) + first}]", error.details() or "")
    return QuartetError(error.code(), message)


def code_of(number: int) -> grpc.StatusCode:
    """Of google.rpc's number."""
    return next(code for code in grpc.StatusCode if code.value[0] == number)
