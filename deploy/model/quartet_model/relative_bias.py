"""MPNet's attention bias: a number per head and distance of two tokens, the same in all layers."""

import math

import torch
from torch import Tensor, nn

# T5's rule, as transformers applies it to MPNet whatever the settings say.
_BUCKETS = 32
_LARGEST_DISTANCE = 128  # from here on there is one bucket


class RelativeBias(nn.Module):
    def __init__(self, heads: int, most_tokens: int) -> None:
        super().__init__()
        self.most_tokens = most_tokens
        # Of the distances 1 - most_tokens .. most_tokens - 1.
        self.by_distance = nn.Parameter(torch.empty(heads, 2 * most_tokens - 1))

    def forward(self, tokens: int) -> Tensor:
        """What is added to the scores of one text, [1, heads, query, key]."""
        places = torch.arange(tokens)
        distances = places.unsqueeze(0) - places.unsqueeze(1)
        return self.by_distance[:, distances + (self.most_tokens - 1)].unsqueeze(0)


def biases_by_distance(table: Tensor, most_tokens: int) -> Tensor:
    """`RelativeBias.by_distance`, from the bias of each bucket and head, [buckets, heads]."""
    distances = torch.arange(1 - most_tokens, most_tokens)
    return table[_bucket(distances)].T.contiguous()


def _bucket(distances: Tensor) -> Tensor:
    """Half of the buckets are for keys after the query.

    In a half, the first 8 are for one distance each and the others for ever longer ranges.
    """
    half = _BUCKETS // 2
    single = half // 2
    away = distances.abs()
    # In float32 and this order, as transformers computes it: a range's border must not move.
    ranges = torch.log(away.float() / single) / math.log(_LARGEST_DISTANCE / single)
    far = (single + (ranges * (half - single)).to(torch.long)).clamp_max(half - 1)
    return torch.where(away < single, away, far) + half * (distances > 0)
