"""A modest client with a connection of its own, who should not feel what others do."""

from __future__ import annotations

import threading
import time
from typing import Any

import grpc

from running_server import RunningServer


class Bystander:
    """Makes one call after the other while it is entered, and one at least."""

    def __init__(self, server: RunningServer, api: Any) -> None:
        self.seconds: list[float] = []
        self.failures: list[grpc.StatusCode] = []
        self._server, self._api = server, api
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Bystander:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def quantile(self, part: float) -> float:
        """Seconds."""
        waits = sorted(self.seconds)
        return waits[int(len(waits) * part)]

    def _run(self) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        with grpc.insecure_channel(self._server.address, options=options) as channel:
            stub = self._api.services.EmbeddingServiceStub(channel)
            self._call(stub)
            while not self._stopping.wait(0.02):
                self._call(stub)

    def _call(self, stub: Any) -> None:
        began = time.monotonic()
        try:
            request = self._api.messages.EmbedRequest(texts=["A man is eating."])
            stub.Embed(request, timeout=60)
            self.seconds.append(time.monotonic() - began)
        except grpc.RpcError as error:
            self.failures.append(error.code())
