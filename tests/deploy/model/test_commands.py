"""`inspect`, `list` and `verify`: what is told of an artefact is what is in it."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quartet_model import cli
from quartet_model.artefact_contents import read_contents
from quartet_model.commands import list_models
from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from tiny_model import PREPARATION, MakeFolder


@pytest.fixture
def artefact(make_folder: MakeFolder, tmp_path: Path) -> Path:
    path = tmp_path / "models" / "tiny.pt"
    export_artefact(make_folder(), "tiny", path, "fp32")
    return path


def test_inspect_tells_manifest_sizes_fingerprint_and_golden_texts(
    artefact: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert cli.main(["inspect", str(artefact)]) == 0
    lines = capsys.readouterr().out.splitlines()
    shown = {line[:20].strip(): line[20:] for line in lines}
    content = artefact.read_bytes()
    assert shown["fingerprint"] == hashlib.sha256(content).hexdigest()
    assert shown["size"].startswith(f"{len(content) / 1e6:.2f} MB: weights ")
    assert (shown["name"], shown["precision"], shown["normalized"]) == ("tiny", "fp32", "no")
    assert "kind wordpiece, file vocab.txt, lower_case yes" in shown["tokenizer"]
    assert re.fullmatch(
        r"8 texts of 3 to 48 tokens, \d truncated; vectors of length .* to .*", shown["golden"]
    )


def test_list_tells_what_is_exported_and_what_is_not_usable(
    artefact: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (artefact.parent / "cut.pt").write_bytes(artefact.read_bytes()[:-1000])
    monkeypatch.setattr(list_models, "MODELS", artefact.parent)
    capsys.readouterr()
    assert cli.main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "paraphrase-MiniLM-L3-v2 (the default)\n" in shown
    fingerprint = hashlib.sha256(artefact.read_bytes()).hexdigest()
    assert f"    tiny.pt: tiny fp32, {fingerprint[:12]}\n" in shown
    assert "    cut.pt: not usable: " in shown


def test_verify_tells_ids_vectors_and_speed(artefact: Path, tmp_path: Path) -> None:
    # In a process of its own, in which nothing has loaded the encoder's library.
    command: list[str | Path] = [sys.executable, PREPARATION / "prepare.py"]
    command += ["verify", artefact, tmp_path / "tiny"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.search(r"ids equal on (\d+) of \1 texts", shown)
    assert "cosine min 1.0000" in shown
    assert re.search(r"sentence-transformers \d+ \(batches of 32\), the artefact \d+ \(", shown)


def test_verify_refuses_a_folder_with_other_weights(
    artefact: Path, make_folder: MakeFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    from safetensors.torch import load_file, save_file

    other = make_folder(name="other")
    weights = load_file(other / "model.safetensors")
    weights["embeddings.LayerNorm.bias"][3] += 1
    save_file(weights, other / "model.safetensors", metadata={"format": "pt"})
    assert cli.main(["verify", str(artefact), str(other)]) == 1
    assert "was made from other weights: their digest is" in capsys.readouterr().err


def rewrite(path: Path, **manifest: object) -> None:
    """The same artefact with another manifest."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            if name.endswith("/manifest.json"):
                content = json.dumps(json.loads(content) | manifest).encode()  # noqa: PLW2901
            archive.writestr(name, content)


def test_verify_finds_a_tokenizer_that_gives_other_ids(
    artefact: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tokenizer = read_contents(artefact).manifest["tokenizer"]
    rewrite(artefact, tokenizer=tokenizer | {"lower_case": False})
    assert cli.main(["verify", str(artefact), str(tmp_path / "tiny")]) == 1
    assert "tokenizer gives other ids than sentence-transformers" in capsys.readouterr().err


def test_a_file_that_is_no_artefact_is_refused_in_one_line(artefact: Path, tmp_path: Path) -> None:
    whole = artefact.read_bytes()
    place = whole.index(b'"format_version"')
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("model/data.pkl", b"")
    for content, message in {
        b"": "no artefact, or cut short",
        b"text": "no artefact, or cut short",
        whole[:-1000]: "no artefact, or cut short",
        whole[:place] + b"X" + whole[place + 1 :]: "is damaged: .* has another checksum",
        foreign.read_bytes(): "is no artefact: it has no manifest.json",
    }.items():
        (tmp_path / "broken.pt").write_bytes(content)
        with pytest.raises(PreparationError, match=message) as failure:
            read_contents(tmp_path / "broken.pt")
        assert "\n" not in str(failure.value)
