"""The harness of the in-process engines: loads one, then measures what standard input asks for.

One engine a process, so that memory and CPU time are its own. JSON lines in, JSON lines out.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Batch = tuple[Ids, Ids]  # ids and mask, both [texts, tokens of the longest]

BATCH_SIZES = {"one": 1, "fours": 4, "verify": 1, "short": 1}  # by the first word of a set's name
WARM_UP_RUNS = 5

_making_seconds = [0.0]


class Engine(Protocol):
    """Embeds padded batches; called at once from as many threads as it was loaded with lanes."""

    settings: dict[str, str]

    def embed(self, ids: Ids, mask: Ids) -> Vectors: ...


# model folder, work folder, threads of one lane, lanes
Loader = Callable[[Path, Path, int, int], Engine]


def made_apart(target: Path, script: Path, function: str, *arguments: str) -> Path:
    """`target`, made by `function(unfinished target, *arguments)` of `script` if it is missing.

    In a process of its own: what a conversion imports must not count as the engine's memory.
    """
    started = time.perf_counter()
    target.parent.mkdir(parents=True, exist_ok=True)
    # Variants of an engine start together and may want the same file: one makes it, others wait.
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            _make(target, script, function, *arguments)
    _making_seconds[0] += time.perf_counter() - started
    return target


def _make(target: Path, script: Path, function: str, *arguments: str) -> None:
    unfinished = target.with_name(f"unfinished-{target.name}")
    call = (
        "import importlib, sys; module, function, *rest = sys.argv[1:]; "
        "getattr(importlib.import_module(module), function)(*rest)"
    )
    try:
        subprocess.run(
            [sys.executable, "-c", call, script.stem, function, str(unfinished), *arguments],
            cwd=script.parent,
            env={**os.environ, "HF_HUB_OFFLINE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),
            check=True,
        )
        os.rename(unfinished, target)
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        unfinished.unlink(missing_ok=True)


def short_digest(*parts: Path | str) -> str:
    """Of the bytes of files and of strings: the name of what was made from them."""
    started = time.perf_counter()
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    _making_seconds[0] += time.perf_counter() - started
    return digest.hexdigest()[:12]


def read_ids(path: Path) -> list[list[int]]:
    with path.open(encoding="ascii") as lines:
        return [[int(word) for word in line.split()] for line in lines if line.strip()]


def padded(texts: list[list[int]], round_tokens: int = 1) -> Batch:
    """The texts as one batch, padded to the longest, or to the next multiple above its length."""
    longest = -(-max(map(len, texts)) // round_tokens) * round_tokens
    ids = np.zeros((len(texts), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask


def read_set(folder: Path, name: str) -> list[Batch]:
    texts = read_ids(folder / f"{name}.ids")
    size = BATCH_SIZES[name.split("-", maxsplit=1)[0]]
    return [padded(texts[first : first + size]) for first in range(0, len(texts), size)]


class Worker:
    def __init__(self, engine: Engine, ids_folder: Path, lanes: int) -> None:
        self.engine = engine
        self.ids_folder = ids_folder
        # One lasting thread a lane: OpenMP keeps a team for each thread that ever called it.
        self.lanes = [ThreadPoolExecutor(1) for _ in range(lanes)]
        self.sets: dict[str, list[Batch]] = {}

    def on_all_lanes(self, task: Callable[[int], Any]) -> list[Any]:
        futures = [lane.submit(task, number) for number, lane in enumerate(self.lanes)]
        return [future.result() for future in futures]

    def warm_up(self) -> None:
        batch = padded([[101, *range(2000, 2014), 102]])
        # Alone first: two threads in their first call deadlock in OpenVINO's Python binding (one
        # holds the GIL and waits for a static's guard, the other holds that and wants the GIL).
        self.lanes[0].submit(self.engine.embed, *batch).result()
        self.on_all_lanes(lambda _: [self.engine.embed(*batch) for _ in range(WARM_UP_RUNS)])

    def batches(self, name: str) -> list[Batch]:
        """A set, each of whose batches every lane ran once: some engines compile per shape."""
        if name not in self.sets:
            batches = read_set(self.ids_folder, name)
            self.on_all_lanes(lambda _: [self.engine.embed(*batch) for batch in batches])
            self.sets[name] = batches
        return self.sets[name]

    def run(self, name: str, seconds: float) -> dict[str, Any]:
        batches = self.batches(name)
        together = threading.Barrier(len(self.lanes))

        def lane(number: int) -> tuple[list[float], int, float, float]:
            position = number * len(batches) // len(self.lanes)
            latencies: list[float] = []
            texts = 0
            together.wait()
            started = now = time.perf_counter()
            while now - started < seconds:
                ids, mask = batches[position]
                position = (position + 1) % len(batches)
                self.engine.embed(ids, mask)
                before, now = now, time.perf_counter()
                latencies.append(now - before)
                texts += len(ids)
            return latencies, texts, started, now

        cpu = time.process_time()
        measured = self.on_all_lanes(lane)
        cpu = time.process_time() - cpu
        latencies = np.concatenate([part[0] for part in measured]) * 1000
        texts = sum(part[1] for part in measured)
        wall = max(part[3] for part in measured) - min(part[2] for part in measured)
        return {
            "set": name,
            "forwards": len(latencies),
            "texts": texts,
            "p50_ms": round(float(np.percentile(latencies, 50)), 4),
            "p99_ms": round(float(np.percentile(latencies, 99)), 4),
            "texts_per_s": round(texts / wall, 2),
            "cpu_ms_per_text": round(cpu * 1000 / texts, 4),
            **memory(),
        }

    def vectors(self, name: str, to: Path) -> dict[str, Any]:
        """Raw little-endian float32 rows, each text embedded alone."""
        texts = read_ids(self.ids_folder / f"{name}.ids")
        embed = self.engine.embed
        rows = self.lanes[0].submit(lambda: [embed(*padded([text]))[0] for text in texts]).result()
        to.write_bytes(np.stack(rows).astype("<f4").tobytes())
        return {"rows": len(rows)}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if "run" in request:
            return self.run(request["run"], float(request["seconds"]))
        return self.vectors(request["vectors"], Path(request["to"]))


def memory() -> dict[str, float]:
    """Resident memory now, in MiB: all of it, and without files."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kib = {line.split()[0]: line.split()[1] for line in status.splitlines() if "kB" in line}
    return {
        "rss_mb": round(int(kib["VmRSS:"]) / 1024, 1),
        "anon_mb": round(int(kib["RssAnon:"]) / 1024, 1),
    }


def arguments(variants: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=variants, required=True)
    for folder in ("--model-folder", "--work-folder", "--ids-folder"):
        parser.add_argument(folder, type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--threads", type=int, default=1, help="of one lane")
    parser.add_argument("--lanes", type=int, default=1, help="forwards at a time")
    return parser.parse_args()


def main(engines: Mapping[str, Loader]) -> None:
    options = arguments(list(engines))
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Only our JSON lines reach standard output: what libraries print goes to standard error.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    started = time.perf_counter()
    load = engines[options.variant]
    engine = load(options.model_folder, options.work_folder, options.threads, options.lanes)
    worker = Worker(engine, options.ids_folder, options.lanes)
    worker.warm_up()
    load_s = time.perf_counter() - started - _making_seconds[0]
    ready = {"ready": True, "engine": options.variant, "settings": engine.settings}
    print(json.dumps({**ready, "load_s": round(load_s, 3)}), file=answers)
    for line in sys.stdin:
        print(json.dumps(worker.answer(json.loads(line))), file=answers)
