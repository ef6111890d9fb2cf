"""Embeds the texts of the command line and prints how alike they are to the first one.

    python client/python/embed.py localhost:50051 "a text" "another one"

Needs grpcio and the stubs that client/python/make_stubs.sh generates beside this file.
"""

import sys

import grpc
from quartet.v1 import embedding_pb2, embedding_pb2_grpc


def main(address: str, *texts: str) -> None:
    """One call for all texts; with `normalize` a dot product is the cosine."""
    with grpc.insecure_channel(address) as channel:
        stub = embedding_pb2_grpc.EmbeddingServiceStub(channel)
        response = stub.Embed(embedding_pb2.EmbedRequest(texts=texts, normalize=True), timeout=5)
    first = response.embeddings[0].values
    for text, embedding in zip(texts, response.embeddings, strict=True):
        cosine = sum(a * b for a, b in zip(first, embedding.values, strict=True))
        print(f"{cosine:.4f}  {embedding.token_count:3d} tokens  {text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
