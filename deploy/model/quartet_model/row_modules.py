"""The layers that work row by row.

The modules of torch.nn are not used: TorchScript writes their constants (in_features, ...) in the
order of a Python set, so the archive's bytes would change from run to run.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional


class Linear(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, rows: Tensor) -> Tensor:
        return functional.linear(rows, self.weight, self.bias)


class LayerNorm(nn.Module):
    def __init__(self, size: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size))
        self.bias = nn.Parameter(torch.empty(size))
        self.epsilon = epsilon

    def forward(self, rows: Tensor) -> Tensor:
        return torch.layer_norm(rows, self.weight.shape, self.weight, self.bias, self.epsilon)
