"""What README says is true of the binary."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from metrics_page import METRICS_OF_FILES
from running_server import BINARY, ROOT, RunningServer, run_to_end
from sent_texts import record

README = (ROOT / "README.md").read_text()


def readme_commands(first_word: str) -> list[str]:
    """Commands of README's console blocks: lines that start with `$ `, continuations joined."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line[2:] for line in lines if line.startswith(f"$ {first_word}")]


def quoted_in(command: str) -> list[str]:
    """Its texts: names of fields have no spaces."""
    return re.findall(r'"([^" ]+ [^"]*)"', command)


GRPCURL_COMMANDS = readme_commands("grpcurl")


def test_readme_has_grpcurl_examples() -> None:
    assert len(GRPCURL_COMMANDS) >= 4


@pytest.mark.parametrize("command", GRPCURL_COMMANDS)
def test_grpcurl_lines_of_readme_run(server: RunningServer, command: str) -> None:
    grpcurl = Path(sys.executable).with_name("grpcurl")
    words = shlex.split(command.replace("localhost:50051", server.address))
    record(quoted_in(command))
    result = subprocess.run(
        [grpcurl, *words[1:]], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )
    # The example of an error shows an error; the others must succeed.
    if "TRUNCATION_REJECT" in command or '"texts": []' in command:
        assert "InvalidArgument" in result.stderr
    else:
        assert result.returncode == 0, result.stderr
        assert result.stdout.strip()


USERS_COMMANDS = [
    command
    for command in readme_commands("")
    if re.search(r"\bquartet (embed|similarity|search|tokenize|health|info)\b", command)
]


@pytest.mark.parametrize("command", USERS_COMMANDS)
def test_the_tools_lines_of_readme_run(server: RunningServer, command: str, tmp_path: Path) -> None:
    assert len(USERS_COMMANDS) >= 5
    record(quoted_in(command))
    shutil.copy(ROOT / "README.md", tmp_path)
    result = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=os.environ
        | {
            "PATH": f"{BINARY.parent}:{os.environ['PATH']}",
            "QUARTET_ADDRESS": server.address,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    if "search" not in command:  # README finds itself, as it was
        # Without numbers of vectors, whose last digits are the processor's.
        assert words_of(result.stdout) == words_of(shown_output(command))


def shown_output(command: str) -> str:
    """What README shows below a command."""
    below = README[README.index("$ " + command) + len("$ " + command) + 1 :]
    return re.split(r"^(?:\$ |```)", below, maxsplit=1, flags=re.MULTILINE)[0]


def words_of(output: str) -> list[str]:
    return [word for word in output.split() if not re.fullmatch(r"[-0-9.]+", word)]


@pytest.fixture(scope="module")
def python_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder, with stubs."""
    root = tmp_path_factory.mktemp("clone")
    folder = root / "client" / "python"
    folder.mkdir(parents=True)
    for name in ("embed.py", "embed_stream.py", "make_stubs.sh"):
        (folder / name).write_bytes((ROOT / "client/python" / name).read_bytes())
    shutil.copytree(ROOT / "client/python/quartet_client", folder / "quartet_client")
    (root / "proto").symlink_to(ROOT / "proto")
    environment = os.environ | {"PYTHON": sys.executable}
    subprocess.run(["bash", folder / "make_stubs.sh"], check=True, env=environment)
    return folder


def test_the_python_example_of_readme_runs(server: RunningServer, python_client: Path) -> None:
    texts = ("A man eats.", "Someone is eating.")
    record(texts)
    result = subprocess.run(
        [
            sys.executable,
            python_client / "embed.py",
            server.address,
            *texts,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    scores = [float(line.split()[0]) for line in result.stdout.splitlines()]
    assert scores[0] == pytest.approx(1, abs=1e-4)
    assert 0.5 < scores[1] < 1


def test_the_stream_example_of_readme_runs(server: RunningServer, python_client: Path) -> None:
    result = subprocess.run(
        [sys.executable, python_client / "embed_stream.py", server.address],
        input=b"A man eats.\n" * 20,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == result.stdout[: 384 * 4] * 20


def test_the_settings_table_of_readme_is_the_help_of_the_binary() -> None:
    """Names, defaults and environment names; what a setting means may be said in other words."""
    help_text = run_to_end(["--help"]).stdout
    in_help = re.findall(r"^  (--[a-z0-9-]+) .*?=(\S+) \(Env:(\w+)\)$", help_text, re.MULTILINE)
    in_readme = re.findall(r"^\| `(--[a-z0-9-]+)` \| `(\S+)` \| `(\w+)` \|", README, re.MULTILINE)
    assert len(in_help) > 10
    assert in_readme == in_help


def test_the_metrics_table_of_readme_is_what_is_exported(server: RunningServer) -> None:
    types = set(re.findall(r"^# TYPE (\S+) ", server.scrape(), re.MULTILINE))
    own = {name for name in types if name.startswith(("quartet_", "grpc_server_"))}
    table = set(re.findall(r"^\| `((?:quartet|grpc_server)_[a-z_]+)", README, re.MULTILINE))
    assert table == own | METRICS_OF_FILES


def test_the_version_is_told(api: Any, stub: Any) -> None:
    info = stub.GetModelInfo(api.messages.GetModelInfoRequest())
    assert run_to_end(["--version"]).stdout == f"quartet-server {info.server_version}\n"
