"""Messages of the server as numpy arrays and plain objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from quartet.v1 import embedding_pb2

LITTLE_FLOAT = np.dtype("<f4")
LITTLE_HALF = np.dtype("<f2")


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
    """float32 [dimensions]; read-only where it is the message's own bytes."""
    if embedding.float16_le:
        return np.frombuffer(embedding.float16_le, LITTLE_HALF).astype(np.float32)
    if embedding.int8:
        return np.frombuffer(embedding.int8, np.int8) * np.float32(embedding.scale)
    return np.frombuffer(embedding.float32_le, LITTLE_FLOAT)


def vectors_of(responses: Sequence[embedding_pb2.EmbedResponse]) -> np.ndarray:
    """float32 [texts, dimensions], of at least one text."""
    embeddings = [e for response in responses for e in response.embeddings]
    if not embeddings[0].float32_le:
        return np.stack([vector_of(embedding) for embedding in embeddings])
    rows = bytearray().join(e.float32_le for e in embeddings)
    return np.frombuffer(rows, LITTLE_FLOAT).reshape(len(embeddings), -1)


def tokens_of(response: embedding_pb2.TokenizeResponse) -> list[Token]:
    return [Token(t.id, t.piece, t.begin, t.end, t.special, t.cut) for t in response.tokens]
