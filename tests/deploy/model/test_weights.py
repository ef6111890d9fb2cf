"""Conversion: whatever the source, the same complete set of named weights."""

import re
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from quartet_model.artefact_contents import read_contents
from quartet_model.bert_weights import Array, expected_shapes, select_weights
from quartet_model.checkpoint import read_weights
from quartet_model.conversion_check import check_conversion
from quartet_model.digests import weights_digest
from quartet_model.encoder_shape import EncoderShape
from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from quartet_model.onnx_weights import load_graph, name_weights
from quartet_model.sentence_folder import read_sentence_folder
from tiny_model import VOCABULARY, MakeFolder, tiny_bert

SHAPE = EncoderShape(
    vocab_size=len(VOCABULARY),
    max_position_embeddings=64,
    type_vocab_size=2,
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=2,
    num_attention_heads=2,
    layer_norm_eps=1e-12,
)
KEY = "encoder.layer.1.attention.self.key.weight"


def tensors() -> dict[str, Array]:
    return {name: tensor.numpy() for name, tensor in tiny_bert().state_dict().items()}


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ONNX file as torch.onnx writes it: with anonymous, transposed matrices."""

    class Sentence(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.auto_model = tiny_bert()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            output = self.auto_model(
                input_ids=input_ids,
                attention_mask=attention_mask,
                token_type_ids=torch.zeros_like(input_ids),  # else traced with a fixed length
            )
            return torch.mean(output.last_hidden_state, 1)

    path = tmp_path_factory.mktemp("onnx") / "model.onnx"
    example = torch.tensor([[2, 7, 8, 3]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this exporter is old: so is the graph that we convert
        torch.onnx.export(
            Sentence(),
            (example, torch.ones_like(example)),
            str(path),
            dynamo=False,
            input_names=["input_ids", "attention_mask"],
            dynamic_axes={"input_ids": {1: "tokens"}, "attention_mask": {1: "tokens"}},
        )
    return path


def test_an_onnx_graph_gives_the_weights_it_was_made_from(graph_file: Path) -> None:
    graph = load_graph(graph_file)
    anonymous = [tensor.name for tensor in graph.graph.initializer if "MatMul" in tensor.name]
    assert len(anonymous) == 12, "six matrices in each of two layers"
    converted = select_weights(name_weights(graph), SHAPE, "graph")
    original = select_weights(tensors(), SHAPE, "model")
    assert weights_digest(converted) == weights_digest(original)


def test_the_onnx_graph_itself_confirms_the_conversion(
    graph_file: Path, make_folder: MakeFolder
) -> None:
    graph = load_graph(graph_file)
    weights = select_weights(name_weights(graph), SHAPE, "graph")
    check_conversion(graph, read_sentence_folder(make_folder()), weights)


def test_two_matrices_swapped_do_not_pass_the_onnx_graph(
    graph_file: Path, make_folder: MakeFolder
) -> None:
    graph = load_graph(graph_file)
    weights = select_weights(name_weights(graph), SHAPE, "graph")
    query = KEY.replace("key", "query")
    weights[query], weights[KEY] = weights[KEY], weights[query]
    with pytest.raises(PreparationError, match="differs by"):
        check_conversion(graph, read_sentence_folder(make_folder()), weights)


def test_a_file_that_is_no_onnx_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"\xff\xff not protobuf")
    with pytest.raises(PreparationError, match=re.escape("model.onnx is not a readable ONNX")):
        load_graph(tmp_path / "model.onnx")


def test_only_the_encoders_weights_are_taken() -> None:
    extra = {"pooler.dense.weight": np.ones(1, np.float32), "cls.bias": np.ones(1, np.float32)}
    chosen = select_weights(tensors() | extra, SHAPE, "test")
    assert {name: array.shape for name, array in chosen.items()} == expected_shapes(SHAPE)


def test_the_prefix_of_a_larger_model_is_removed() -> None:
    prefixed = {f"bert.{name}": array for name, array in tensors().items()}
    plain = weights_digest(select_weights(tensors(), SHAPE, "test"))
    assert weights_digest(select_weights(prefixed, SHAPE, "test")) == plain


def test_a_missing_weight_is_named() -> None:
    found = tensors()
    del found[KEY]
    with pytest.raises(PreparationError, match=f"1 weights are missing: {KEY}"):
        select_weights(found, SHAPE, "test")


def test_a_wrong_shape_is_named_with_both_shapes() -> None:
    found = tensors() | {KEY: np.ones((64, 31), np.float32)}
    with pytest.raises(PreparationError, match=rf"{KEY} has shape \(64, 31\), not \(64, 64\)"):
        select_weights(found, SHAPE, "test")


def test_more_layers_than_the_configuration_names_are_refused() -> None:
    found = tensors() | {"encoder.layer.2.output.dense.bias": np.ones(64, np.float32)}
    with pytest.raises(PreparationError, match="more than the 2 layers"):
        select_weights(found, SHAPE, "test")


def test_a_weight_that_is_not_finite_is_refused() -> None:
    found = tensors()
    found[KEY] = np.full_like(found[KEY], np.nan)
    with pytest.raises(PreparationError, match=f"{KEY} holds values that are not finite"):
        select_weights(found, SHAPE, "test")


def test_a_pytorch_checkpoint_gives_the_same_weights_as_safetensors(
    make_folder: MakeFolder,
) -> None:
    folder = read_sentence_folder(make_folder())
    from_safetensors = weights_digest(read_weights(folder))
    (folder.root / "model.safetensors").unlink()
    torch.save(tiny_bert().state_dict(), folder.root / "pytorch_model.bin")
    assert weights_digest(read_weights(folder)) == from_safetensors


@pytest.mark.parametrize("name", ["model.onnx", "onnx/model.onnx"])
def test_a_folder_with_nothing_but_an_onnx_graph_is_exported(
    graph_file: Path, make_folder: MakeFolder, tmp_path: Path, name: str
) -> None:
    folder = make_folder()
    (folder / "model.safetensors").unlink()
    (folder / name).parent.mkdir(exist_ok=True)
    shutil.copyfile(graph_file, folder / name)
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    original = select_weights(tensors(), SHAPE, "model")
    manifest = read_contents(tmp_path / "tiny.pt").manifest
    assert manifest["source_digest"] == weights_digest(original)


def test_a_checkpoint_that_would_run_code_is_refused(make_folder: MakeFolder) -> None:
    folder = read_sentence_folder(make_folder())
    (folder.root / "model.safetensors").unlink()
    torch.save({"weight": Path("anything but a tensor")}, folder.root / "pytorch_model.bin")
    with pytest.raises(PreparationError, match="pytorch_model.bin is not readable"):
        read_weights(folder)
