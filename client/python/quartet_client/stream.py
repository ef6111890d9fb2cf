"""Any number of texts on a stream that may be resumed."""

from __future__ import annotations

import collections
import threading
import time
from collections.abc import Iterable, Iterator, Sequence

import grpc
from quartet.v1 import embedding_pb2, embedding_pb2_grpc

PAUSE = 0.5  # seconds before a stream that was ended is opened again
# The server stops, or has too many streams: everything that it took was answered. CANCELLED is how
# gRPC 1.51 ends a call that comes in while the server says goodbye.
RESUMABLE = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.CANCELLED,
}


class TextStream:
    """Answers, one for each text, in the order of the texts: each has an `embedding` or an `error`.

    To be iterated over once. `texts` is read meanwhile, by another thread, and some thousands ahead
    of the answers at most; what it raises is raised after the answers to the texts before. A server
    that restarts in the middle costs nothing but the wait."""

    def __init__(
        self,
        stub: embedding_pb2_grpc.EmbeddingServiceStub,
        texts: Iterable[str],
        options: embedding_pb2.EmbedOptions | None = None,
        patience: float = 60,
        metadata: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._stub, self._texts, self._options = stub, iter(texts), options
        self._patience = patience  # seconds that a text waits for its answer, or the next one's
        self._metadata = metadata
        self._source = threading.Lock()  # held by the thread that takes the next text
        self._lock = threading.Lock()  # of what follows; never held while something is waited for
        self._answered = 0
        self._sent: collections.deque[str] = collections.deque()  # and not answered yet
        self._waits_since = 0.0  # the first of them
        self._attempt = 0
        self._failure: Exception | None = None  # of `texts`

    def __iter__(self) -> Iterator[embedding_pb2.EmbedStreamResponse]:
        while True:
            call = self._stub.EmbedStream(self._requests(), metadata=self._metadata)
            try:
                for answer in call:
                    with self._lock:
                        self._sent.popleft()
                        self._answered += 1
                        self._waits_since = time.monotonic()
                    yield answer
                if self._failure is not None:
                    raise self._failure
                return
            except grpc.RpcError as error:
                if error.code() not in RESUMABLE or self._has_waited():
                    raise
            finally:
                call.cancel()
            time.sleep(PAUSE)

    def _has_waited(self) -> bool:
        """Too long. Not where the stream was idle, which the server ends after five minutes."""
        with self._lock:
            return bool(self._sent) and time.monotonic() - self._waits_since > self._patience

    def _requests(self) -> Iterator[embedding_pb2.EmbedStreamRequest]:
        """From the first text without an answer on."""
        with self._lock:
            self._attempt += 1
            attempt, number = self._attempt, self._answered
        options = self._options
        while (text := self._text(number, attempt)) is not None:
            yield embedding_pb2.EmbedStreamRequest(id=number, text=text, options=options)
            options = None  # they hold
            number += 1

    def _text(self, number: int, attempt: int) -> str | None:
        """None: there is none, or the attempt is over and the texts are another thread's."""
        while True:
            with self._lock:
                if attempt != self._attempt:
                    return None
                if number < self._answered + len(self._sent):
                    return self._sent[number - self._answered]
            with self._source:
                with self._lock:
                    if number < self._answered + len(self._sent):
                        continue  # the thread of an earlier attempt has taken it
                try:
                    text = next(self._texts, None)
                except Exception as error:  # raised where the answers are read, after the last one
                    self._failure, text = error, None
                if text is None:
                    return None
                with self._lock:
                    if not self._sent:
                        self._waits_since = time.monotonic()
                    self._sent.append(text)
