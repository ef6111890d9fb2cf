"""`./deploy/run.sh --model-source DIR`: from a folder to a server in one command, or one line."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quartet_model.paths import MODELS
from quartet_model.stamp import stamp_path
from tiny_model import REPOSITORY, MakeFolder, write_json

FREE_PORTS = [f"--{name}=127.0.0.1:0" for name in ("listen", "metrics-listen", "admin-listen")]


def run_script(source: Path) -> subprocess.Popen[str]:
    # In fp32: int8 would spoil random weights, and rightly be refused.
    command: list[str | Path] = [REPOSITORY / "deploy" / "run.sh", "--precision", "fp32"]
    command += [f"--model-source={source.name}", "--log-format=json", *FREE_PORTS]
    # From beside the folder: a relative path is one from where the command is given.
    return subprocess.Popen(command, cwd=source.parent, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def folder(make_folder: MakeFolder) -> Iterator[Path]:
    name = f"test-{os.getpid()}"
    yield make_folder(name=name)
    for path in MODELS.glob(f"*{name}*"):
        path.unlink()


def test_a_users_folder_is_served_in_one_command(folder: Path) -> None:
    with run_script(folder) as server:
        assert server.stderr is not None
        events = (json.loads(line) for line in server.stderr if line.startswith("{"))
        ready = next(event for event in events if event["event"] == "ready")
        server.terminate()
        server.stderr.read()
    assert ready["model"] == folder.name
    assert server.returncode == 0
    artefact = MODELS / f"{folder.name}-fp32.pt"
    assert set(MODELS.glob(f"*{folder.name}*")) == {artefact, stamp_path(artefact)}


def cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def set_architecture(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    write_json(folder / "config.json", config | {"model_type": "gpt2"})


def make_foreign(folder: Path) -> None:
    """Anything but a model."""
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8")


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "broken": (
        lambda folder: (folder / "model.safetensors").write_bytes(b"cut"),
        "/model.safetensors is not readable: ",
    ),
    "truncated": (cut, "/model.safetensors is not readable: "),
    "foreign": (make_foreign, "/modules.json is missing"),
    "of another architecture": (
        set_architecture,
        "/config.json: model_type is 'gpt2'; supported are bert, ",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_such_a_folder_is_one_line_and_leaves_nothing(
    folder: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(folder)
    with run_script(folder) as script:
        assert script.stderr is not None
        lines = script.stderr.read().splitlines()
    assert script.returncode == 1
    errors = [line for line in lines if "error:" in line]
    assert len(errors) == 2
    assert errors[0].startswith(f"model: error: {folder.name}{message}")
    assert errors[0] == lines[-2]
    assert errors[1] == "quartet: error: preparing the fp32 model failed. See the lines above."
    assert list(MODELS.glob(f"*{folder.name}*")) == []
