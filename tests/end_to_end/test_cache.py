"""Vectors that are kept are those that would be computed, in no more memory than was allowed."""

from __future__ import annotations

from typing import Any

import grpc
import numpy as np

from calling_client import vectors_of
from metrics_page import metric
from running_server import RunningServer


def embed(server: RunningServer, api: Any, texts: list[str]) -> np.ndarray:
    """In calls of 100 texts at most."""
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        requests = [
            api.messages.EmbedRequest(texts=texts[i : i + 100]) for i in range(0, len(texts), 100)
        ]
        return np.concatenate([vectors_of(stub.Embed(r, timeout=60)) for r in requests])


def test_a_kept_vector_is_the_computed_one_bit_for_bit(
    start_server: Any, api: Any, sentences: list[str]
) -> None:
    keeping = start_server("--cache-bytes=4000000")
    computing = start_server()
    texts = list({text.lower(): text for text in sentences}.values())[:500]
    computed = embed(computing, api, texts)
    assert (embed(keeping, api, texts) == computed).all()
    assert (embed(keeping, api, texts[::-1]) == computed[::-1]).all()
    page = keeping.scrape()
    assert metric(page, "quartet_cache_hits_total") == len(texts)
    assert metric(page, "quartet_cache_misses_total") == len(texts)
    assert metric(page, "quartet_cache_entries") == len(texts)
    assert metric(computing.scrape(), "quartet_cache_misses_total") == 0


def test_the_bytes_of_the_cache_are_bounded(
    start_server: Any, api: Any, sentences: list[str]
) -> None:
    server = start_server("--cache-bytes=100000")
    embed(server, api, sentences[:300])
    page = server.scrape()
    assert 50_000 < metric(page, "quartet_cache_bytes") <= 100_000
    assert metric(page, "quartet_cache_entries") > 20
