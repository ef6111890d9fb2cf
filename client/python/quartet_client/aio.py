"""The client of asyncio programs."""

from __future__ import annotations

import asyncio
import collections
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from types import TracebackType
from typing import Any

import grpc
import numpy as np
from quartet.v1 import embedding_pb2, embedding_pb2_grpc

from quartet_client.answers import Token, tokens_of, vector_of, vectors_of
from quartet_client.client import DEFAULTS, PLAIN
from quartet_client.errors import OVERLOAD_PAUSE, QuartetError, code_of, error_of
from quartet_client.health import check_of, request_of, says_serving
from quartet_client.options import EmbedOptions, Transport, open_channel
from quartet_client.stream import PAUSE, RESUMABLE


class AsyncClient:
    """As Client, for one event loop: to be made while it runs."""

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
        self._timeout, self._batch_size = timeout, batch_size
        self._concurrency = concurrency
        self._metadata = transport.metadata(addresses)
        self._channel = open_channel(grpc.aio, addresses, transport)
        self._stub = embedding_pb2_grpc.EmbeddingServiceStub(self._channel)
        self._check = check_of(self._channel)

    async def embed(self, texts: Sequence[str], options: EmbedOptions = DEFAULTS) -> np.ndarray:
        """float32 [texts, dimensions], in the order of the texts."""
        if isinstance(texts, str):
            raise TypeError("texts: is one str; give a list of them")
        if not texts:
            dimensions = options.dimensions or (await self.info()).dimensions
            return np.empty((0, dimensions), np.float32)
        turns = asyncio.Semaphore(self._concurrency)
        fields = options.fields()

        async def embed_from(first: int) -> embedding_pb2.EmbedResponse:
            batch = texts[first : first + self._batch_size]
            request = embedding_pb2.EmbedRequest(texts=batch, **fields)
            async with turns:
                return await self._embed_batch(request, first)

        calls = [
            asyncio.ensure_future(embed_from(first))
            for first in range(0, len(texts), self._batch_size)
        ]
        try:
            return vectors_of(await asyncio.gather(*calls))
        finally:
            for call in calls:
                call.cancel()

    async def embed_stream(
        self, texts: Iterable[str] | AsyncIterable[str], options: EmbedOptions = DEFAULTS
    ) -> AsyncIterator[np.ndarray]:
        """float32 [dimensions] for each text, in order, in constant memory; see Client."""
        source = _Source(texts, embedding_pb2.EmbedOptions(**options.fields()))
        while True:
            call = self._stub.EmbedStream(source.requests(), metadata=self._metadata)
            try:
                async for answer in call:
                    number = source.answered()
                    if answer.HasField("error"):
                        error = answer.error
                        raise QuartetError(code_of(error.code), f"texts[{number}]: {error.message}")
                    yield vector_of(answer.embedding)
                source.check()
                return
            except grpc.RpcError as error:
                if error.code() not in RESUMABLE or source.has_waited(self._timeout):
                    raise error_of(error) from None
            finally:
                call.cancel()
            await asyncio.sleep(PAUSE)

    async def tokenize(self, text: str) -> list[Token]:
        """As the model would see it, and what embed would cut."""
        request = embedding_pb2.TokenizeRequest(text=text)
        return tokens_of(await self._call(self._stub.Tokenize, request))

    async def info(self) -> embedding_pb2.GetModelInfoResponse:
        """The served model and the server's limits."""
        return await self._call(self._stub.GetModelInfo, embedding_pb2.GetModelInfoRequest())

    async def is_serving(self, service: str = "readiness") -> bool:
        """As Client.is_serving."""
        try:
            return says_serving(await self._call(self._check, request_of(service)))
        except QuartetError as error:
            if error.code != grpc.StatusCode.UNAVAILABLE:
                raise
            return False

    async def close(self) -> None:
        await self._channel.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _embed_batch(
        self, request: embedding_pb2.EmbedRequest, first: int
    ) -> embedding_pb2.EmbedResponse:
        """As Client._finish, but each call of a list has `timeout` seconds of its own to wait."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._timeout
        while True:
            try:
                return await self._call(self._stub.Embed, request, first)
            except QuartetError as error:
                if error.code != grpc.StatusCode.RESOURCE_EXHAUSTED or loop.time() > give_up:
                    raise
            await asyncio.sleep(OVERLOAD_PAUSE)

    async def _call(self, method: Any, request: Any, first: int = 0) -> Any:
        try:
            return await method(request, timeout=self._timeout, metadata=self._metadata)
        except grpc.RpcError as error:
            raise error_of(error, first) from None


class _Source:
    """The texts, and which of them have no answer yet: those go again on the next stream."""

    def __init__(
        self, texts: Iterable[str] | AsyncIterable[str], options: embedding_pb2.EmbedOptions
    ) -> None:
        self._texts = (
            aiter(texts) if isinstance(texts, AsyncIterable) else _without_waiting(iter(texts))
        )
        self._options = options
        self._sent: collections.deque[str] = collections.deque()  # and not answered yet
        self._waits_since = 0.0  # the first of them
        self._answered = 0
        self._next: asyncio.Future[str | None] | None = None
        self._failure: Exception | None = None  # of the texts

    def has_waited(self, patience: float) -> bool:
        """As TextStream's."""
        return bool(self._sent) and time.monotonic() - self._waits_since > patience

    def check(self) -> None:
        """After the last answer: raises what the texts have raised."""
        if self._failure is not None:
            raise self._failure

    def answered(self) -> int:
        """The number of the text whose answer has come."""
        self._sent.popleft()
        self._answered += 1
        self._waits_since = time.monotonic()
        return self._answered - 1

    async def requests(self) -> AsyncIterator[embedding_pb2.EmbedStreamRequest]:
        """From the first text without an answer on."""
        number = self._answered
        options: embedding_pb2.EmbedOptions | None = self._options
        while (text := await self._text(number)) is not None:
            yield embedding_pb2.EmbedStreamRequest(id=number, text=text, options=options)
            options = None  # they hold
            number += 1

    async def _text(self, number: int) -> str | None:
        while number >= self._answered + len(self._sent):
            if self._next is None:
                self._next = asyncio.ensure_future(self._take())
            # Not ended with the stream that asked: the next stream would lack this text.
            text = await asyncio.shield(self._next)
            if text is None:
                return None
        return self._sent[number - self._answered]

    async def _take(self) -> str | None:
        try:
            text = await anext(self._texts, None)
        except Exception as error:
            self._failure, text = error, None
        if text is not None:
            if not self._sent:
                self._waits_since = time.monotonic()
            self._sent.append(text)
            self._next = None
        return text


async def _without_waiting(texts: Iterable[str]) -> AsyncIterator[str]:
    for text in texts:
        yield text
