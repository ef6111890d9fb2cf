"""The graph after the encoder: pooling, and sentence-transformers' Dense and Normalize."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from quartet_model.bert_weights import Weights
from quartet_model.head_shape import Activation, DenseShape, HeadShape, Pooling
from quartet_model.row_modules import Linear


class Dense(nn.Module):
    def __init__(self, shape: DenseShape) -> None:
        super().__init__()
        self.linear = Linear(shape.inputs, shape.outputs)
        self.activation: Activation = shape.activation

    def forward(self, vectors: Tensor) -> Tensor:
        vectors = self.linear(vectors)
        if self.activation == "Tanh":
            return vectors.tanh()
        if self.activation == "ReLU":
            return vectors.relu()
        if self.activation == "GELU":
            return functional.gelu(vectors)
        if self.activation == "Sigmoid":
            return vectors.sigmoid()
        return vectors


class Normalize(nn.Module):
    def forward(self, vectors: Tensor) -> Tensor:
        # As functional.normalize, which in TorchScript would be a function of its own.
        unit: Tensor = vectors / vectors.norm(2, 1, True).clamp_min(1e-12)
        return unit


class Head(nn.Module):
    """`forward(rows: float32[T, hidden], lengths: N times) -> float32[N, D]`."""

    def __init__(self, shape: HeadShape) -> None:
        super().__init__()
        self.pooling: Pooling = shape.pooling
        self.steps = nn.ModuleList(
            Dense(step) if isinstance(step, DenseShape) else Normalize() for step in shape.steps
        )

    def forward(self, rows: Tensor, lengths: list[int]) -> Tensor:
        vectors = torch.stack([self.pool(text) for text in torch.split_with_sizes(rows, lengths)])
        for step in self.steps:
            vectors = step(vectors)
        return vectors

    def pool(self, rows: Tensor) -> Tensor:
        """One text's rows to one vector."""
        if self.pooling == "cls":
            return rows[0]
        if self.pooling == "lasttoken":
            return rows[-1]
        if self.pooling == "max":
            return rows.amax(0)
        if self.pooling == "mean_sqrt_len_tokens":
            return rows.sum(0) / math.sqrt(rows.size(0))
        if self.pooling == "weightedmean":
            # The k-th token counts k times.
            weights = torch.arange(1, rows.size(0) + 1, dtype=rows.dtype)
            return (rows * weights.unsqueeze(1)).sum(0) / weights.sum()
        return rows.mean(0)


def head_state(shape: HeadShape, weights: Weights) -> dict[str, Tensor]:
    """The weights by the names that `Head` has them under."""
    state: dict[str, Tensor] = {}
    for index, step in enumerate(shape.steps):
        if isinstance(step, DenseShape):
            linear = f"steps.{index}.linear"
            state[f"{linear}.weight"] = torch.tensor(weights[f"{step.folder}.linear.weight"])
            bias = weights.get(f"{step.folder}.linear.bias")
            state[f"{linear}.bias"] = (
                torch.zeros(step.outputs) if bias is None else torch.tensor(bias)
            )
    return state


def build_head(shape: HeadShape, weights: Weights) -> Head:
    head = Head(shape)
    head.load_state_dict(head_state(shape, weights))
    return head.eval().requires_grad_(False)
