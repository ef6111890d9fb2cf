"""quartet.cdx.json, which the build makes, lists what the programs are made of."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(os.environ["QUARTET_BIN_DIR"])
SBOM = PROGRAMS.parent / "quartet.cdx.json"
DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
OURS = {"libquartet_encoder.so"}


@pytest.fixture(scope="module")
def sbom() -> dict[str, Any]:
    return dict(json.loads(SBOM.read_text()))


@pytest.fixture(scope="module")
def versions(sbom: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["version"] for entry in sbom["components"]}


def files_of(sbom: dict[str, Any]) -> dict[str, str]:
    """SHA-256 by name."""
    return {
        file["name"]: file["hashes"][0]["content"]
        for entry in sbom["components"]
        for file in entry.get("components", [])
    }


def loaded_libraries(program: str) -> list[Path]:
    listing = subprocess.run(
        ["ldd", PROGRAMS / program], capture_output=True, text=True, check=True
    )
    found = [Path(path).resolve() for path in re.findall(r"(/\S+) \(0x", listing.stdout)]
    return [path for path in found if path.name not in OURS]


def test_it_is_cyclonedx_of_this_version(sbom: dict[str, Any]) -> None:
    assert (sbom["bomFormat"], sbom["specVersion"], sbom["version"]) == ("CycloneDX", "1.5", 1)
    shown = subprocess.run(
        [PROGRAMS / "quartet-server", "--version"], capture_output=True, text=True, check=True
    )
    own = sbom["metadata"]["component"]
    assert shown.stdout.split() == ["quartet-server", own["version"]]
    references = [entry["bom-ref"] for entry in sbom["components"]]
    assert len(references) == len(set(references))
    assert sbom["dependencies"] == [{"ref": own["bom-ref"], "dependsOn": references}]
    for entry in sbom["components"]:
        assert entry["type"] == "library"
        assert re.fullmatch(r"pkg:(deb/debian|pypi)/[^@]+@\S+", entry["purl"]), entry


@pytest.mark.parametrize("program", ["quartet-server", "quartet"])
def test_every_library_that_is_loaded_is_in_it(program: str, sbom: dict[str, Any]) -> None:
    listed = files_of(sbom)
    libraries = loaded_libraries(program)
    assert {"libc.so.6", "libstdc++.so.6.0.30"} <= {path.name for path in libraries}
    for path in libraries:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert listed.get(path.name) == digest, path


def test_versions_are_those_that_are_installed(versions: dict[str, str]) -> None:
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version}\n"],
        capture_output=True,
        text=True,
        check=True,
    )
    # The same package of another architecture has the same version.
    installed = dict(line.split(maxsplit=1) for line in listing.stdout.splitlines())
    wheels = {"torch", "googleapis-common-protos", "sentencepiece"}
    assert {"libgrpc++1.51", "libprotobuf32", "libssl3", "libcli11-dev"} <= versions.keys()
    for name in versions.keys() - wheels:
        assert versions[name] == installed[name], name


def test_what_pip_brings_is_what_is_pinned(versions: dict[str, str]) -> None:
    pins = (DEPLOY / "model/requirements.txt").read_text()
    for name in ("torch", "googleapis-common-protos"):
        assert f"\n{name}=={versions[name]}\n" in pins
        assert versions[name] == metadata.version(name)
    pin = re.search(r"^sentencepiece==(\S+) ", (DEPLOY / "sentencepiece.txt").read_text(), re.M)
    assert pin and versions["sentencepiece"] == pin[1]


def test_the_same_build_has_the_same_list(tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    programs = [PROGRAMS / "quartet-server", PROGRAMS / "quartet"]
    version = json.loads(SBOM.read_text())["metadata"]["component"]["version"]
    subprocess.run(
        [
            sys.executable,
            DEPLOY / "sbom/make_sbom.py",
            "--version",
            version,
            "--output",
            again,
            *programs,
        ],
        check=True,
    )
    assert again.read_bytes() == SBOM.read_bytes()
