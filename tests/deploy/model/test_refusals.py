"""What is not supported is refused in one line that says what was found and what is supported."""

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from tiny_model import MakeFolder, write_json

Change = Callable[[Path], None]
S = "sentence_transformers.models"


def edit(name: str, **values: Any) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        write_json(path, json.loads(path.read_text()) | values)

    return change


def remove(*names: str) -> Change:
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return change


def both(first: Change, second: Change) -> Change:
    def change(folder: Path) -> None:
        first(folder)
        second(folder)

    return change


def overwrite(name: str, content: str) -> Change:
    def change(folder: Path) -> None:
        (folder / name).write_text(content)

    return change


def modules(*types: str) -> Change:
    entries = [{"idx": i, "path": f"{i}_x" if i else "", "type": t} for i, t in enumerate(types)]
    return overwrite("modules.json", json.dumps(entries))


def dense(**settings: Any) -> Change:
    """Adds a Dense module, without weights."""
    defaults = {"in_features": 64, "out_features": 8}

    def change(folder: Path) -> None:
        entries = json.loads((folder / "modules.json").read_text())
        entries.append({"idx": 2, "path": "2_Dense", "type": f"{S}.Dense"})
        write_json(folder / "modules.json", entries)
        write_json(folder / "2_Dense" / "config.json", defaults | settings)

    return change


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def weights_as(name: str, content: bytes) -> Change:
    """Instead of the safetensors."""

    def change(folder: Path) -> None:
        (folder / "model.safetensors").unlink()
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)

    return change


def rename_weights(folder: Path) -> None:
    """As those of another architecture."""
    path = folder / "model.safetensors"
    renamed = {name.replace("encoder", "transformer"): t for name, t in load_file(path).items()}
    save_file(renamed, path, metadata={"format": "pt"})


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def tokenizer_json(folder: Path, **normalizer: Any) -> None:
    from transformers import AutoTokenizer

    definition = json.loads(AutoTokenizer.from_pretrained(folder).backend_tokenizer.to_str())
    definition["normalizer"] |= normalizer
    write_json(folder / "tokenizer.json", definition)
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})


REFUSALS = {
    "another architecture": (
        edit("config.json", model_type="albert"),
        "model_type is 'albert'; supported are bert, ",
    ),
    "a decoder": (edit("config.json", is_decoder=True), "is_decoder is True; supported is False"),
    "cross attention": (
        edit("config.json", add_cross_attention=True),
        "add_cross_attention is True; supported is False",
    ),
    "another activation": (edit("config.json", hidden_act="relu"), "hidden_act is 'relu'"),
    "relative positions": (
        edit("config.json", position_embedding_type="relative_key"),
        "position_embedding_type is 'relative_key'; supported is 'absolute'",
    ),
    "heads that do not divide": (edit("config.json", num_attention_heads=5), "no multiple"),
    "a size that is no number": (edit("config.json", hidden_size="32"), "hidden_size is '32'"),
    "an unknown pooling": (
        edit("1_Pooling/config.json", pooling_mode="median"),
        "1_Pooling/config.json: pooling is median; supported is one of cls, max, mean",
    ),
    "pooling without the prompt": (
        edit("1_Pooling/config.json", include_prompt=False),
        "include_prompt is False; supported is True",
    ),
    "two pooling modes": (
        edit("1_Pooling/config.json", pooling_mode_cls_token=True),
        r"pooling is cls \+ mean",
    ),
    "no pooling mode": (
        edit("1_Pooling/config.json", pooling_mode_mean_tokens=False),
        r"pooling is \(none\)",
    ),
    "two pooling modes in a list": (
        edit("1_Pooling/config.json", pooling_mode=["mean", "max"]),
        r"pooling is mean \+ max",
    ),
    "an unsupported module": (
        modules(f"{S}.Transformer", f"{S}.Pooling", f"{S}.CNN"),
        "modules Transformer, Pooling, CNN; supported are Transformer, Pooling and after them",
    ),
    "modules in another order": (
        modules(f"{S}.Transformer", f"{S}.Dense", f"{S}.Pooling"),
        "modules Transformer, Dense, Pooling; supported are",
    ),
    "a Dense module without settings": (
        both(dense(), remove("2_Dense/config.json")),
        "2_Dense/config.json is missing",
    ),
    "a Dense module of another size": (dense(in_features=32), "in_features is 32; the vectors"),
    "a Dense module without a size": (dense(out_features=None), "out_features is None; it must"),
    "a Dense module of an unknown activation": (
        dense(activation_function="torch.nn.modules.activation.Mish"),
        "2_Dense/config.json: activation_function is 'torch.nn.modules.activation.Mish'; supported",
    ),
    "an activation that is not torch's": (
        dense(activation_function="own_code.Tanh"),
        "activation_function is 'own_code.Tanh'",
    ),
    "a Dense module with a bias that is no switch": (dense(bias="yes"), "bias is 'yes'; it must"),
    "a Dense module with a residual": (dense(use_residual=True), "use_residual is True"),
    "a Dense module on tokens": (
        dense(module_input_name="token_embeddings"),
        "module_input_name is 'token_embeddings'; supported is 'sentence_embedding'",
    ),
    "a Dense module without weights": (
        dense(),
        "2_Dense has no weights: none of model.safetensors",
    ),
    "no Pooling module": (modules(f"{S}.Transformer"), "modules Transformer; supported"),
    "a module of its own code": (
        modules("custom.Transformer", f"{S}.Pooling"),
        "modules custom.Transformer",
    ),
    "no modules.json": (remove("modules.json"), "modules.json is missing"),
    "no config.json": (remove("config.json"), "config.json is missing"),
    "a config.json that is no JSON": (overwrite("config.json", "{"), "not readable JSON"),
    "a config.json that is a list": (overwrite("config.json", "[]"), "not hold a JSON dict"),
    "no weights": (remove("model.safetensors"), "has no weights: none of model.safetensors, "),
    "weights cut short": (cut_weights, "model.safetensors is not readable"),
    "weights of another architecture": (rename_weights, "weights are missing: encoder.layer.0"),
    "a checkpoint cut short": (weights_as("pytorch_model.bin", b"PK"), "bin is not readable"),
    "a graph cut short": (
        weights_as("onnx/model.onnx", b"\xff"),
        "model.onnx is not a readable ONNX",
    ),
    "an empty folder": (empty, "modules.json is missing"),
    "modules.json cut short": (overwrite("modules.json", "[{"), "not readable JSON"),
    "a tokenizer.json cut short": (overwrite("tokenizer.json", "{"), "can't load"),
    "prompts that are no texts": (
        overwrite("config_sentence_transformers.json", '{"prompts": {"query": 7}}'),
        "the prompt 'query' is 7, and no text",
    ),
    "no vocabulary": (remove("vocab.txt"), "neither tokenizer.json nor vocab.txt"),
    "sequences beyond the positions": (
        edit("sentence_bert_config.json", max_seq_length=65),
        "longest sequence is 65 tokens; supported is 3 to the model's 64",
    ),
    "a vocabulary beyond the embeddings": (
        lambda folder: (folder / "vocab.txt").open("a").write("extra\n"),
        "the tokenizer has",
    ),
    "a tokenizer that keeps control characters": (
        lambda folder: tokenizer_json(folder, clean_text=False),
        "clean_text is False; supported is True",
    ),
}


@pytest.mark.parametrize(("change", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_it_is_refused_in_one_line_and_leaves_nothing(
    make_folder: MakeFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
    message: str,
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = make_folder()
    change(folder)
    output = tmp_path / "out"
    with pytest.raises(PreparationError, match=message) as failure:
        export_artefact(folder, "tiny", output / "tiny.pt", "fp32")
    assert "\n" not in str(failure.value)
    assert not output.exists() or list(output.iterdir()) == []
    assert list(scratch.iterdir()) == []
