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
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/runner"))

from loaded_server import LoadedServer  # noqa: E402

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


def turn(server: LoadedServer, seconds: float, clients: int) -> dict[str, float]:
    load = [f"--clients={clients}", "--channels=4", f"--seconds={seconds}", f"--pid={server.pid}"]
    result = server.turn(*load, "--warm-up-seconds=0.3")
    return {
        "calls_per_s": result["achieved_calls_per_s"],
        "cpu_us_per_call": 1e6 * result["server"]["cpu_s"] / result["calls_by_status"]["OK"],
    }


def start_all(folder: Path, stack: ExitStack) -> dict[str, LoadedServer]:
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
    log = folder / "log"
    return {name: LoadedServer(*flags, log, stack) for name, flags in variants.items()}


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
        turns: dict[str, list[dict[str, float]]] = {name: [] for name in servers}
        for number in range(options.rounds):
            first = number % len(servers)
            for name in [*servers][first:] + [*servers][:first]:
                turns[name].append(turn(servers[name], options.seconds, options.clients))
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
