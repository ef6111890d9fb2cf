"""The model's graph: an encoder as BERT's over ragged rows, in plain aten operators.

All texts of a batch lie one after another in `token_ids`; `sequence_lengths` says where each ends.
What works row by row (embeddings, linears, layer norms, GELU) runs once over all T rows; only
attention and pooling look at one sequence at a time. So there is no padding to compute and no mask
to apply, and a text's vector does not depend on its batch mates.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from quartet_model.encoder_shape import EncoderShape
from quartet_model.head import Head
from quartet_model.head_shape import HeadShape
from quartet_model.relative_bias import RelativeBias
from quartet_model.row_modules import LayerNorm, Linear


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

    def forward(self, rows: Tensor, lengths: list[int], biases: list[Tensor]) -> Tensor:
        """`biases` are what is added to attention's scores, text by text; or there are none."""
        # One product for query, key and value: the rows are read once instead of three times.
        projected = self.query_key_value(rows).view(-1, 3, self.heads, self.head_size)
        contexts: list[Tensor] = []
        for index, sequence in enumerate(torch.split_with_sizes(projected, lengths)):
            # [n, 3, heads, head_size] -> [3, 1, heads, n, head_size]: the batch of one selects
            # the fused attention kernel of the CPU.
            query, key, value = sequence.permute(1, 2, 0, 3).unsqueeze(1).unbind(0)
            context = functional.scaled_dot_product_attention(
                query, key, value, biases[index] if len(biases) > 0 else None
            )
            contexts.append(context.squeeze(0).transpose(0, 1).flatten(1))
        rows = self.attention_norm(rows + self.attention_output(torch.cat(contexts)))
        rows = self.output_norm(rows + self.output(functional.gelu(self.intermediate(rows))))
        return rows


class Encoder(nn.Module):
    """`forward(token_ids: int64[T], sequence_lengths: int64[N]) -> float32[N, D]`."""

    def __init__(self, shape: EncoderShape, head: HeadShape) -> None:
        super().__init__()
        self.token_embedding = nn.Parameter(torch.empty(shape.vocab_size, shape.hidden_size))
        # With the row of token type 0, which every token of a text has: it is added once, when the
        # weights are loaded, instead of at every call.
        self.position_embedding = nn.Parameter(
            torch.empty(shape.max_position_embeddings - (shape.padding_id or 0), shape.hidden_size)
        )
        self.padding_id = -1 if shape.padding_id is None else shape.padding_id
        self.embedding_norm = LayerNorm(shape.hidden_size, shape.layer_norm_eps)
        self.relative_bias = (
            RelativeBias(shape.num_attention_heads, shape.most_tokens)
            if shape.relative_attention_buckets
            else None
        )
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.num_hidden_layers))
        self.head = Head(head)

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        lengths: list[int] = sequence_lengths.tolist()
        rows = torch.embedding(self.token_embedding, token_ids)
        rows = rows + torch.embedding(self.position_embedding, self.positions(token_ids, lengths))
        rows = self.embedding_norm(rows)
        biases: list[Tensor] = []
        if self.relative_bias is not None:
            biases = [self.relative_bias(length) for length in lengths]
        for layer in self.layers:
            rows = layer(rows, lengths, biases)
        vectors: Tensor = self.head(rows, lengths)
        return vectors

    def positions(self, token_ids: Tensor, lengths: list[int]) -> Tensor:
        """Rows of `position_embedding`, whose first one is the padding's if there is one."""
        if self.padding_id < 0:
            return torch.cat([torch.arange(length) for length in lengths])
        counted = (token_ids != self.padding_id).to(torch.long)
        numbers = [text.cumsum(0) for text in torch.split_with_sizes(counted, lengths)]
        return torch.cat(numbers) * counted
