"""Embeds any number of texts on a stream: lines of standard input, vectors to standard output.

    python client/python/embed_stream.py localhost:50051 < lines.txt > vectors.f32
    numpy.fromfile("vectors.f32", "<f4").reshape(-1, 384)

Needs grpcio and the stubs that client/python/make_stubs.sh generates beside this file.
"""

from __future__ import annotations

import collections
import sys
import threading
import time
from collections.abc import Iterable, Iterator

import grpc
from quartet.v1 import embedding_pb2, embedding_pb2_grpc

PAUSE = 0.5  # seconds before a stream that was ended is opened again
# The server stops, or has too many streams: everything that it took was answered.
RESUMABLE = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED}


class TextStream:
    """Answers, one for each text, in the order of the texts: each has an `embedding` or an `error`.

    To be iterated over once. `texts` is read meanwhile, by another thread, and some thousands ahead
    of the answers at most. A server that restarts in the middle costs nothing but the wait."""

    def __init__(
        self,
        stub: embedding_pb2_grpc.EmbeddingServiceStub,
        texts: Iterable[str],
        options: embedding_pb2.EmbedOptions | None = None,
        patience: float = 60,
    ) -> None:
        self._stub, self._texts, self._options = stub, iter(texts), options
        self._patience = patience  # seconds without an answer, from one failure to the next
        self._source = threading.Lock()  # held by the thread that takes the next text
        self._lock = threading.Lock()  # of what follows; never held while something is waited for
        self._answered = 0
        self._sent: collections.deque[str] = collections.deque()  # and not answered yet
        self._attempt = 0

    def __iter__(self) -> Iterator[embedding_pb2.EmbedStreamResponse]:
        last_answer = time.monotonic()
        while True:
            call = self._stub.EmbedStream(self._requests())
            try:
                for answer in call:
                    with self._lock:
                        self._sent.popleft()
                        self._answered += 1
                    yield answer
                    last_answer = time.monotonic()
                return
            except grpc.RpcError as error:
                waited = time.monotonic() - last_answer
                if error.code() not in RESUMABLE or waited > self._patience:
                    raise
            finally:
                call.cancel()
            time.sleep(PAUSE)

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
                text = next(self._texts, None)
                if text is None:
                    return None
                with self._lock:
                    self._sent.append(text)


def main(address: str) -> None:
    """Ends at the first line that is refused, with what is wrong with it."""
    lines = (line.rstrip("\n") for line in sys.stdin)
    options = embedding_pb2.EmbedOptions(encoding=embedding_pb2.ENCODING_FLOAT32_LE)
    with grpc.insecure_channel(address) as channel:
        stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
        for number, answer in enumerate(TextStream(stub, lines, options), start=1):
            if answer.HasField("error"):
                sys.exit(f"line {number}: {answer.error.message}")
            sys.stdout.buffer.write(answer.embedding.float32_le)


if __name__ == "__main__":
    main(*sys.argv[1:])
