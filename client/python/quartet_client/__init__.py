"""Sentence embeddings from a Quartet server.

    from quartet_client import Client

    with Client("localhost:50051") as client:
        vectors = client.embed(["A man is eating.", "Someone has lunch."])  # float32 [2, 384]

`AsyncClient` is the same for asyncio; `SentenceEncoder` and `LangChainEmbeddings` have the methods
that programs written for those libraries call.
"""

from quartet_client.adapters import LangChainEmbeddings, SentenceEncoder
from quartet_client.aio import AsyncClient
from quartet_client.answers import Token
from quartet_client.client import Client
from quartet_client.errors import QuartetError
from quartet_client.options import EmbedOptions, Transport

__all__ = [
    "AsyncClient",
    "Client",
    "EmbedOptions",
    "LangChainEmbeddings",
    "QuartetError",
    "SentenceEncoder",
    "Token",
    "Transport",
]
