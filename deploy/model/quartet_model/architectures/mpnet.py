"""MPNet: BERT's encoder without token types, RoBERTa's positions, and an attention bias.

The bias goes by the distance of two tokens, in 32 buckets that all layers share.
"""

from quartet_model.architectures.architecture import Architecture

MPNET = Architecture(
    model_type="mpnet",
    prefix="mpnet.",
    # transformers sizes the table by this setting, and computes buckets as if it were 32.
    required={"relative_attention_num_buckets": 32},
    # transformers has 1 in its code, whatever config.json says.
    fixed={"type_vocab_size": 0, "pad_token_id": 1},
    names=(
        (".attention.self.query.", ".attention.attn.q."),
        (".attention.self.key.", ".attention.attn.k."),
        (".attention.self.value.", ".attention.attn.v."),
        (".attention.output.dense.", ".attention.attn.o."),
        (".attention.output.LayerNorm.", ".attention.LayerNorm."),
    ),
    positions_skip_padding=True,
)
