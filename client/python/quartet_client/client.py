"""The client of programs with threads."""

from __future__ import annotations

import collections
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import grpc
import numpy as np
from quartet.v1 import embedding_pb2, embedding_pb2_grpc

from quartet_client.answers import Token, tokens_of, vector_of, vectors_of
from quartet_client.errors import OVERLOAD_PAUSE, QuartetError, code_of, error_of, is_overload
from quartet_client.health import check_of, request_of, says_serving
from quartet_client.options import EmbedOptions, Transport, open_channel
from quartet_client.stream import TextStream

DEFAULTS = EmbedOptions()
PLAIN = Transport()


class Client:
    """Thread-safe. Connects when it is first used, and again when the connection is lost.

    `address`: "host:port", a name of several replicas, or a list of IPv4 addresses with ports.
    `timeout`: seconds for each call to the server, its retries included; of a list, calls that are
    refused for overload go again until nothing was answered for this long. `batch_size`: texts in
    one call, at most what the server allows (256). `concurrency`: calls of `embed` at a time."""

    def __init__(
        self,
        address: str | Sequence[str],
        transport: Transport = PLAIN,
        *,
        timeout: float = 30,
        batch_size: int = 64,
        concurrency: int = 4,
    ) -> None:
        addresses = [address] if isinstance(address, str) else list(address)
        self._timeout, self._batch_size, self._concurrency = timeout, batch_size, concurrency
        self._metadata = transport.metadata(addresses)
        self._channel = open_channel(grpc, addresses, transport)
        self._stub = embedding_pb2_grpc.EmbeddingServiceStub(self._channel)
        self._check = check_of(self._channel)

    def embed(self, texts: Sequence[str], options: EmbedOptions = DEFAULTS) -> np.ndarray:
        """float32 [texts, dimensions], in the order of the texts. Longer lists are several calls;
        the first that fails is raised, with the place of the text in the list."""
        if isinstance(texts, str):
            raise TypeError("texts: is one str; give a list of them")
        if not texts:
            return np.empty((0, options.dimensions or self.info().dimensions), np.float32)
        running: collections.deque[_Batch] = collections.deque()
        responses: list[embedding_pb2.EmbedResponse] = []
        fields = options.fields()
        try:
            for first in range(0, len(texts), self._batch_size):
                if len(running) == self._concurrency:
                    responses.append(self._finish(running.popleft()))
                batch = texts[first : first + self._batch_size]
                request = embedding_pb2.EmbedRequest(texts=batch, **fields)
                running.append(_Batch(first, request, self._send(request)))
            while running:
                responses.append(self._finish(running.popleft()))
        finally:
            for waiting in running:
                waiting.call.cancel()
        return vectors_of(responses)

    def embed_stream(
        self, texts: Iterable[str], options: EmbedOptions = DEFAULTS
    ) -> Iterator[np.ndarray]:
        """float32 [dimensions] for each text, in order, in constant memory. `texts` is read by
        another thread, some thousands ahead at most. A server that restarts costs the wait; a text
        that is refused ends it with its error."""
        stream = TextStream(
            self._stub,
            texts,
            embedding_pb2.EmbedOptions(**options.fields()),
            patience=self._timeout,
            metadata=self._metadata,
        )
        try:
            for number, answer in enumerate(stream):
                if answer.HasField("error"):
                    error = answer.error
                    raise QuartetError(code_of(error.code), f"texts[{number}]: {error.message}")
                yield vector_of(answer.embedding)
        except grpc.RpcError as error:
            raise error_of(error) from None

    def tokenize(self, text: str) -> list[Token]:
        """As the model would see it, and what embed would cut."""
        request = embedding_pb2.TokenizeRequest(text=text)
        return tokens_of(self._call(self._stub.Tokenize, request))

    def info(self) -> embedding_pb2.GetModelInfoResponse:
        """The served model and the server's limits."""
        request = embedding_pb2.GetModelInfoRequest()
        return self._call(self._stub.GetModelInfo, request)

    def is_serving(self, service: str = "readiness") -> bool:
        """Whether the server takes calls ("readiness") or is alive ("liveness"). False where nobody
        answers, too: replicas that are not ready get no calls with `watch_health`, nor this one."""
        try:
            return says_serving(self._call(self._check, request_of(service)))
        except QuartetError as error:
            if error.code != grpc.StatusCode.UNAVAILABLE:
                raise
            return False

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _call(self, method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=self._timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_of(error) from None

    def _send(self, request: embedding_pb2.EmbedRequest) -> Any:
        return self._stub.Embed.future(request, timeout=self._timeout, metadata=self._metadata)

    def _finish(self, batch: _Batch) -> embedding_pb2.EmbedResponse:
        """Refused for overload, gRPC's retries included, it goes again: this list's other calls may
        be the load, and end meanwhile."""
        give_up = time.monotonic() + self._timeout
        call = batch.call
        while True:
            try:
                return call.result()
            except grpc.RpcError as error:
                if not is_overload(error) or time.monotonic() > give_up:
                    raise error_of(error, batch.first) from None
            time.sleep(OVERLOAD_PAUSE)
            call = self._send(batch.request)


@dataclass(frozen=True)
class _Batch:
    """Of a list: a call under way."""

    first: int  # place of its first text
    request: embedding_pb2.EmbedRequest
    call: Any
