"""The named weights of an encoder: which names must be there, with which shapes.

Every source (ONNX, safetensors, a PyTorch checkpoint) and every architecture is brought to this one
form, a mapping from the Hugging Face parameter names of BERT to float32 arrays.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from quartet_model.architectures import BERT, Architecture
from quartet_model.encoder_shape import EncoderShape
from quartet_model.errors import PreparationError

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]

LAYER_PREFIX = "encoder.layer"
TOKEN_TYPES = "embeddings.token_type_embeddings.weight"
RELATIVE_BIAS = "encoder.relative_attention_bias.weight"


def expected_shapes(shape: EncoderShape) -> dict[str, tuple[int, ...]]:
    hidden = shape.hidden_size
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (shape.vocab_size, hidden),
        "embeddings.position_embeddings.weight": (shape.max_position_embeddings, hidden),
        **_norm_shapes("embeddings.LayerNorm", hidden),
    }
    if shape.type_vocab_size:
        shapes[TOKEN_TYPES] = (shape.type_vocab_size, hidden)
    if shape.relative_attention_buckets:
        shapes[RELATIVE_BIAS] = (shape.relative_attention_buckets, shape.num_attention_heads)
    for index in range(shape.num_hidden_layers):
        layer = f"{LAYER_PREFIX}.{index}"
        for name in ("query", "key", "value"):
            shapes |= _linear_shapes(f"{layer}.attention.self.{name}", hidden, hidden)
        shapes |= _linear_shapes(f"{layer}.attention.output.dense", hidden, hidden)
        shapes |= _norm_shapes(f"{layer}.attention.output.LayerNorm", hidden)
        shapes |= _linear_shapes(f"{layer}.intermediate.dense", hidden, shape.intermediate_size)
        shapes |= _linear_shapes(f"{layer}.output.dense", shape.intermediate_size, hidden)
        shapes |= _norm_shapes(f"{layer}.output.LayerNorm", hidden)
    return shapes


def _linear_shapes(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _norm_shapes(name: str, hidden: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (hidden,), f"{name}.bias": (hidden,)}


def select_weights(
    tensors: Mapping[str, Array],
    shape: EncoderShape,
    origin: str,
    architecture: Architecture = BERT,
) -> Weights:
    """Exactly the encoder's weights out of `tensors`, checked.

    Checkpoints carry more than the encoder (a pooler, a language model head, position indices):
    what no sentence vector needs is left out, so the digest does not depend on it.
    """
    found = {name.removeprefix(architecture.prefix): array for name, array in tensors.items()}
    beyond = architecture.weight_name(f"{LAYER_PREFIX}.{shape.num_hidden_layers}.")
    if any(name.startswith(beyond) for name in found):
        raise PreparationError(
            f"{origin}: more than the {shape.num_hidden_layers} layers that config.json names"
        )
    expected = expected_shapes(shape)
    names = {name: architecture.weight_name(name) for name in expected}
    chosen = choose(found, {names[name]: wanted for name, wanted in expected.items()}, origin)
    return {name: chosen[names[name]] for name in expected}


def choose(
    found: Mapping[str, Array], expected: Mapping[str, tuple[int, ...]], origin: str
) -> Weights:
    """The arrays of the expected names; all must be there, of these shapes and finite."""
    missing = sorted(expected.keys() - found.keys())
    if missing:
        shown = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise PreparationError(f"{origin}: {len(missing)} weights are missing: {shown}")
    for name, wanted in expected.items():
        if found[name].shape != wanted:
            raise PreparationError(f"{origin}: {name} has shape {found[name].shape}, not {wanted}")
        if not np.isfinite(found[name]).all():
            raise PreparationError(f"{origin}: {name} holds values that are not finite")
    return {name: np.ascontiguousarray(found[name], dtype=np.float32) for name in expected}
