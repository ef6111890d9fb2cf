"""What TLS and keys cost: the same load of servers with and without them, in turns, in one run.

    QUARTET_BIN_DIR=$PWD/build/release/bin build/venv/bin/python bench/tls/compare.py

Each round loads every server once, in another order; who is not loaded is stopped (SIGSTOP). A
ratio is that of two turns of one round, and the median of those is told: a machine that is slower
for a while is slower for both.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/runner"))

from child import Child  # noqa: E402

BIN = Path(os.environ["QUARTET_BIN_DIR"])
MODEL = ROOT / "build/models/paraphrase-MiniLM-L3-v2.pt"
KEY = "a key of the bench"
PLAIN = "plain"


def make_files(folder: Path) -> None:
    """A certificate that vouches for itself, and a file of keys."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    digest = hashlib.sha256(KEY.encode()).hexdigest()
    (folder / "keys").write_text(f"bench:{digest}\n")


class Server:
    """Paused between its turns."""

    def __init__(self, name: str, flags: list[str], client: list[str], stack: ExitStack) -> None:
        self.name, self._client = name, client
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        ports = [
            f"--listen=127.0.0.1:{self._port}",
            "--metrics-listen=127.0.0.1:0",
            "--admin-listen=none",
        ]
        command = [str(BIN / "quartet-server"), f"--model={MODEL}", *ports, *flags]
        log = Path(tempfile.gettempdir()) / f"quartet-bench-tls-{os.getpid()}.log"
        self._child = stack.enter_context(Child(command, log))
        self.load("--wait-seconds=60", "--seconds=0")
        self._child.pause()

    def load(self, *arguments: str) -> dict[str, Any]:
        target = [f"--target=127.0.0.1:{self._port}", f"--pid={self._child.pid}", "--json"]
        command = [str(BIN / "quartet-bench"), *target, *self._client, *arguments]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        result: dict[str, Any] = json.loads(output)
        return result

    def turn(self, seconds: float, clients: int) -> dict[str, float]:
        self._child.resume()
        load = [f"--clients={clients}", "--channels=4", f"--seconds={seconds}"]
        result = self.load(*load, "--warm-up-seconds=0.3")
        self._child.pause()
        assert set(result["calls_by_status"]) == {"OK"}, result["calls_by_status"]
        calls = result["calls_by_status"]["OK"]
        return {
            "calls_per_s": result["achieved_calls_per_s"],
            "cpu_us_per_call": 1e6 * result["server"]["cpu_s"] / calls,
        }


def start_all(folder: Path, stack: ExitStack) -> list[Server]:
    tls = [f"--tls-cert={folder / 'cert.pem'}", f"--tls-key={folder / 'key.pem'}"]
    mutual = [*tls, f"--tls-client-ca={folder / 'cert.pem'}"]
    keys = f"--api-keys-file={folder / 'keys'}"
    trust = f"--tls-ca={folder / 'cert.pem'}"
    shown = [f"--tls-cert={folder / 'cert.pem'}", f"--tls-key={folder / 'key.pem'}"]
    variants = {
        PLAIN: ([], []),
        "keys": ([keys], [f"--api-key={KEY}"]),
        "TLS": (tls, [trust]),
        "mutual TLS and keys": ([*mutual, keys], [trust, *shown, f"--api-key={KEY}"]),
    }
    return [Server(name, *flags, stack) for name, flags in variants.items()]


def median_ratio(turns: dict[str, list[dict[str, float]]], name: str, what: str) -> float:
    pairs = zip(turns[name], turns[PLAIN], strict=True)
    return statistics.median(turn[what] / plain[what] for turn, plain in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        make_files(folder)
        servers = start_all(folder, stack)
        turns: dict[str, list[dict[str, float]]] = {server.name: [] for server in servers}
        for number in range(options.rounds):
            first = number % len(servers)
            for server in servers[first:] + servers[:first]:
                turns[server.name].append(server.turn(options.seconds, options.clients))
    print(f"{'':<22}{'calls/s':>10}{'of plain':>10}{'CPU us/call':>13}{'of plain':>10}")
    figures = {}
    for name, own in turns.items():
        figures[name] = {
            "calls_per_s": statistics.median(turn["calls_per_s"] for turn in own),
            "calls_ratio": median_ratio(turns, name, "calls_per_s"),
            "cpu_us_per_call": statistics.median(turn["cpu_us_per_call"] for turn in own),
            "cpu_ratio": median_ratio(turns, name, "cpu_us_per_call"),
        }
        print("{:<22}{:>10.0f}{:>10.3f}{:>13.0f}{:>10.3f}".format(name, *figures[name].values()))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
