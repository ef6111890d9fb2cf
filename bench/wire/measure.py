"""What a call costs a server outside of the model: CPU time a call where no forward is run.

    QUARTET_BIN_DIR=$PWD/build/release/bin build/venv/bin/python bench/wire/measure.py

A server with a cache answers texts that it has answered before, so all of its CPU time goes to the
wire, the pipeline and the tokenizer. Each round loads every server with every load once, who is not
loaded is stopped (SIGSTOP). `--server NAME=FOLDER` adds another build: `of first` is the median of
its turns' CPU time to that of the first server's turns in the same rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/runner"))

from loaded_server import BIN, LoadedServer  # noqa: E402

CACHE_BYTES = 64 << 20
TEXTS = 256
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    name: str
    arguments: list[str]


LOADS = [
    *(
        Load(
            f"{texts} a call, {rate} calls/s",
            [f"--texts-per-call={texts}", "--mode=open", f"--rate={rate}"],
        )
        for texts, rate in ((1, 1000), (4, 1000), (32, 200))
    ),
    *(
        Load(f"{texts} a call, 16 clients", [f"--texts-per-call={texts}", "--clients=16"])
        for texts in (1, 4, 32)
    ),
    Load("stream, 64 in flight", ["--protocol=grpc-stream", "--clients=64"]),
    *(
        Load(f"32 a call, {name}", ["--texts-per-call=32", "--clients=16", f"--encoding={name}"])
        for name in ("float32", "float16", "int8")
    ),
]


@dataclass(frozen=True)
class Turn:
    calls_per_s: float
    user_us: float  # a call
    system_us: float

    @property
    def cpu_us(self) -> float:
        return self.user_us + self.system_us


def start(folder: Path, log: Path, stack: ExitStack) -> LoadedServer:
    client = [f"--texts={TEXTS}", "--warm-up-seconds=0"]
    # Calls come in by what their texts would cost the model, which runs none of them.
    flags = [f"--cache-bytes={CACHE_BYTES}", "--max-queue-time=60s"]
    server = LoadedServer(flags, client, log, stack, folder)
    server.turn("--seconds=1", "--clients=16")  # now all texts are kept
    return server


def cpu_us(pid: int) -> tuple[float, float]:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) * 1e6 / TICKS, int(fields[12]) * 1e6 / TICKS


def turn(server: LoadedServer, load: Load, seconds: float) -> Turn:
    before = cpu_us(server.pid)
    result = server.turn(f"--seconds={seconds}", *load.arguments)
    after = cpu_us(server.pid)
    calls = result["calls_by_status"]["OK"]
    return Turn(
        result["achieved_calls_per_s"],
        (after[0] - before[0]) / calls,
        (after[1] - before[1]) / calls,
    )


def median(turns: list[Turn]) -> Turn:
    return Turn(*(statistics.median(getattr(t, of) for t in turns) for of in Turn.__annotations__))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--server", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--only", default="", help="loads whose names have this in them")
    options = parser.parse_args()
    loads = [load for load in LOADS if options.only in load.name]
    folders = {"": BIN, **dict(other.split("=", 1) for other in options.server)}
    turns: dict[tuple[str, str], list[Turn]] = {}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {
            name: start(Path(folder), scratch / "log", stack) for name, folder in folders.items()
        }
        for number in range(options.rounds):
            for load in loads:
                for name in list(servers)[:: -1 if number % 2 else 1]:
                    own = turns.setdefault((load.name, name), [])
                    own.append(turn(servers[name], load, options.seconds))
    columns = ("calls/s", "CPU us/call", "user", "system", "of first")
    print(f"{'':<34}" + "".join(f"{column:>13}" for column in columns))
    for (load_name, name), own in turns.items():
        middle = median(own)
        pairs = zip(own, turns[load_name, ""], strict=True)
        ratio = statistics.median(turn.cpu_us / first.cpu_us for turn, first in pairs)
        figures = (middle.cpu_us, middle.user_us, middle.system_us)
        print(
            f"{load_name + ' ' + name:<34}{middle.calls_per_s:>13.0f}"
            + "".join(f"{figure:>13.1f}" for figure in figures)
            + f"{ratio:>13.3f}"
        )


if __name__ == "__main__":
    main()
