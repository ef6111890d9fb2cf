"""Messages of the server as numpy arrays and plain objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from quartet.v1 import embedding_pb2

LITTLE_FLOAT = np.dtype("<f4")


@dataclass(frozen=True)
class Token:
    """Of a text; `begin` and `end` are bytes of its UTF-8."""

    id: int
    piece: str
    begin: int
    end: int
    special: bool  # added by the tokenizer
    cut: bool  # embed would cut it away


def vector_of(embedding: embedding_pb2.Embedding) -> np.ndarray:
    """float32 [dimensions], read-only: the message's own bytes."""
    return np.frombuffer(embedding.float32_le, LITTLE_FLOAT)


def vectors_of(responses: Sequence[embedding_pb2.EmbedResponse]) -> np.ndarray:
    """float32 [texts, dimensions], of at least one text."""
    rows = [e.float32_le for response in responses for e in response.embeddings]
    return np.frombuffer(bytearray().join(rows), LITTLE_FLOAT).reshape(len(rows), -1)


def tokens_of(response: embedding_pb2.TokenizeResponse) -> list[Token]:
    return [Token(t.id, t.piece, t.begin, t.end, t.special, t.cut) for t in response.tokens]
