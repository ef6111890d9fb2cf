"""The fused encoder: weights as the server's kernels want them, and the module that holds them.

The computing is C++ (`server/model/encoder/`): one class that TorchScript knows, which also has a
path in plain aten operators for CPUs without the instructions.
"""

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from quartet_model.bert_weights import Weights
from quartet_model.build_encoder import encoder_state
from quartet_model.encoder_shape import EncoderShape
from quartet_model.errors import PreparationError
from quartet_model.head import Head, build_head
from quartet_model.head_shape import HeadShape
from quartet_model.precision import Precision

ROOT = Path(__file__).resolve().parents[3]
ENCODER_LIBRARY = ROOT / "build/release/lib/libquartet_encoder.so"

BLOCK_OUTPUTS = 64  # outputs whose weights lie together
PACKED_BYTES = 4  # of the inputs that one dot product instruction takes
LARGEST = 127


def load_encoder_library(path: Path = ENCODER_LIBRARY) -> None:
    """Registers `torch.classes.quartet.Encoder`; loading it again does nothing."""
    if not path.is_file():
        raise PreparationError(
            f"{path} is missing; build it first: cmake --preset release && "
            "cmake --build --preset release --target quartet_encoder (./deploy/run.sh does)"
        )
    torch.classes.load_library(str(path))


class UnservedModelError(PreparationError):
    """The kernels don't serve such a model; the plain graph of `encoder.py` does."""


class PackedEncoder(nn.Module):
    """`forward(token_ids: int64[T], sequence_lengths: int64[N]) -> float32[N, D]`."""

    def __init__(self, encoder: Any, head: Head | None = None, note: str = "") -> None:
        """Without a head the encoder makes the vectors itself; with one, a note says so."""
        super().__init__()
        self.encoder = encoder
        self.head = head
        self.note = note

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        if self.head is not None:
            rows: Tensor = self.encoder.encode_tokens(token_ids, sequence_lengths)
            lengths: list[int] = sequence_lengths.tolist()
            headed: Tensor = self.head(rows, lengths)
            return headed
        vectors: Tensor = self.encoder.encode(token_ids, sequence_lengths)
        return vectors

    @torch.jit.export
    def warm_up_thread(self) -> None:
        """Compiles what the first forward of the calling thread would else compile."""
        self.encoder.warm_up_thread()

    @torch.jit.export
    def path(self) -> str:
        """Which of its implementations this CPU runs."""
        name: str = self.encoder.path()
        return name + self.note


def build_packed_encoder(
    shape: EncoderShape,
    weights: Weights,
    head: HeadShape,
    max_sequence_length: int,
    precision: Precision,
) -> PackedEncoder:
    """Raises UnservedModelError if the kernels don't serve such a model."""
    if shape.relative_attention_buckets:
        raise UnservedModelError("the fused encoder has no relative attention bias")
    load_encoder_library()
    sizes = {
        "vocab_size": shape.vocab_size,
        "hidden_size": shape.hidden_size,
        "intermediate_size": shape.intermediate_size,
        "num_hidden_layers": shape.num_hidden_layers,
        "num_attention_heads": shape.num_attention_heads,
        "max_sequence_length": max_sequence_length,
        "mean_pooling": int(head.pooling == "mean"),
        "normalize": int(head.normalized),
    }
    positions = max_sequence_length
    if shape.padding_id is not None:
        sizes["padding_id"] = shape.padding_id
        positions += 1  # the padding's is the first
    tensors: dict[str, Tensor] = {}
    for name, tensor in _scaled_queries(encoder_state(shape, weights), shape).items():
        if name == "token_embedding":
            tensors |= _narrowed(name, tensor, precision, packed=False)
        elif name == "position_embedding":
            tensors[name] = tensor[:positions].clone()
        elif tensor.dim() == 2:  # a linear's weight; the class checks that sizes suit it
            tensors |= _narrowed(name.removesuffix(".weight"), tensor, precision, packed=True)
        else:
            tensors[name] = tensor
    try:
        encoder = torch.classes.quartet.Encoder(sizes, shape.layer_norm_eps, tensors)
    except NotImplementedError as error:  # TORCH_CHECK_NOT_IMPLEMENTED of encoder_state.cc
        raise UnservedModelError(str(error).splitlines()[0]) from error
    except RuntimeError as error:
        raise PreparationError(str(error).splitlines()[0]) from error
    if head.pooling in ("mean", "cls") and head.steps in ((), ("Normalize",)):
        return PackedEncoder(encoder).eval()
    return PackedEncoder(encoder, build_head(head, weights), f"; {head} in plain operators").eval()


def _scaled_queries(state: dict[str, Tensor], shape: EncoderShape) -> dict[str, Tensor]:
    """Queries come out of their linear as the kernels' softmax in base 2 wants them."""
    factor = math.log2(math.e) / math.sqrt(shape.hidden_size / shape.num_attention_heads)
    for name, tensor in state.items():
        if ".query_key_value." in name:
            scaled = tensor.clone()
            scaled[: shape.hidden_size] *= factor
            state[name] = scaled
    return state


def _narrowed(
    name: str, weight: Tensor, precision: Precision, *, packed: bool
) -> dict[str, Tensor]:
    if precision != "int8":
        values = weight.to(torch.bfloat16 if precision == "bf16" else torch.float32)
        return {f"{name}.weight": pack(values) if packed else values}
    values, scale = quantize_rows(weight)
    return {f"{name}.weight": pack(values) if packed else values, f"{name}.scale": scale}


def quantize_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """int8 values and float32 scales, one per row: row = scale * values, symmetric around 0."""
    scale = weight.abs().amax(1) / LARGEST
    # A row of zeros has scale 0: its values are 0, whatever they are divided by.
    values = (weight / scale.clamp_min(torch.finfo(torch.float32).tiny).unsqueeze(1)).round()
    return values.to(torch.int8), scale


def pack(values: Tensor) -> Tensor:
    """[outputs, inputs] -> [outputs / 64, inputs / n, 64, n], the order in which kernels read."""
    outputs, inputs = values.shape
    together = PACKED_BYTES // values.element_size()
    if outputs % BLOCK_OUTPUTS or inputs % together:
        raise UnservedModelError(
            f"a linear of {inputs} inputs and {outputs} outputs; the kernels serve multiples of "
            f"{together} and {BLOCK_OUTPUTS}"
        )
    blocks = values.view(outputs // BLOCK_OUTPUTS, BLOCK_OUTPUTS, -1, together)
    return blocks.permute(0, 2, 1, 3).contiguous()
