"""The tool's commands for users, against the real server. QUARTET_TEST_STREAM_TEXTS=1000000 embeds
as many lines."""

from __future__ import annotations

import io
import json
import os
import select
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calling_client import vectors_of
from certificates import Authority
from keys import line
from running_server import BINARY, RunningServer
from sent_texts import pieces_in, record

QUARTET = BINARY.with_name("quartet")
LINES = int(os.environ.get("QUARTET_TEST_STREAM_TEXTS", "20000"))
DIFFERENT = 50


def text_of(number: int) -> str:
    return f"The river number {number % DIFFERENT} is cold."


def run(
    *arguments: str, address: str = "", stdin: bytes = b"", code: int = 0
) -> subprocess.CompletedProcess[bytes]:
    where = ["--address", address] if address else []
    record([argument for argument in arguments if argument[0] not in "-/"])
    record(stdin.decode(errors="ignore").splitlines())
    done = subprocess.run(
        [QUARTET, *arguments, *where], input=stdin, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == code, done.stderr.decode()
    assert not pieces_in(done.stderr.decode())
    return done


@pytest.fixture
def quartet(server: RunningServer) -> Callable[..., str]:
    def call(*arguments: str, stdin: bytes = b"", code: int = 0) -> str:
        return run(*arguments, address=server.address, stdin=stdin, code=code).stdout.decode()

    return call


@pytest.fixture(scope="module")
def expected(stub: Any, api: Any) -> np.ndarray:
    """What Embed answers for each of the different texts."""
    texts = [text_of(n) for n in range(DIFFERENT)]
    return vectors_of(stub.Embed(api.messages.EmbedRequest(texts=texts)))


def test_formats_hold_the_vectors_of_the_lines(
    quartet: Callable[..., str], server: RunningServer, expected: np.ndarray, tmp_path: Path
) -> None:
    lines = "".join(text_of(n) + "\n" for n in range(DIFFERENT)).encode()
    objects = [json.loads(line) for line in quartet("embed", stdin=lines).splitlines()]
    assert [o["text"] for o in objects] == [text_of(n) for n in range(DIFFERENT)]
    assert (np.array([o["embedding"] for o in objects], np.float32) == expected).all()
    assert json.loads(quartet("embed", "--format=json", stdin=lines)) == objects
    csv = np.loadtxt(
        io.StringIO(quartet("embed", "--format=csv", stdin=lines)), np.float32, delimiter=","
    )
    assert (csv == expected).all()
    file = tmp_path / "vectors.npy"
    quartet("embed", "--format=npy", f"--out={file}", stdin=lines)
    assert (np.load(file) == expected).all()
    fields = "".join(json.dumps({"body": text_of(n)}) + "\n" for n in range(3)).encode()
    raw = run(
        "embed", "--json-field=body", "--format=f32", address=server.address, stdin=fields
    ).stdout
    assert (np.frombuffer(raw, "<f4").reshape(3, -1) == expected[:3]).all()


def test_flags_are_those_of_the_call(quartet: Callable[..., str]) -> None:
    answer = quartet("embed", "A man eats.", "--normalize", "--dimensions=32", "--format=csv")
    vector = np.array([float(value) for value in answer.split(",")])
    assert vector.shape == (32,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_lines_keep_their_order_and_number(server: RunningServer, expected: np.ndarray) -> None:
    lines = "".join(text_of(n) + "\n" for n in range(LINES)).encode()
    raw = run("embed", "--format=f32", address=server.address, stdin=lines).stdout
    vectors = np.frombuffer(raw, "<f4").reshape(-1, 384)
    assert len(vectors) == LINES
    assert (vectors == expected[np.arange(LINES) % DIFFERENT]).all()


def test_lines_that_come_slowly_are_answered_as_they_come(server: RunningServer) -> None:
    """With so few dimensions that nobody's buffer is full."""
    command = [str(QUARTET), "embed", "--dimensions=4", "--address", server.address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as tool:
        assert tool.stdin is not None
        assert tool.stdout is not None
        for text in ("one", "two", "three"):
            tool.stdin.write(f"{text}\n".encode())
            tool.stdin.flush()
            assert select.select([tool.stdout], [], [], 10)[0], "nothing while the input is open"
            assert json.loads(tool.stdout.readline())["text"] == text
        tool.stdin.close()
    assert tool.returncode == 0


def test_a_restart_in_the_middle_loses_no_line(
    start_server: Any, expected: np.ndarray, tmp_path: Path
) -> None:
    server = start_server()
    out = tmp_path / "vectors.f32"
    command = [QUARTET, "embed", "--format=f32", f"--out={out}", "--address", server.address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        assert tool.stdin is not None
        for number in range(3000):
            tool.stdin.write(f"{text_of(number)}\n".encode())
        tool.stdin.flush()
        server.process.terminate()
        server.process.wait(30)
        start_server(listen=server.address)
        tool.stdin.write(f"{text_of(3000)}\n".encode())
        _, errors = tool.communicate(timeout=60)
    assert tool.returncode == 0, errors.decode()
    vectors = np.fromfile(out, "<f4").reshape(-1, 384)
    assert len(vectors) == 3001
    assert (vectors == expected[np.arange(3001) % DIFFERENT]).all()


def test_overload_is_waited_out_as_the_server_asks(start_server: Any) -> None:
    """Calls of 64 texts, four at a time; the queue takes one of them."""
    server = start_server("--max-queue-tokens=9000")
    lines = "".join("word " * 100 + "\n" for _ in range(640)).encode()
    raw = run("embed", "--format=f32", address=server.address, stdin=lines).stdout
    assert len(raw) == 640 * 384 * 4
    refused = 'quartet_rejected_total{reason="queue_full"} 0\n'
    assert refused not in server.scrape()


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        (["embed"], b"good\n\n", 2, "line 2: is empty"),
        (["embed", "--json-field=body"], b"{}\n", 2, "line 1: has no text in the field body"),
        (["embed"], b"good\nb\xff\xfe\n", 2, "texts[1]: is not valid UTF-8"),
        (["embed", "--format=npy"], b"good\n", 2, "--format: npy needs --out"),
        (["embed", "--format=xml"], b"good\n", 2, "--format"),
        (["embed", "good", "--out=/no/such/folder/x"], b"", 2, "--out: can't write"),
        (["embed", "good", "--prompt-name=no"], b"", 2, "prompt_name"),
        (["embed", "good", "--dimensions=999"], b"", 2, "dimensions"),
        (["embed", "good", "--fingerprint=" + "0" * 64], b"", 3, "FAILED_PRECONDITION"),
        (["embed", "--timeout=0.01", *["word " * 100] * 64], b"", 3, "DEADLINE_EXCEEDED"),
        (["embed", "good", "--ca=/no/such/file"], b"", 2, "--ca: can't read"),
        (["similarity", "alone"], b"", 2, "texts"),
        (["search", "/no/such/file", "x"], b"", 2, "FILE: can't read"),
    ],
)
def test_what_is_wrong_is_named(
    server: RunningServer, arguments: list[str], stdin: bytes, code: int, message: str
) -> None:
    done = run(*arguments, address=server.address, stdin=stdin, code=code)
    assert message in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1


def test_a_text_in_a_later_round_is_named_by_its_place(server: RunningServer) -> None:
    lines = b"good\n" * 1500 + b"\xff\n"
    done = run("embed", address=server.address, stdin=lines, code=2)
    assert "texts[1500]: is not valid UTF-8" in done.stderr.decode()
    assert 0 < len(done.stdout.splitlines()) <= 1500  # of the rounds before it


def test_no_proxy_is_asked_for_this_machine(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would see keys that are sent in plain text because they stay here."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    run("embed", "good", address=server.address)


def test_nobody_there_is_code_3() -> None:
    done = run("health", address="127.0.0.1:1", code=3)
    assert done.stdout == b"UNREACHABLE\n"


def test_the_commands_about_texts_and_the_server(
    quartet: Callable[..., str], tmp_path: Path
) -> None:
    close, far = quartet(
        "similarity", "A man is eating.", "Someone has lunch.", "The stock market fell."
    ).splitlines()
    assert float(close.split()[0]) > 0.4 > float(far.split()[0])
    corpus = tmp_path / "corpus.txt"
    texts = ["The cat sleeps.", "A man has lunch.", "Shares went down."]
    record(texts)
    corpus.write_text("{}\n\n{}\n{}\n".format(*texts) * 600)
    found = quartet("search", str(corpus), "Somebody is eating.", "--count=2").splitlines()
    assert [line.split(maxsplit=2)[1:] for line in found] == [
        ["3", "A man has lunch."],
        ["7", "A man has lunch."],
    ]
    tokens = [line.split() for line in quartet("tokenize", "eating").splitlines()]
    assert [t[1] for t in tokens] == ["[CLS]", "eating", "[SEP]"]
    assert tokens[1][2:] == ["0", "6"]
    info = json.loads(quartet("info", "--json"))
    assert (info["dimensions"], info["max_texts_per_request"]) == (384, 256)
    assert info["fingerprint"] in quartet("info")
    assert quartet("health") == "SERVING\n"
    assert quartet("health", "--alive") == "SERVING\n"


def test_certificates_and_keys_let_in_or_say_why_not(start_server: Any, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    mine, server_pair = authority.issue("client"), authority.issue("server")
    keys, key, wrong = tmp_path / "keys", tmp_path / "key", tmp_path / "wrong"
    keys.write_text(line("search", "right"))
    key.write_text("right\n")
    wrong.write_text("wrong\n")
    server = start_server(
        f"--tls-cert={server_pair.certificate}",
        f"--tls-key={server_pair.key}",
        f"--tls-client-ca={authority.certificate}",
        f"--api-keys-file={keys}",
        "--open-health=false",
    )
    address = server.address.replace("127.0.0.1", "localhost")
    trust = [f"--ca={authority.certificate}"]
    certified = [*trust, f"--cert={mine.certificate}", f"--key={mine.key}"]
    run("embed", "in", *certified, f"--api-key-file={key}", address=address)
    wrong_key = run("embed", "in", *certified, f"--api-key-file={wrong}", address=address, code=3)
    assert b"UNAUTHENTICATED" in wrong_key.stderr
    run("embed", "in", *trust, f"--api-key-file={key}", "--timeout=2", address=address, code=3)
    far = run("embed", "in", f"--api-key-file={key}", address="far.example:1", code=2)
    assert b"api_key: would go to far.example:1 without TLS" in far.stderr


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (["quartet", "emb"], "embed"),
        (["quartet", "embed", "--form"], "--format"),
        (["quartet", "embed", "--format", "np"], "npy"),
        (["quartet", "embed", "--format", "=", "cs"], "csv"),  # as bash splits --format=cs
        (["quartet", "health", "--wat"], "--watch"),
        (["quartet", "embed", "--out", ""], ""),  # bash's names of files
    ],
)
def test_bash_completes_commands_flags_and_values(words: list[str], completed: str) -> None:
    script = run("completion").stdout.decode()
    typed = f"COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}"
    done = subprocess.run(
        ["bash", "-uc", f"{script}\n{typed}\n_quartet\necho ${{COMPREPLY[*]-}}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == completed
