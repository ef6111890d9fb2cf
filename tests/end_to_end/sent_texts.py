"""The texts that tests send, what servers answer about calls that failed, and whether something
has a text in it that should not.

watch_channels() sees to all of Python's calls, whoever's stubs make them; what runs a program hands
its texts to record(). RunningServer searches its log, its last metrics and the errors until
then when it ends."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import grpc
import grpc.aio

# So many characters of a text are no coincidence; test_hygiene.py looks for shorter ones.
PIECE = 16
_pieces: set[str] = set()
kept_errors: set[str] = set()  # what was said about calls that failed


def record(texts: Iterable[str]) -> None:
    for text in texts:
        middle = max(len(text) // 2 - PIECE // 2, 0)
        for piece in (text[:PIECE], text[middle : middle + PIECE], text[-PIECE:]):
            if len(piece) == PIECE and len(set(piece)) > PIECE // 4:
                _pieces.add(piece)


def pieces_in(content: str) -> set[str]:
    """Of texts that were sent."""
    return {content[i : i + PIECE] for i in range(len(content) - PIECE + 1)} & _pieces


def take_errors() -> str:
    """All that were kept, which are forgotten: one that has a text fails one test, not all."""
    errors = "\n".join(kept_errors)
    kept_errors.clear()
    return errors


def _texts_of(request: Any) -> list[str]:
    if isinstance(request, bytes):  # of a call without a stub
        return [request.decode(errors="ignore")]
    texts = getattr(request, "texts", ())
    return [*texts, getattr(request, "text", ""), getattr(request, "inputs", "")]


def _recording(serializer: Callable[[Any], bytes] | None) -> Callable[[Any], bytes]:
    def serialize(request: Any) -> bytes:
        record(_texts_of(request))
        return serializer(request) if serializer else request

    return serialize


def _keeping(deserializer: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    """A stream's answer may be an error."""

    def deserialize(content: bytes) -> Any:
        response = deserializer(content) if deserializer else content
        if error := getattr(response, "error", None):
            kept_errors.add(str(error))
        return response

    return deserialize


def _keep(call: Any) -> None:
    """What was said of a call that is done."""
    if isinstance(call, grpc.aio.Call):
        kept_errors.add(str(call))  # the only thing of it that need not be awaited
        return
    trailers = [part for pair in call.trailing_metadata() or () for part in pair]
    said = [p.decode(errors="ignore") if isinstance(p, bytes) else str(p) for p in trailers]
    kept_errors.add(" ".join([call.details() or "", *said]))


def _keep_known(known: weakref.ref[Any]) -> None:
    if (call := known()) is not None:
        _keep(call)


class _WatchedMethod:
    """A method of a stub, whose calls are looked at when they are done."""

    def __init__(self, method: Any) -> None:
        self._method = method

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._watch(self._method, *arguments, **named)

    def with_call(self, *arguments: Any, **named: Any) -> Any:
        return self._watch(self._method.with_call, *arguments, **named)

    def future(self, *arguments: Any, **named: Any) -> Any:
        return self._watch(self._method.future, *arguments, **named)

    def _watch(self, start: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            call = start(*arguments, **named)
        except grpc.RpcError as error:
            _keep(error)
            raise
        if isinstance(call, grpc.aio.Call):
            call.add_done_callback(_keep)
        elif isinstance(call, grpc.Call):
            # One that nobody holds any more is cancelled, which it would not be if we held it.
            known = weakref.ref(call)
            if not call.add_callback(lambda: _keep_known(known)):
                _keep(call)  # it is done already
        return call


def _watched(make: Callable[..., Any]) -> Callable[..., Any]:
    def method_of(
        make_method: Callable[..., Any],
        name: str,
        request_serializer: Any = None,
        response_deserializer: Any = None,
        **named: Any,
    ) -> _WatchedMethod:
        codecs = _recording(request_serializer), _keeping(response_deserializer)
        return _WatchedMethod(make_method(name, *codecs, **named))

    def channel(*arguments: Any, **named: Any) -> Any:
        made = make(*arguments, **named)
        for kind in ("unary_unary", "unary_stream", "stream_unary", "stream_stream"):
            setattr(made, kind, functools.partial(method_of, getattr(made, kind)))
        return made

    return channel


def watch_channels() -> None:
    """From now on, and once: those that are made by any code of this process."""
    for module in (grpc, grpc.aio):
        for name in ("insecure_channel", "secure_channel"):
            setattr(module, name, _watched(getattr(module, name)))
