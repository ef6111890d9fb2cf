"""Fills the graph of `encoder.py` with named weights."""

import torch
from torch import Tensor

from quartet_model.bert_weights import LAYER_PREFIX, Weights
from quartet_model.encoder import Encoder
from quartet_model.encoder_shape import EncoderShape, Pooling


def build_encoder(
    shape: EncoderShape, weights: Weights, pooling: Pooling, normalize: bool
) -> Encoder:
    encoder = Encoder(shape, pooling, normalize)
    encoder.load_state_dict(encoder_state(shape, weights))
    return encoder.eval().requires_grad_(False)


def encoder_state(shape: EncoderShape, weights: Weights) -> dict[str, Tensor]:
    """The weights by the names and in the form that our encoders have them, float32."""
    tensors = {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
    positions = tensors["embeddings.position_embeddings.weight"]
    first_segment = tensors["embeddings.token_type_embeddings.weight"][0]
    state = {
        "token_embedding": tensors["embeddings.word_embeddings.weight"],
        "position_embedding": positions + first_segment,
    }
    for kind in ("weight", "bias"):
        state[f"embedding_norm.{kind}"] = tensors[f"embeddings.LayerNorm.{kind}"]
        for index in range(shape.num_hidden_layers):
            ours, theirs = f"layers.{index}", f"{LAYER_PREFIX}.{index}"
            attention = [
                tensors[f"{theirs}.attention.self.{name}.{kind}"]
                for name in ("query", "key", "value")
            ]
            state |= {
                f"{ours}.query_key_value.{kind}": torch.cat(attention),
                f"{ours}.attention_output.{kind}": tensors[
                    f"{theirs}.attention.output.dense.{kind}"
                ],
                f"{ours}.attention_norm.{kind}": tensors[
                    f"{theirs}.attention.output.LayerNorm.{kind}"
                ],
                f"{ours}.intermediate.{kind}": tensors[f"{theirs}.intermediate.dense.{kind}"],
                f"{ours}.output.{kind}": tensors[f"{theirs}.output.dense.{kind}"],
                f"{ours}.output_norm.{kind}": tensors[f"{theirs}.output.LayerNorm.{kind}"],
            }
    return state
