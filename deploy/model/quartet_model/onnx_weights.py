"""Gives the weights inside an ONNX graph their Hugging Face names.

torch.onnx keeps the names of biases, layer norms and embeddings, but folds the transposition of
every linear layer into the stored matrix and names the result `onnx::MatMul_<n>`. What such a
matrix is can still be read from the path of the MatMul node that uses it, for example
`/model/model.0/auto_model/encoder/layer.1/attention/self/query/MatMul`.
"""

import re
from pathlib import Path

import onnx
from onnx import numpy_helper

from quartet_model.bert_weights import Array
from quartet_model.errors import PreparationError

_ENCODER_ROOT = "auto_model"
_ANONYMOUS = re.compile(r"onnx::MatMul_\d+")


def load_graph(path: Path) -> onnx.ModelProto:
    try:
        return onnx.load(path)
    except Exception as error:  # protobuf's own exception type is not public
        raise PreparationError(f"{path} is not a readable ONNX model") from error


def name_weights(model: onnx.ModelProto) -> dict[str, Array]:
    matrix_names = {
        node.input[1]: _parameter_of_node(node.name)
        for node in model.graph.node
        if node.op_type == "MatMul" and _ANONYMOUS.fullmatch(node.input[1])
    }
    weights: dict[str, Array] = {}
    for initializer in model.graph.initializer:
        array: Array = numpy_helper.to_array(initializer)
        if initializer.name in matrix_names:
            # ONNX computes x @ W, a linear layer x @ W.T: stored transposed.
            weights[matrix_names[initializer.name]] = array.T
        else:
            weights[_after_root(initializer.name, ".")] = array
    return weights


def _parameter_of_node(node_name: str) -> str:
    path = _after_root(node_name, "/").removesuffix("/MatMul").removeprefix("/")
    return path.replace("/", ".") + ".weight"


def _after_root(name: str, separator: str) -> str:
    _, found, rest = name.partition(f"{_ENCODER_ROOT}{separator}")
    return rest if found else name
