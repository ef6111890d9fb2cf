"""DistilBERT: BERT's encoder without token types, under names of its own."""

from quartet_model.architectures.architecture import Architecture

DISTILBERT = Architecture(
    model_type="distilbert",
    prefix="distilbert.",
    activation_key="activation",
    fixed={"type_vocab_size": 0, "layer_norm_eps": 1e-12},
    size_keys={
        "hidden_size": "dim",
        "intermediate_size": "hidden_dim",
        "num_hidden_layers": "n_layers",
        "num_attention_heads": "n_heads",
    },
    names=(
        ("encoder.layer.", "transformer.layer."),
        (".attention.self.query.", ".attention.q_lin."),
        (".attention.self.key.", ".attention.k_lin."),
        (".attention.self.value.", ".attention.v_lin."),
        (".attention.output.dense.", ".attention.out_lin."),
        (".attention.output.LayerNorm.", ".sa_layer_norm."),
        (".intermediate.dense.", ".ffn.lin1."),
        (".output.dense.", ".ffn.lin2."),
        (".output.LayerNorm.", ".output_layer_norm."),
    ),
)
