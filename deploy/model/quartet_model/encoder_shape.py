"""The facts that fix an encoder's graph: its sizes, named as in BERT's `config.json`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EncoderShape:
    vocab_size: int
    max_position_embeddings: int  # rows of the table in the checkpoint
    type_vocab_size: int  # 0: no token types
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    layer_norm_eps: float
    # RoBERTa's rule of positions: tokens of this id have the position of this number and are not
    # counted, the first other token has the next one. None: positions are 0, 1, 2, ...
    padding_id: int | None = None
    relative_attention_buckets: int = 0  # 0: no bias by the distance of two tokens

    @property
    def most_tokens(self) -> int:
        """Of a sequence: that many have a position."""
        if self.padding_id is None:
            return self.max_position_embeddings
        return self.max_position_embeddings - self.padding_id - 1
