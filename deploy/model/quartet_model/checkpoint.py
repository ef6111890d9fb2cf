"""Reads the weights of a model folder, whichever of the two file formats it uses."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from quartet_model.bert_weights import Array, Weights, choose, select_weights
from quartet_model.errors import PreparationError
from quartet_model.sentence_folder import SentenceFolder

_FILE_NAMES = ("model.safetensors", "pytorch_model.bin")


def read_weights(folder: SentenceFolder) -> Weights:
    """The encoder's, and the Dense modules' under the names of their folders."""
    checkpoint = _find_checkpoint(folder.encoder_folder)
    weights = select_weights(
        read_checkpoint(checkpoint), folder.shape, str(checkpoint), folder.architecture
    )
    for dense in folder.head.denses:
        checkpoint = _find_checkpoint(folder.root / dense.folder)
        expected: dict[str, tuple[int, ...]] = {"linear.weight": (dense.outputs, dense.inputs)}
        if dense.bias:
            expected["linear.bias"] = (dense.outputs,)
        chosen = choose(read_checkpoint(checkpoint), expected, str(checkpoint))
        weights |= {f"{dense.folder}.{name}": array for name, array in chosen.items()}
    return weights


def _find_checkpoint(folder: Path) -> Path:
    for name in _FILE_NAMES:
        if (folder / name).is_file():
            return folder / name
    raise PreparationError(f"{folder}: neither {' nor '.join(_FILE_NAMES)} is there")


def read_checkpoint(path: Path) -> dict[str, Array]:
    """Every tensor of the file as float32, under the names that the file uses."""
    try:
        if path.suffix == ".safetensors":
            tensors = load_file(path)
        else:
            # A pickle can run code when it is loaded; weights_only refuses everything but tensors.
            tensors = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # both libraries raise a dozen unrelated types for a broken file
        raise PreparationError(f"{path} is not readable: {_first_line(error)}") from error
    if not isinstance(tensors, dict):
        raise PreparationError(f"{path} does not hold named tensors")
    return {
        name: np.asarray(tensor.to(torch.float32).numpy())
        for name, tensor in tensors.items()
        if isinstance(tensor, torch.Tensor) and tensor.is_floating_point()
    }


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
