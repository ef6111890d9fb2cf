"""The fused artefacts: as near to the exact vectors as their precision, or refused."""

import hashlib
import json
import math
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
from quartet_model.packed_encoder import PackedEncoder, build_packed_encoder, pack, quantize_rows
from quartet_model.precision import GATES, Gate, Precision
from tiny_model import MakeFolder

TEXTS = ["a", "the people of the world", "systems, timed!", "日 the é É " * 30, "?", "peopleing 42"]


def test_quantized_rows_are_within_half_a_step() -> None:
    weight = torch.randn(8, 32, generator=torch.Generator().manual_seed(3))
    weight[2] = 0
    weight[3] *= 1e-30
    values, scale = quantize_rows(weight)
    assert values.dtype == torch.int8
    assert int(values.abs().max()) == 127
    error = (values * scale.unsqueeze(1) - weight).abs()
    assert bool((error <= scale.unsqueeze(1) * 0.501).all())
    assert not values[2].any()


def test_packed_weights_lie_block_by_block_in_fours() -> None:
    values = torch.randint(-127, 128, (128, 8), dtype=torch.int8)
    packed = pack(values)
    assert packed.shape == (2, 2, 64, 4)
    assert packed[1, 0, 5, 3] == values[64 + 5, 3]
    assert packed[0, 1, 63, 2] == values[63, 4 + 2]


def test_half_weights_are_packed_in_twos() -> None:
    values = torch.randn(128, 8).to(torch.bfloat16)
    packed = pack(values)
    assert packed.shape == (2, 4, 64, 2)
    assert packed[1, 2, 5, 1] == values[64 + 5, 5]


# How far a tiny random model's vectors may be, and must be: exact ones would not be rounded.
DISTANCES: dict[Precision, tuple[float, float]] = {
    "int8": (1e-3, 0.15),
    "bf16": (1e-4, 0.02),
    "fp32": (0, 1e-5),
}


@pytest.mark.parametrize("precision", list(DISTANCES))
@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("normalize", [False, True])
def test_every_supported_kind_is_near_sentence_transformers(
    make_folder: MakeFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    precision: Precision,
    pooling: str,
    normalize: bool,
) -> None:
    # Random weights suffer more from rounding than trained ones, the single vector of CLS most.
    monkeypatch.setitem(GATES, precision, Gate(0.98, 0.99, 0.98, math.inf, 0))
    folder = make_folder(pooling, normalize)
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", precision)
    oracle, artefact = Oracle(folder), Artefact(tmp_path / "tiny.pt", ["manifest.json"])
    found = np.concatenate([artefact.vectors([ids]) for ids in oracle.token_ids(TEXTS)])
    wanted = oracle.vectors(TEXTS)
    distances = np.linalg.norm(found - wanted, axis=1) / np.linalg.norm(wanted, axis=1)
    least, most = DISTANCES[precision]
    assert least < distances.max() < most
    manifest = json.loads(artefact.extra_files["manifest.json"])
    assert manifest["precision"] == precision


def test_the_same_source_gives_the_same_bytes(make_folder: MakeFolder, tmp_path: Path) -> None:
    folder = make_folder()
    digests = set()
    for name in ("a.pt", "b.pt"):
        export_artefact(folder, "tiny", tmp_path / name, "int8")
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_freezing_and_saving_again_changes_nothing(make_folder: MakeFolder, tmp_path: Path) -> None:
    export_artefact(make_folder(), "tiny", tmp_path / "tiny.pt", "int8")
    module = torch.jit.load(tmp_path / "tiny.pt")  # type: ignore[no-untyped-call]
    arguments = torch.tensor([2, 7, 9, 3, 2, 8, 3]), torch.tensor([4, 3])
    frozen = torch.jit.freeze(module.eval(), ["warm_up_thread", "path"])
    frozen.warm_up_thread()
    assert frozen.path() == module.path()
    torch.jit.save(frozen, tmp_path / "again.pt")
    again = torch.jit.load(tmp_path / "again.pt")  # type: ignore[no-untyped-call]
    for other in (frozen, again):
        assert torch.equal(other(*arguments), module(*arguments))


def test_a_wrong_batch_is_an_error(make_folder: MakeFolder, tmp_path: Path) -> None:
    export_artefact(make_folder(), "tiny", tmp_path / "tiny.pt", "int8")
    module = torch.jit.load(tmp_path / "tiny.pt")  # type: ignore[no-untyped-call]
    for ids, lengths, message in (
        ([2, 3], [3], "add up to 3"),
        ([2, 999, 3], [3], "token id 999"),
        ([2, -1, 3], [3], "token id -1"),
        ([], [], "0 sequences"),
        ([2] * 5, [1] * 5, "5 sequences"),
        ([2] * 49, [49], "a sequence of 49 tokens"),
        ([2, 3], [2, 0], "a sequence of 0 tokens"),
    ):
        with pytest.raises(RuntimeError, match=message):
            module(torch.tensor(ids, dtype=torch.long), torch.tensor(lengths, dtype=torch.long))
    with pytest.raises(RuntimeError, match="must be int64"):
        module(torch.tensor([2.0, 3.0]), torch.tensor([2]))


def test_a_model_that_int8_spoils_is_refused_with_advice(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoiled(shape: object, weights: Weights, *rest: object) -> PackedEncoder:
        # One weight so large that its row's other weights are rounded away.
        name = "encoder.layer.0.intermediate.dense.weight"
        weights = weights | {name: weights[name].copy()}
        weights[name][:, 0] *= 300
        return build_packed_encoder(shape, weights, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(export, "build_packed_encoder", spoiled)
    with pytest.raises(PreparationError, match=r"needed for int8.*--precision bf16") as failure:
        export_artefact(make_folder(), "tiny", tmp_path / "out" / "tiny.pt", "int8")
    assert "\n" not in str(failure.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_sizes_that_the_kernels_do_not_serve_are_refused(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_folder()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_attention_heads": 4}))
    with pytest.raises(PreparationError, match=r"4 heads .* --precision fp32"):
        export_artefact(folder, "tiny", tmp_path / "out" / "tiny.pt", "int8")


def test_in_fp32_they_are_served_by_plain_operators(
    make_folder: MakeFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder()
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_attention_heads": 4}))
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    assert (
        "in plain operators, which are slower: quartet.Encoder: 4 heads" in capsys.readouterr().out
    )
    module = torch.jit.load(tmp_path / "tiny.pt")  # type: ignore[no-untyped-call]
    assert not hasattr(module, "path")
