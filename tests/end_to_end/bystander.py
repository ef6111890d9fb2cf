"""Modest clients with connections of their own, who should not feel what others do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Self

import grpc

from running_server import RunningServer
from waiting import wait_until

OPTIONS = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]


class Bystander:
    """Embeds one short text after the other while it is entered, and one at least."""

    def __init__(self, server: RunningServer, api: Any) -> None:
        self.seconds: list[float] = []
        self.failures: list[grpc.StatusCode] = []
        self._server, self._api = server, api
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def wait_for_calls(self, count: int) -> None:
        wanted = len(self.seconds) + count
        wait_until(lambda: len(self.seconds) >= wanted or bool(self.failures))

    def quantile(self, part: float) -> float:
        """Seconds."""
        waits = sorted(self.seconds)
        return waits[int(len(waits) * part)]

    def channel(self) -> grpc.Channel:
        return grpc.insecure_channel(self._server.address, options=OPTIONS)

    def caller(self, channel: grpc.Channel) -> Callable[[], object]:
        """What it does again and again."""
        stub = self._api.services.EmbeddingServiceStub(channel)
        request = self._api.messages.EmbedRequest(texts=["A man is eating."])
        return lambda: stub.Embed(request, timeout=60)

    def _run(self) -> None:
        with self.channel() as channel:
            call = self.caller(channel)
            self._time(call)
            while not self._stopping.wait(0.02):
                self._time(call)

    def _time(self, call: Callable[[], object]) -> None:
        began = time.monotonic()
        try:
            call()
            self.seconds.append(time.monotonic() - began)
        except grpc.RpcError as error:
            self.failures.append(error.code())
            print("bystander:", error.code(), error.details())


class Kubelet(Bystander):
    """Asks whether the server is alive."""

    def caller(self, channel: grpc.Channel) -> Callable[[], object]:
        stub = self._api.health_services.HealthStub(channel)
        request = self._api.health.HealthCheckRequest(service="liveness")

        def check() -> None:
            answer = stub.Check(request, timeout=60)
            assert answer.status == self._api.health.HealthCheckResponse.SERVING

        return check
