"""The installed C++ client library, in a project that finds it by find_package(quartet)."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from typing import IO, Any

import numpy as np
import pytest

from calling_client import vectors_of
from python_package import DIFFERENT, text_of
from running_server import BINARY, RunningServer
from sent_texts import record

BUILD = BINARY.parent.parent
CONSUMER = Path(__file__).parents[1] / "client" / "consumer"
STREAMED = 20_000
TEXTS = ["A man is eating.", "Someone has lunch."]


def run(*command: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def consumer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of a project that has the installed package only."""
    folder = tmp_path_factory.mktemp("consumer")
    prefix, build = folder / "prefix", folder / "build"
    run("cmake", "--install", BUILD, "--component", "client", "--prefix", prefix)
    headers = sorted(path.name for path in (prefix / "include").rglob("*.h"))
    assert headers == ["client.h", "client_options.h"]

    run("cmake", "-S", CONSUMER, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", build)
    (included,) = build.rglob("main.cc.o.d")
    assert "quartet/client.h" in included.read_text()
    assert "grpc" not in included.read_text()
    return build / "consumer"


def numbers(printed: str) -> np.ndarray:
    return np.array([line.split() for line in printed.splitlines()], np.float32)


@pytest.mark.parametrize("mode", [[], ["--background"]])
def test_a_project_of_somebody_else_embeds(
    consumer: Path, server: RunningServer, stub: Any, api: Any, mode: list[str]
) -> None:
    vectors = numbers(run(consumer, server.address, *mode, *TEXTS).stdout)
    expected = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=TEXTS)))
    np.testing.assert_allclose(vectors, expected, atol=1e-3)
    text = {0: "texts[1]", 1: "texts[0]"}[len(mode)]
    assert text in run(consumer, server.address, *mode, "a", "", code=3).stderr


def test_a_stream_goes_on_after_a_restart(
    consumer: Path, start_server: Any, stub: Any, api: Any
) -> None:
    request = api.messages.EmbedRequest(texts=[text_of(n) for n in range(DIFFERENT)])
    expected = vectors_of(stub.Embed(request))[:, :4]
    server = start_server()
    record(map(text_of, range(DIFFERENT)))
    lines = "".join(f"{text_of(n)}\n" for n in range(STREAMED))
    with subprocess.Popen(
        [consumer, server.address, "--stream"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdin is not None and program.stdout is not None
        feeder = threading.Thread(target=feed, args=(program.stdin, lines.encode()))
        feeder.start()
        printed = [program.stdout.readline() for _ in range(STREAMED // 4)]
        server.process.terminate()
        server.process.wait(30)
        start_server(listen=server.address)
        printed += program.stdout.readlines()
        feeder.join()
    assert program.returncode == 0
    assert len(printed) == STREAMED
    vectors = numbers(b"".join(printed).decode())
    places = np.arange(STREAMED) % DIFFERENT
    np.testing.assert_allclose(vectors, expected[places], atol=1e-3)


def feed(pipe: IO[bytes], content: bytes) -> None:
    with pipe:
        pipe.write(content)
