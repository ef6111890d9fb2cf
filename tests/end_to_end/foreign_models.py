"""TorchScript files that are no models of ours, made by torch as anybody would make them."""

from __future__ import annotations

import io
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from running_server import EXACT_MODEL, ROOT

EXTRA_FILES = ("manifest.json", "vocab.txt")


class Plain(nn.Module):
    """Harmless, and not ours."""

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        return torch.zeros([sequence_lengths.numel(), 384])


class TouchesAFileWhenLoaded(nn.Module):
    """Unpickling calls __setstate__, and torch.from_file makes the file that it maps."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    @torch.jit.export
    def __getstate__(self) -> tuple[str, bool]:
        return self.path, self.training

    @torch.jit.export
    def __setstate__(self, state: tuple[str, bool]) -> None:
        self.path = state[0]
        self.training = state[1]
        # A result that nobody uses, TorchScript would not ask for.
        self.path += str(torch.from_file(self.path, True, 16).numel())

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        return torch.zeros([sequence_lengths.numel(), 384])


class TouchesAFileWhenCalled(nn.Module):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        return torch.from_file(self.path, True, 384).unsqueeze(0)


class Quantized(nn.Module):
    """Holds an object of a C++ class that libtorch brings, which is not ours."""

    def __init__(self) -> None:
        super().__init__()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            weight = torch.quantize_per_tensor(torch.ones(4, 4), 0.1, 0, torch.qint8)
        self.packed = torch.ops.quantized.linear_prepack(weight, None)

    def forward(self, token_ids: Tensor, sequence_lengths: Tensor) -> Tensor:
        return torch.add(token_ids, sequence_lengths)


def save(module: nn.Module, path: Path) -> Path:
    """With the manifest and the tokenizer of a model of ours: only the program is foreign."""
    with zipfile.ZipFile(EXACT_MODEL) as archive:
        extra = {name: archive.read(f"archive/extra/{name}") for name in EXTRA_FILES}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(module), path, _extra_files=extra)
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A model of ours with records changed, by torch's own writer."""
    reader = torch._C.PyTorchFileReader(io.BytesIO(EXACT_MODEL.read_bytes()))
    writer = torch._C.PyTorchFileWriter(str(path))
    for name in reader.get_all_records():
        if name not in ("version", ".data/serialization_id"):  # the writer's own
            content = change(name, reader.get_record(name))
            writer.write_record(name, content, len(content))
    writer.write_end_of_file()
    return path


HEADS = ("cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken", "Dense")


def plain_operators(path: Path, head: str, *, mpnet: bool = False) -> Path:
    """What deploy/model exports where our kernels don't serve a size, without a manifest. `head`: a
    pooling, or all kinds of Dense."""
    sys.path.insert(0, str(ROOT / "deploy/model"))
    from quartet_model.artefact import artefact_bytes
    from quartet_model.encoder import Encoder
    from quartet_model.encoder_shape import EncoderShape
    from quartet_model.head_shape import ACTIVATIONS, DenseShape, HeadShape

    shape = EncoderShape(
        vocab_size=9,
        max_position_embeddings=8,
        type_vocab_size=2,
        hidden_size=4,
        intermediate_size=8,
        num_hidden_layers=3,
        num_attention_heads=2,
        layer_norm_eps=1e-12,
        padding_id=1 if mpnet else None,
        relative_attention_buckets=32 if mpnet else 0,
    )
    denses = tuple(DenseShape(f"{i}", 4, 4, True, kind) for i, kind in enumerate(ACTIVATIONS))
    pooling = "mean" if head == "Dense" else head
    steps = (*(denses if head == "Dense" else ()), "Normalize")
    encoder = Encoder(shape, HeadShape(pooling, steps)).eval()  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path.write_bytes(artefact_bytes(encoder, {}))
    return path
