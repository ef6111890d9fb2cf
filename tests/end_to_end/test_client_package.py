"""The installed C++ client library, in a project that finds it by find_package(quartet)."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from calling_client import vectors_of
from running_server import BINARY, RunningServer

BUILD = BINARY.parent.parent
CONSUMER = Path(__file__).parents[1] / "client" / "consumer"
TEXTS = ["A man is eating.", "Someone has lunch."]


def run(*command: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_a_project_of_somebody_else_embeds(
    server: RunningServer, stub: Any, api: Any, tmp_path: Path
) -> None:
    prefix, build = tmp_path / "prefix", tmp_path / "build"
    run("cmake", "--install", BUILD, "--component", "client", "--prefix", prefix)
    headers = sorted(path.name for path in (prefix / "include").rglob("*.h"))
    assert headers == ["client.h", "client_options.h"]

    run("cmake", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", build)
    (included,) = build.rglob("main.cc.o.d")
    assert "quartet/client.h" in included.read_text()
    assert "grpc" not in included.read_text()

    printed = run(build / "consumer", server.address, *TEXTS).stdout
    vectors = np.array([line.split() for line in printed.splitlines()], np.float32)
    expected = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=TEXTS)))
    np.testing.assert_allclose(vectors, expected, atol=1e-3)

    assert "texts[1]" in run(build / "consumer", server.address, "a", "", code=3).stderr
