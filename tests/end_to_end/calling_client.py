"""A client that calls again and again while something happens to the server."""

from __future__ import annotations

import threading
from typing import Any

import grpc
import numpy as np


def vectors_of(response: Any) -> np.ndarray:
    return np.array([e.values for e in response.embeddings], dtype=np.float32)


class CallingClient(threading.Thread):
    """Embeds the same texts until it is stopped; one call at a time."""

    def __init__(self, address: str, api: Any, texts: list[str]) -> None:
        super().__init__()
        self._address, self._api, self._texts = address, api, texts
        self._stopping = threading.Event()
        self.answers: list[tuple[str, np.ndarray]] = []  # fingerprint and vectors of each
        self.failures: list[str] = []

    def run(self) -> None:
        with grpc.insecure_channel(self._address) as channel:
            stub = self._api.services.EmbeddingServiceStub(channel)
            request = self._api.messages.EmbedRequest(texts=self._texts)
            while not self._stopping.is_set():
                try:
                    answer = stub.Embed(request, timeout=60)
                except grpc.RpcError as error:
                    self.failures.append(str(error))
                else:
                    self.answers.append((answer.model_fingerprint, vectors_of(answer)))

    def stop(self) -> None:
        self._stopping.set()
        self.join()
