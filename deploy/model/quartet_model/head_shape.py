"""What happens after the encoder: rows of tokens become one vector, which further modules change.

The names are sentence-transformers'.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Pooling = Literal["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
Activation = Literal["Identity", "Tanh", "ReLU", "GELU", "Sigmoid"]
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)


@dataclass(frozen=True)
class DenseShape:
    folder: str  # in the model's; also the prefix of its weights' names
    inputs: int
    outputs: int
    bias: bool
    activation: Activation


@dataclass(frozen=True)
class HeadShape:
    pooling: Pooling
    steps: tuple[DenseShape | Literal["Normalize"], ...]  # in their order

    @property
    def denses(self) -> tuple[DenseShape, ...]:
        return tuple(step for step in self.steps if isinstance(step, DenseShape))

    @property
    def normalized(self) -> bool:
        return self.steps[-1:] == ("Normalize",)

    def dimension(self, hidden_size: int) -> int:
        """Of the vectors."""
        return self.denses[-1].outputs if self.denses else hidden_size

    def __str__(self) -> str:
        kinds = ["Dense" if isinstance(step, DenseShape) else step for step in self.steps]
        return ", ".join([f"{self.pooling} pooling", *kinds])
