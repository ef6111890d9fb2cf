"""The artefact gives sentence-transformers' vectors, and says what the server must know."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from quartet_model import export
from quartet_model.artefact import Artefact
from quartet_model.bert_weights import Weights
from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from quartet_model.oracle import Oracle
from quartet_model.packed_encoder import PackedEncoder, build_packed_encoder
from tiny_model import PREPARATION, VOCABULARY, MakeFolder

TEXTS = ["a", "the people of the world", "systems, timed!", "日 the é É " * 30, "?", "peopleing 42"]


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("normalize", [False, True])
def test_every_supported_kind_equals_sentence_transformers(
    make_folder: MakeFolder, tmp_path: Path, pooling: str, normalize: bool
) -> None:
    folder = make_folder(pooling, normalize)
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    oracle, artefact = Oracle(folder), Artefact(tmp_path / "tiny.pt")
    found = np.concatenate([artefact.vectors([ids]) for ids in oracle.token_ids(TEXTS)])
    wanted = oracle.vectors(TEXTS)
    assert np.abs(found - wanted).max() < 1e-5
    assert np.ptp(wanted, axis=0).max() > 0.1, "the texts must differ for this to mean anything"
    assert bool(np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)) == normalize


@pytest.fixture
def artefact_file(make_folder: MakeFolder, tmp_path: Path) -> Path:
    export_artefact(make_folder(), "tiny", tmp_path / "out" / "tiny.pt", "fp32")
    return tmp_path / "out" / "tiny.pt"


def test_a_vector_does_not_depend_on_batch_mates_or_place(artefact_file: Path) -> None:
    artefact = Artefact(artefact_file)
    sequences = [[2, *range(5, 5 + length), 3] for length in (1, 40, 7, 20)]
    alone = np.concatenate([artefact.vectors([sequence]) for sequence in sequences])
    assert np.abs(artefact.vectors(sequences) - alone).max() < 1e-5
    assert np.abs(artefact.vectors(sequences[::-1])[::-1] - alone).max() < 1e-5


def test_freezing_the_module_does_not_change_its_vectors(artefact_file: Path) -> None:
    module = torch.jit.load(artefact_file)  # type: ignore[no-untyped-call]
    arguments = torch.tensor([2, 7, 9, 3, 2, 8, 3]), torch.tensor([4, 3])
    frozen = torch.jit.freeze(module.eval())
    assert torch.allclose(frozen(*arguments), module(*arguments), atol=1e-6)


def test_the_manifest_has_every_field_and_no_other(artefact_file: Path) -> None:
    extra = Artefact(artefact_file, ["manifest.json", "vocab.txt"]).extra_files
    manifest = json.loads(extra["manifest.json"])
    digest = manifest.pop("source_digest")
    golden = manifest.pop("golden")
    assert manifest == {
        "format_version": 3,
        "name": "tiny",
        "revision": digest[:12],
        "dimension": 64,
        "max_sequence_length": 48,
        "pooling": "mean",
        "normalized": False,
        "precision": "fp32",
        "prompts": {},
        "default_prompt_name": None,
        "golden_tolerance": 1e-4,
        "vocabulary_size": len(VOCABULARY),
        "tokenizer": {
            "kind": "wordpiece",
            "file": "vocab.txt",
            "lower_case": True,
            "strip_accents": True,
            "split_cjk": True,
            "unknown_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "max_word_characters": 100,
            "added_tokens": ["[CLS]", "[MASK]", "[PAD]", "[SEP]", "[UNK]"],
        },
    }
    assert len(digest) == 64
    assert extra["vocab.txt"].decode().splitlines() == list(VOCABULARY)
    assert {frozenset(answer) for answer in golden} == {
        frozenset(("text", "token_ids", "truncated", "vector"))
    }


def test_golden_answers_are_what_the_module_gives(artefact_file: Path) -> None:
    artefact = Artefact(artefact_file, ["manifest.json"])
    golden = json.loads(artefact.extra_files["manifest.json"])["golden"]
    assert {answer["truncated"] for answer in golden} == {True, False}
    for answer in golden:
        assert len(answer["token_ids"]) == 48 or not answer["truncated"]
        assert (answer["token_ids"][0], answer["token_ids"][-1]) == (2, 3)
        found = artefact.vectors([answer["token_ids"]])[0]
        assert np.abs(found - np.array(answer["vector"], dtype=np.float32)).max() < 1e-5


def test_a_cased_tokenizer_is_recorded_as_one(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder()
    config = {"tokenizer_class": "BertTokenizer", "do_lower_case": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    extra = Artefact(tmp_path / "tiny.pt", ["manifest.json"]).extra_files
    tokenizer = json.loads(extra["manifest.json"])["tokenizer"]
    assert (tokenizer["lower_case"], tokenizer["strip_accents"]) == (False, False)


def test_a_checkpoint_in_half_precision_is_judged_in_single(
    make_folder: MakeFolder, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    folder = make_folder()
    path = folder / "model.safetensors"
    halves = {name: tensor.half() for name, tensor in load_file(path).items()}
    save_file(halves, path, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"dtype": "float16"}))
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    assert (tmp_path / "tiny.pt").exists()


def test_a_default_prompt_is_not_mixed_in(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder()
    prompts = {"prompts": {"query": "the world: "}, "default_prompt_name": "query"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    assert (tmp_path / "tiny.pt").exists()


def test_one_changed_weight_does_not_pass_the_gate(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def perturbed(shape: object, weights: Weights, *rest: object) -> PackedEncoder:
        name = "encoder.layer.1.output.dense.weight"
        weights = weights | {name: weights[name].copy()}
        weights[name][3, 5] += 0.01
        return build_packed_encoder(shape, weights, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(export, "build_packed_encoder", perturbed)
    with pytest.raises(PreparationError, match="disagrees with sentence-transformers"):
        export_artefact(make_folder(), "tiny", tmp_path / "out" / "tiny.pt", "fp32")
    assert list((tmp_path / "out").iterdir()) == []


def test_another_process_writes_the_same_bytes_without_paths_of_this_machine(
    make_folder: MakeFolder, artefact_file: Path, tmp_path: Path
) -> None:
    again = tmp_path / "elsewhere" / "other.pt"
    command = [sys.executable, str(PREPARATION / "prepare.py"), "--source", str(make_folder())]
    command += ["--name", "tiny", "--output", str(again), "--precision", "fp32"]
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    subprocess.run(command, check=True, env=environment, cwd=tmp_path, capture_output=True)
    digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (artefact_file, again)}
    assert len(digests) == 1
    with zipfile.ZipFile(again) as archive:
        assert not any(
            str(PREPARATION).encode() in archive.read(name) for name in archive.namelist()
        )
