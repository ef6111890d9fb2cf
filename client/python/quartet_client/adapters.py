"""What programs written for other libraries call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from quartet_client.aio import AsyncClient
from quartet_client.client import DEFAULTS, Client
from quartet_client.options import EmbedOptions

# Of encode: they say how a local model shall compute, and change no vector.
LOCAL = {"batch_size", "chunk_size", "convert_to_numpy", "device", "pool", "show_progress_bar"}


class SentenceEncoder:
    """`encode` of sentence-transformers' SentenceTransformer, computed by the server. Arguments
    that only a local model needs do nothing; others that it lacks are a TypeError."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def encode(
        self,
        sentences: str | Sequence[str],
        prompt_name: str | None = None,
        *,
        normalize_embeddings: bool = False,
        truncate_dim: int | None = None,
        **others: object,
    ) -> np.ndarray:
        """float32 [sentences, dimensions], or [dimensions] for one str."""
        for name in others.keys() - LOCAL:
            raise TypeError(f"{name}: is not an argument of the server's encode")
        options = EmbedOptions(
            normalize=normalize_embeddings or None,
            dimensions=truncate_dim,
            prompt_name=prompt_name,
        )
        if isinstance(sentences, str):
            vector: np.ndarray = self._client.embed([sentences], options)[0]
            return vector
        return self._client.embed(sentences, options)

    def get_sentence_embedding_dimension(self) -> int:
        return int(self._client.info().dimensions)


class LangChainEmbeddings:
    """The methods of LangChain's Embeddings, which it takes by their names. `query_prompt` and
    `document_prompt`: names of the model's prompts. The asynchronous ones need `asynchronous`."""

    def __init__(
        self,
        client: Client,
        asynchronous: AsyncClient | None = None,
        *,
        options: EmbedOptions = DEFAULTS,
        query_prompt: str | None = None,
        document_prompt: str | None = None,
    ) -> None:
        self._client, self._asynchronous = client, asynchronous
        self._query = replace(options, prompt_name=query_prompt or options.prompt_name)
        self._document = replace(options, prompt_name=document_prompt or options.prompt_name)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return _lists(self._client.embed(texts, self._document))

    def embed_query(self, text: str) -> list[float]:
        return _lists(self._client.embed([text], self._query))[0]

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        return _lists(await self._async().embed(texts, self._document))

    async def aembed_query(self, text: str) -> list[float]:
        return _lists(await self._async().embed([text], self._query))[0]

    def _async(self) -> AsyncClient:
        if self._asynchronous is None:
            raise ValueError("asynchronous: is None; aembed_* need an AsyncClient")
        return self._asynchronous


def _lists(vectors: np.ndarray) -> list[list[float]]:
    lists: list[list[float]] = vectors.tolist()
    return lists
