"""The command: quick when there is nothing to do, one clear line when something is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from quartet_model import cli
from quartet_model.precision import DEFAULT_PRECISION
from quartet_model.stamp import is_up_to_date, stamp_path, write_stamp
from tiny_model import PREPARATION, MakeFolder


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_expected_error_is_one_line_without_traceback(tmp_path: Path) -> None:
    prepare = str(PREPARATION / "prepare.py")
    result = run(prepare, "--source", "nowhere", "--output", "x.pt", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr == "model: error: nowhere is not a folder\n"
    assert list(tmp_path.iterdir()) == []


def test_a_name_without_a_source_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_code:
        cli.main(["--name", "other"])
    assert exit_code.value.code == 2
    assert "--name needs --source" in capsys.readouterr().err


def test_an_up_to_date_artefact_is_left_alone_without_loading_torch(tmp_path: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.write_bytes(b"made earlier")
    write_stamp(artefact, PREPARATION, DEFAULT_PRECISION)
    script = (
        f"import sys; sys.path.insert(0, {str(PREPARATION)!r}); from quartet_model import cli; "
        f"code = cli.main(['--output', {str(artefact)!r}]); "
        "print(sorted({'torch', 'numpy', 'transformers'} & set(sys.modules))); sys.exit(code)"
    )
    result = run("-c", script, folder=tmp_path)
    assert result.stdout == f"model: {artefact} is up to date\n[]\n"
    assert result.returncode == 0


@pytest.fixture
def preparation(tmp_path: Path) -> Path:
    root = tmp_path / "preparation"
    for name in ("quartet_model/a.py", "folder_templates/m/1/config.json", "sources.lock.json"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("before")
    (root / "requirements.txt").write_text("before")
    return root


def test_a_stamp_counts_as_long_as_nothing_changed(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    assert not is_up_to_date(artefact, preparation, "fp32")
    write_stamp(artefact, preparation, "fp32")
    assert is_up_to_date(artefact, preparation, "fp32")
    stamp_path(artefact).write_text("{")
    assert not is_up_to_date(artefact, preparation, "fp32")


@pytest.mark.parametrize(
    "changed",
    [
        "model.pt",
        "preparation/quartet_model/a.py",
        "preparation/folder_templates/m/1/config.json",
        "preparation/sources.lock.json",
        "preparation/requirements.txt",
    ],
)
def test_a_stamp_ends_with_a_change_of(tmp_path: Path, preparation: Path, changed: str) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32")
    (tmp_path / changed).write_text("after")
    assert not is_up_to_date(artefact, preparation, "fp32")


def test_a_stamp_counts_for_one_precision(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32")
    assert not is_up_to_date(artefact, preparation, "int8")


def test_a_stamp_ends_when_the_artefact_is_gone(tmp_path: Path, preparation: Path) -> None:
    artefact = tmp_path / "model.pt"
    artefact.touch()
    write_stamp(artefact, preparation, "fp32")
    artefact.unlink()
    assert not is_up_to_date(artefact, preparation, "fp32")


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
