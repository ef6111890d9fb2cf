"""The server loads the model it was told to, and only ours: a foreign one is a program."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foreign_models import (
    HEADS,
    Plain,
    Quantized,
    TouchesAFileWhenCalled,
    TouchesAFileWhenLoaded,
    plain_operators,
    rewritten,
    save,
)
from running_server import FREE_PORTS, MODEL, run_to_end

BAD_MODEL = 3  # server/exit_codes.h


def refusal(model: Path, *flags: str) -> str:
    """Why it does not start: the one line of its log that is an error."""
    result = run_to_end([f"--model={model}", *FREE_PORTS, "--log-format=text", *flags])
    assert result.returncode == BAD_MODEL, result.stderr
    (line,) = [line for line in result.stderr.splitlines() if " error " in line]
    return line


def test_the_wanted_digest_serves_and_another_does_not(start_server: Any) -> None:
    digest = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    server = start_server(f"--model-sha256={digest.upper()}")
    assert server.ready["fingerprint"] == digest
    other = "0" * 64
    line = refusal(MODEL, f"--model-sha256={other}")
    assert f"{MODEL} has the SHA-256 {digest}, --model-sha256 is {other}" in line


def test_the_digest_is_asked_before_anything_is_loaded(tmp_path: Path) -> None:
    made = tmp_path / "made"
    model = save(TouchesAFileWhenLoaded(str(made)), tmp_path / "model.pt")
    made.unlink(missing_ok=True)
    refusal(model, "--allow-foreign-model", f"--model-sha256={'0' * 64}")
    assert not made.exists()


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda made: Plain(), "calls 'torch.numel'"),
        (lambda made: TouchesAFileWhenLoaded(str(made)), "calls 'def __getstate__'"),
        (lambda made: TouchesAFileWhenCalled(str(made)), "calls 'torch.from_file'"),
        (lambda made: Quantized(), "'__torch__.torch.classes.quantized LinearPackedParamsBase'"),
    ],
)
def test_a_foreign_model_is_refused_by_name_before_it_runs(
    make: Callable[[Path], Any], named: str, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    model = save(make(made), tmp_path / "model.pt")
    made.unlink(missing_ok=True)
    line = refusal(model)
    assert "is a foreign model: its " in line
    assert named in line
    assert "--allow-foreign-model" in line
    assert not made.exists()


def test_a_foreign_model_that_is_allowed_does_what_it_wants(tmp_path: Path) -> None:
    """Else the test above would say nothing. Its vectors are wrong, so it does not serve."""
    made = tmp_path / "made"
    model = save(TouchesAFileWhenLoaded(str(made)), tmp_path / "model.pt")
    made.unlink(missing_ok=True)
    assert "fails its self-test" in refusal(model, "--allow-foreign-model")
    assert made.exists()


def test_a_tensor_that_is_longer_than_its_record_is_refused(tmp_path: Path) -> None:
    """libtorch would read on behind the record's end: what is next in memory becomes weights."""

    def cut(name: str, content: bytes) -> bytes:
        return content[:64] if name == "data/0" else content

    assert "in data/0, which is of another size" in refusal(rewritten(tmp_path / "model.pt", cut))


def test_code_behind_our_classes_names_is_read_too(tmp_path: Path) -> None:
    def changed(name: str, content: bytes) -> bytes:
        if not name.endswith("packed_encoder.py"):
            return content
        call = b"    _1 = torch.from_file('/tmp/x', True, 16)\n    return vectors"
        return content.replace(b"    return vectors", call)

    assert "calls 'torch.from_file'" in refusal(rewritten(tmp_path / "model.pt", changed))


def test_an_archive_that_libtorch_would_load_as_something_else_is_refused(tmp_path: Path) -> None:
    """It decides by the first bytes, a zip archive is read from its end."""
    content = MODEL.read_bytes()
    (tmp_path / "model.pt").write_bytes(content[:4] + b"PTMF" + content[8:])
    assert "is a foreign model: it is a flatbuffer" in refusal(tmp_path / "model.pt")


@pytest.mark.parametrize("mpnet", [False, True])
@pytest.mark.parametrize("head", HEADS)
def test_our_models_of_plain_operators_are_ours(tmp_path: Path, head: str, mpnet: bool) -> None:
    line = refusal(plain_operators(tmp_path / "model.pt", head, mpnet=mpnet))
    assert "it is TorchScript, but has no manifest.json" in line
