"""Our graphs of a model, and how near their vectors must be to sentence-transformers'."""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from quartet_model.bert_weights import Array
from quartet_model.build_encoder import build_encoder
from quartet_model.checkpoint import read_weights
from quartet_model.packed_encoder import build_packed_encoder
from quartet_model.sentence_folder import SentenceFolder

FUSED = ("bert", "distilbert", "roberta", "xlm-roberta")

Graph = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def graphs(folder: SentenceFolder, most_tokens: int) -> dict[str, Graph]:
    """In float32: the plain one, and the fused one if it serves the architecture."""
    weights = read_weights(folder)
    made: dict[str, Graph] = {"plain": build_encoder(folder.shape, weights, folder.head)}
    if folder.architecture.model_type in FUSED:
        made["fused"] = build_packed_encoder(
            folder.shape, weights, folder.head, most_tokens, "fp32"
        )
    return {name: torch.jit.script(module) for name, module in made.items()}


def vectors(graph: Graph, sequences: Sequence[Sequence[int]]) -> Array:
    token_ids = torch.tensor([token for sequence in sequences for token in sequence])
    with torch.inference_mode():
        return graph(token_ids, torch.tensor([len(one) for one in sequences])).numpy()


def check(found: Array, wanted: Array, what: str) -> None:
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(wanted, axis=1)
    assert ((found * wanted).sum(1) / norms).min() >= 0.99999, what
    assert np.abs(found - wanted).max() <= 1e-4 * max(1, np.abs(wanted).max()), what
