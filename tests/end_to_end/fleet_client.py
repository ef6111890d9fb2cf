"""Clients of several replicas, as README advises them: round robin, health watched."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import grpc

SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": "readiness"},
}
OPTIONS = [
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 200),
]


class FleetClients:
    """While entered, each of `count` clients makes one call after the other. `resend_unseen`: what
    gRPC does unless told otherwise, it sends a call again of which the server has seen nothing."""

    def __init__(
        self,
        addresses: Sequence[str],
        api: Any,
        count: int,
        *,
        tolerate_refusals: bool = False,
        resend_unseen: bool = False,
        service_config: dict[str, Any] = SERVICE_CONFIG,
    ) -> None:
        self._options = [
            *OPTIONS,
            ("grpc.service_config", json.dumps(service_config)),
            ("grpc.enable_retries", int(resend_unseen)),
        ]
        self._tolerated = {grpc.StatusCode.RESOURCE_EXHAUSTED} if tolerate_refusals else set()
        self._target = "ipv4:" + ",".join(addresses)
        self._api = api
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(count)
        self._answered = [0] * count
        self._running: list[Future[None]] = []

    def __enter__(self) -> FleetClients:
        self._running = [
            self._pool.submit(self._run, number) for number in range(len(self._answered))
        ]
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._pool.shutdown()

    @property
    def answered(self) -> int:
        return sum(self._answered)

    def check(self) -> None:
        """Raises what a client's call has raised."""
        for client in self._running:
            if client.done() and (error := client.exception()) is not None:
                raise error

    def wait_for(self, calls: int) -> None:
        """Until so many more were answered."""
        wanted = self.answered + calls
        while self.answered < wanted:
            self.check()
            self._stopping.wait(0.01)

    def _run(self, number: int) -> None:
        with grpc.insecure_channel(self._target, options=self._options) as channel:
            stub = self._api.services.EmbeddingServiceStub(channel)
            while not self._stopping.is_set():
                request = self._api.messages.EmbedRequest(texts=[f"A man is eating {number}."])
                try:
                    stub.Embed(request, timeout=30)
                except grpc.RpcError as error:
                    if error.code() not in self._tolerated:
                        raise
                self._answered[number] += 1
