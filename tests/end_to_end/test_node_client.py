"""The Node.js example: installed from a clean folder and run against the real server."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calling_client import vectors_of
from certificates import Authority
from keys import line
from running_server import ROOT, RunningServer
from sent_texts import record

TEXTS = ["A man is eating.", "Someone has lunch.", "The stock market fell."]
record(TEXTS)
GUIDE = (ROOT / "client/README.md").read_text()
# node and npm are in the tests' Python environment.
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def run(folder: Path, *command: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder, in a clone of which nothing was installed yet."""
    clone = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "proto", clone / "proto")
    ignored = shutil.ignore_patterns("node_modules", "package-lock.json")
    shutil.copytree(ROOT / "client/node", clone / "client/node", ignore=ignored)
    run(clone / "client/node", "npm", "install")
    return clone / "client/node"


def test_its_vectors_are_those_of_the_server(
    example: Path, server: RunningServer, stub: Any, api: Any
) -> None:
    output = run(example, "node", "embed.mjs", f"--address={server.address}", *TEXTS).stdout
    vectors = vectors_of(stub.Embed(api.messages.EmbedRequest(texts=TEXTS, normalize=True)))
    shown = [line.split(maxsplit=1) for line in output.splitlines()]
    assert [text for _cosine, text in shown] == TEXTS
    np.testing.assert_allclose([float(c) for c, _text in shown], vectors @ vectors[0], atol=2e-4)


def test_the_example_of_the_guide_shows_what_it_prints(
    example: Path, server: RunningServer
) -> None:
    (shown,) = re.findall(r"^\$ (node .*?)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    command, printed = shown
    words = [*shlex.split(command), f"--address={server.address}"]
    texts = [line.split(maxsplit=1)[1] for line in printed.splitlines()]
    output = run(example, *words).stdout
    assert [line.split(maxsplit=1)[1] for line in output.splitlines()] == texts == TEXTS


def test_errors_have_the_servers_words(example: Path, server: RunningServer) -> None:
    to_server = ("node", "embed.mjs", f"--address={server.address}")
    refused = run(example, *to_server, "good", "", code=3)
    assert refused.stderr == "INVALID_ARGUMENT: texts[1]: is empty; a text has at least 1 byte\n"
    late = run(example, *to_server, "--timeout=0", "too late", code=3)
    assert late.stderr.startswith("DEADLINE_EXCEEDED")


CROWD = """
import { connect } from './quartet.mjs';
const client = connect({ address: process.argv[1] });
const texts = (call) => Array.from({ length: 4 }, (_, i) => `${call} ${i} `.repeat(40));
const calls = [0, 1, 2, 3, 4, 5, 6, 7].map((call) => client.embed(texts(call)));
const answers = await Promise.all(calls);
console.log(answers.length, answers.every((vectors) => vectors.length === 4));
client.close();
"""


def test_calls_refused_for_overload_go_again(example: Path, start_server: Any) -> None:
    """The queue takes some two of these at a time."""
    server = start_server("--max-queue-tokens=1500")
    output = run(example, "node", "--input-type=module", "--eval", CROWD, server.address).stdout
    assert output == "8 true\n"
    assert 'reason="queue_full"} 0\n' not in server.scrape()


def test_tls_certificates_and_keys_let_in_or_say_why_not(
    example: Path, start_server: Any, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    own, pair = authority.issue("server"), authority.issue("client")
    keys, right, wrong = tmp_path / "keys", tmp_path / "right", tmp_path / "wrong"
    keys.write_text(line("search", "right"))
    right.write_text("right\n")
    wrong.write_text("wrong\n")
    server = start_server(
        f"--tls-cert={own.certificate}",
        f"--tls-key={own.key}",
        f"--tls-client-ca={authority.certificate}",
        f"--api-keys-file={keys}",
    )
    address = f"--address=localhost:{server.address.rsplit(':', 1)[1]}"
    tls = (f"--ca={authority.certificate}", f"--cert={pair.certificate}", f"--key={pair.key}")

    def errors(*flags: str, code: int) -> str:
        return run(example, "node", "embed.mjs", address, *flags, "text", code=code).stderr

    assert errors(*tls, f"--api-key-file={right}", code=0) == ""
    assert errors(*tls, f"--api-key-file={wrong}", code=3).startswith("UNAUTHENTICATED")
    assert "apiKey: goes with TLS only" in errors(f"--api-key-file={right}", code=1)
