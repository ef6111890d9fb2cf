"""The command: quick when there is nothing to do, one clear line when something is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quartet_model import cli
from quartet_model.precision import DEFAULT_PRECISION
from quartet_model.stamp import is_up_to_date, stamp_path, write_stamp
from quartet_model.wanted_model import find_model
from tiny_model import PREPARATION, MakeFolder


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_expected_error_is_one_line_without_traceback(tmp_path: Path) -> None:
    prepare = str(PREPARATION / "prepare.py")
    result = run(prepare, "--source", "nowhere", "--output", "x.pt", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("model: error: nowhere is neither a folder nor a model of the")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_model_of_the_catalogue_keeps_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--name", "other"]) == 1
    assert "--name is for a folder: paraphrase-MiniLM-L3-v2 has" in capsys.readouterr().err


# Without a command it is an export; scripts rely on it.
@pytest.mark.parametrize("command", [[], ["export"], ["export", "paraphrase-MiniLM-L3-v2"]])
def test_an_up_to_date_artefact_is_left_alone_without_loading_torch(
    tmp_path: Path, command: list[str]
) -> None:
    artefact = tmp_path / "model.pt"
    artefact.write_bytes(b"made earlier")
    model = find_model(None)
    write_stamp(artefact, PREPARATION, DEFAULT_PRECISION, f"{model.name} {model.identity()}")
    assert without_torch([*command, "--output", str(artefact)], tmp_path) == (
        f"model: {artefact} is up to date\n[]\n"
    )


def test_so_is_one_of_a_folder_that_has_not_changed(tmp_path: Path) -> None:
    artefact, folder = tmp_path / "model.pt", tmp_path / "mine"
    artefact.write_bytes(b"made earlier")
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "weights").write_text("one")
    before = find_model(str(folder)).identity()
    write_stamp(artefact, PREPARATION, DEFAULT_PRECISION, f"mine {before}")
    assert "is up to date\n[]\n" in without_torch(
        ["export", str(folder), "--output", str(artefact)], tmp_path
    )
    (folder / "deep" / "weights").write_text("two")
    assert find_model(str(folder)).identity() != before


def without_torch(arguments: list[str], folder: Path) -> str:
    """What the command says, and then which of the slow libraries it has loaded."""
    script = (
        f"import sys; sys.path.insert(0, {str(PREPARATION)!r}); from quartet_model import cli; "
        f"code = cli.main({arguments!r}); "
        "print(sorted({'torch', 'numpy', 'transformers'} & set(sys.modules))); sys.exit(code)"
    )
    result = run("-c", script, folder=folder)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture
def preparation(tmp_path: Path) -> Path:
    root = tmp_path / "preparation"
    for name in ("quartet_model/deep/a.py", "folder_templates/m/1/config.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("before")
    (root / "requirements.txt").write_text("before")
    return root


def test_a_stamp_counts_as_long_as_nothing_changed(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    assert not is_up_to_date(artefact, preparation, "fp32", "source")
    write_stamp(artefact, preparation, "fp32", "source")
    assert is_up_to_date(artefact, preparation, "fp32", "source")
    stamp_path(artefact).write_text("{")
    assert not is_up_to_date(artefact, preparation, "fp32", "source")


@pytest.mark.parametrize(
    "changed",
    [
        "model.pt",
        "preparation/quartet_model/deep/a.py",
        "preparation/folder_templates/m/1/config.json",
        "preparation/requirements.txt",
    ],
)
def test_a_stamp_ends_with_a_change_of(tmp_path: Path, preparation: Path, changed: str) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32", "source")
    (tmp_path / changed).write_text("after")
    assert not is_up_to_date(artefact, preparation, "fp32", "source")


def test_a_stamp_counts_for_one_precision(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32", "source")
    assert not is_up_to_date(artefact, preparation, "int8", "source")


def test_a_stamp_counts_for_one_source(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32", "source")
    assert not is_up_to_date(artefact, preparation, "fp32", "other")


def test_a_stamp_ends_when_the_artefact_is_gone(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32", "source")
    artefact.unlink()
    assert not is_up_to_date(artefact, preparation, "fp32", "source")


def test_a_bad_instruction_set_is_an_error_and_no_plain_graph(
    make_folder: MakeFolder, tmp_path: Path
) -> None:
    command: list[str | Path] = [sys.executable, PREPARATION / "prepare.py"]
    command += ["--precision", "fp32", "--source", make_folder(), "--output", tmp_path / "x.pt"]
    environment = os.environ | {"QUARTET_MAX_ISA": "avx9"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "QUARTET_MAX_ISA is 'avx9', known are 'avx2' and 'none'" in result.stderr
    assert not (tmp_path / "x.pt").exists()
