"""The model's graph: a BERT encoder over ragged rows, in plain aten operators.

All texts of a batch lie one after another in `token_ids`; `sequence_lengths` says where each ends.
What works row by row (embeddings, linears, layer norms, GELU) runs once over all T rows; only
attention and pooling look at one sequence at a time. So there is no padding to compute and no mask
to apply, and a text's vector does not depend on its batch mates.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quartet_model.encoder_shape import EncoderShape, Pooling

# The modules of torch.nn are not used: TorchScript writes their constants (in_features, ...) in the
# order of a Python set, so the archive's bytes would change from run to run.


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


class EncoderLayer(nn.Module):
    """Self-attention, then feed-forward; each with residual and layer norm (post-norm, as BERT)."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        hidden = shape.hidden_size
        self.heads = shape.num_attention_heads
        self.head_size = hidden // shape.num_attention_heads
        self.query_key_value = Linear(hidden, 3 * hidden)
        self.attention_output = Linear(hidden, hidden)
        self.attention_norm = LayerNorm(hidden, shape.layer_norm_eps)
        self.intermediate = Linear(hidden, shape.intermediate_size)
        self.output = Linear(shape.intermediate_size, hidden)
        self.output_norm = LayerNorm(hidden, shape.layer_norm_eps)

    def forward(self, rows: Tensor, lengths: list[int]) -> Tensor:
        # One product for query, key and value: the rows are read once instead of three times.
        projected = self.query_key_value(rows).view(-1, 3, self.heads, self.head_size)
        contexts: list[Tensor] = []
        for sequence in torch.split_with_sizes(projected, lengths):
            # [n, 3, heads, head_size] -> [3, 1, heads, n, head_size]: the batch of one selects
            # the fused attention kernel of the CPU.
            query, key, value = sequence.permute(1, 2, 0, 3).unsqueeze(1).unbind(0)
            context = functional.scaled_dot_product_attention(query, key, value)
            contexts.append(context.squeeze(0).transpose(0, 1).flatten(1))
        rows = self.attention_norm(rows + self.attention_output(torch.cat(contexts)))
        rows = self.output_norm(rows + self.output(functional.gelu(self.intermediate(rows))))
        return rows


class Encoder(nn.Module):
    """`forward(token_ids: int64[T], sequence_lengths: int64[N]) -> float32[N, D]`."""

    def __init__(self, shape: EncoderShape, pooling: Pooling, normalize: bool) -> None:
        super().__init__()
        self.mean_pooling = pooling == "mean"
        self.normalize = normalize
        self.token_embedding = nn.Parameter(torch.empty(shape.vocab_size, shape.hidden_size))
        # One text never has a second segment, so the row of token type 0 is added to every position
        # once, when the weights are loaded, instead of at every call.
        self.position_embedding = nn.Parameter(
            torch.empty(shape.max_position_embeddings, shape.hidden_size)
        )
        self.embedding_norm = LayerNorm(shape.hidden_size, shape.layer_norm_eps)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.num_hidden_layers))

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        lengths: list[int] = sequence_lengths.tolist()
        positions = torch.cat([torch.arange(length) for length in lengths])
        rows = torch.embedding(self.token_embedding, token_ids)
        rows = rows + torch.embedding(self.position_embedding, positions)
        rows = self.embedding_norm(rows)
        for layer in self.layers:
            rows = layer(rows, lengths)
        vectors: list[Tensor] = []
        for sequence in torch.split_with_sizes(rows, lengths):
            vectors.append(sequence.mean(0) if self.mean_pooling else sequence[0])
        embeddings = torch.stack(vectors)
        if self.normalize:
            embeddings = embeddings / embeddings.norm(2, [1], True).clamp_min(1e-12)
        return embeddings
