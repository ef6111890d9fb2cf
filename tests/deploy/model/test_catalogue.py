"""The catalogue, and `fetch` with a hub of our own: what is not pinned is not trusted."""

import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from quartet_model import cli, paths, wanted_model
from quartet_model.catalogue import Entry, check_manifest, read_catalogue
from quartet_model.commands import fetch
from quartet_model.digests import file_digest
from quartet_model.errors import PreparationError
from quartet_model.pinning import needed_files
from quartet_model.sources_lock import read_lock
from tiny_model import MakeFolder

CATALOGUE = """
default = "tiny"
[models.tiny]
summary = "Nothing learnt"
license = "none"
hub = "someone/tiny"
dimension = 64
max_sequence_length = 48
pooling = "mean"
normalized = false
tokenizer = "wordpiece"
verified = []
"""
COMMIT = "c0ffee" * 6 + "c0ff"


def serve(folder: Path) -> Iterator[str]:
    class Hub(SimpleHTTPRequestHandler):
        """As much of the hub as is asked: a revision's files, and the files."""

        def do_GET(self) -> None:
            if self.path == "/api/models/someone/tiny/revision/main":
                files = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]
                answer = {"sha": COMMIT, "siblings": [{"rfilename": name} for name in files]}
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())
            else:
                self.path = self.path.removeprefix(f"/someone/tiny/resolve/{COMMIT}")
                super().do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Silent: pytest's output is for failures."""

        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


class World:
    """A catalogue of one model that nobody has pinned, and a hub that has it."""

    def __init__(self, root: Path, origin: Path) -> None:
        self.origin = origin
        self.lock = root / "lock.json"
        self.fetched = root / "models" / "sources" / "tiny"


@pytest.fixture
def world(
    make_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    origin = make_folder(name="origin")
    (origin / "README.md").write_text("not needed")
    world = World(tmp_path, origin)
    world.lock.write_text("{}")
    (tmp_path / "catalogue.toml").write_text(CATALOGUE)
    monkeypatch.setattr(wanted_model, "CATALOGUE", tmp_path / "catalogue.toml")
    monkeypatch.setattr(wanted_model, "LOCK", world.lock)
    monkeypatch.setattr(fetch, "LOCK", world.lock)
    monkeypatch.setattr(paths, "MODELS", tmp_path / "models")
    for url in serve(origin):
        monkeypatch.setattr(constants, "ENDPOINT", url)
        template = url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        yield world


def test_a_model_that_is_not_pinned_is_not_fetched(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fetch", "tiny"]) == 1
    assert "`prepare.py fetch tiny --pin` takes what" in capsys.readouterr().err
    assert not world.fetched.exists()


def test_a_pinned_model_is_fetched_at_its_commit_and_checked(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["fetch", "tiny", "--pin"]) == 0
    pins = read_lock(world.lock)["tiny"]
    assert pins.revision == COMMIT
    names = {p.relative_to(world.origin).as_posix() for p in world.origin.rglob("*") if p.is_file()}
    assert pins.files.keys() == names - {"README.md"}
    assert {name: file_digest(world.fetched / name) for name in pins.files} == dict(pins.files)

    assert cli.main(["fetch", "tiny", "--pin"]) == 1
    assert "tiny is pinned already" in capsys.readouterr().err

    (world.fetched / "vocab.txt").unlink()
    (world.origin / "vocab.txt").write_text("changed")
    assert cli.main(["fetch", "tiny"]) == 1
    assert "vocab.txt: SHA-256 is" in capsys.readouterr().err


def test_of_a_repository_only_one_models_files_are_needed() -> None:
    assert needed_files(
        "someone/model",
        [
            ".gitattributes",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "README.md",
            "config.json",
            "model.safetensors",
            "onnx/config.json",
            "onnx/model.onnx",
            "pytorch_model.bin",
            "sentencepiece.bpe.model",
            "tokenizer.json",
        ],
    ) == [
        "1_Pooling/config.json",
        "2_Dense/config.json",
        "2_Dense/model.safetensors",
        "config.json",
        "model.safetensors",
        "sentencepiece.bpe.model",
        "tokenizer.json",
    ]
    with pytest.raises(PreparationError, match="someone/model has none of model.safetensors"):
        needed_files("someone/model", ["config.json", "onnx/model.onnx"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dimension", 65),
        ("max_sequence_length", 47),
        ("pooling", "cls"),
        ("normalized", True),
        ("tokenizer", "sentencepiece"),
    ],
)
def test_an_artefact_must_be_what_the_catalogue_says(
    tmp_path: Path, field: str, value: object
) -> None:
    (tmp_path / "catalogue.toml").write_text(CATALOGUE)
    entry: Entry = read_catalogue(tmp_path / "catalogue.toml").entries["tiny"]
    manifest: dict[str, Any] = {
        "dimension": 64,
        "max_sequence_length": 48,
        "pooling": "mean",
        "normalized": False,
        "tokenizer": {"kind": "wordpiece"},
    }
    check_manifest(entry, manifest)
    changed = manifest | {field: {"kind": value} if field == "tokenizer" else value}
    with pytest.raises(PreparationError, match=f"tiny: {field} is {value!r}, the catalogue says"):
        check_manifest(entry, changed)
