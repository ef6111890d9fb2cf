"""Reads the weights of a model folder, whichever of the three file formats it uses."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save
from safetensors.torch import load_file

from quartet_model.bert_weights import Array, Weights, choose, select_weights
from quartet_model.conversion_check import check_conversion
from quartet_model.errors import PreparationError
from quartet_model.onnx_weights import load_graph, name_weights
from quartet_model.sentence_folder import SentenceFolder
from quartet_model.steps import step

SAFETENSORS = "model.safetensors"
# The best first: all of a folder's should be the same, but only the first two are sure to be exact.
_FILE_NAMES = (SAFETENSORS, "pytorch_model.bin", "model.onnx", "onnx/model.onnx")


def read_weights(folder: SentenceFolder) -> Weights:
    """The encoder's, and the Dense modules' under the names of their folders."""
    return read_weights_file(find_checkpoint(folder.encoder_folder), folder)


def find_checkpoint(folder: Path) -> Path:
    for name in _FILE_NAMES:
        if (folder / name).is_file():
            return folder / name
    raise PreparationError(f"{folder} has no weights: none of {', '.join(_FILE_NAMES)} is there")


def read_weights_file(path: Path, folder: SentenceFolder) -> Weights:
    """The weights of `folder`'s model, whose encoder's may lie elsewhere."""
    graph = load_graph(path) if path.suffix == ".onnx" else None
    tensors = read_checkpoint(path) if graph is None else name_weights(graph)
    weights = select_weights(tensors, folder.shape, str(path), folder.architecture)
    weights |= _dense_weights(folder)
    if graph is not None:
        with step("compare the converted weights with the ONNX graph"):
            check_conversion(graph, folder, weights)
    return weights


def _dense_weights(folder: SentenceFolder) -> Weights:
    weights: Weights = {}
    for dense in folder.head.denses:
        checkpoint = find_checkpoint(folder.root / dense.folder)
        expected: dict[str, tuple[int, ...]] = {"linear.weight": (dense.outputs, dense.inputs)}
        if dense.bias:
            expected["linear.bias"] = (dense.outputs,)
        chosen = choose(read_checkpoint(checkpoint), expected, str(checkpoint))
        weights |= {f"{dense.folder}.{name}": array for name, array in chosen.items()}
    return weights


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


def write_safetensors(weights: Weights, path: Path) -> None:
    # The metadata is what transformers writes, and asks for. Not save_file, which makes a file that
    # only its owner may read.
    path.write_bytes(save(weights, metadata={"format": "pt"}))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
