"""Fills the graph of `encoder.py` with named weights."""

import torch
from torch import Tensor

from quartet_model.bert_weights import LAYER_PREFIX, RELATIVE_BIAS, TOKEN_TYPES, Weights
from quartet_model.encoder import Encoder
from quartet_model.encoder_shape import EncoderShape
from quartet_model.head import head_state
from quartet_model.head_shape import HeadShape
from quartet_model.relative_bias import biases_by_distance


def build_encoder(shape: EncoderShape, weights: Weights, head: HeadShape) -> Encoder:
    encoder = Encoder(shape, head)
    state = encoder_state(shape, weights)
    state |= {f"head.{name}": tensor for name, tensor in head_state(head, weights).items()}
    encoder.load_state_dict(state)
    return encoder.eval().requires_grad_(False)


def encoder_state(shape: EncoderShape, weights: Weights) -> dict[str, Tensor]:
    """The weights by the names and in the form that our encoders have them, float32."""
    tensors = {name: torch.from_numpy(array.copy()) for name, array in weights.items()}
    positions = tensors["embeddings.position_embeddings.weight"][shape.padding_id or 0 :]
    if shape.type_vocab_size:
        positions = positions + tensors[TOKEN_TYPES][0]
    state = {
        "token_embedding": tensors["embeddings.word_embeddings.weight"],
        "position_embedding": positions,
    }
    if shape.relative_attention_buckets:
        state["relative_bias.by_distance"] = biases_by_distance(
            tensors[RELATIVE_BIAS], shape.most_tokens
        )
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
