"""Peer server: grpc.aio in front of an engine, with dynamic batching.

What a user builds in a day from the documentation. gRPC's advice for Python is followed: asyncio,
no streams. Left out: admission control, the API's options (truncation, normalize, dimensions,
encoding).
"""

import argparse
import asyncio
import hashlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from engine_worker import Engine, Vectors, padded
from tokenizers import BertWordPieceTokenizer

PROTO_FOLDER = Path(__file__).resolve().parents[3] / "proto"
PROTO = "quartet/v1/embedding.proto"
MAX_TOKENS = 128
WINDOW_BATCHES = 4  # a batch is picked from this many batches' worth of the longest waiting texts
GRACE_S = 10


@dataclass(frozen=True)
class Plan:
    """How many forwards at a time, with how many threads each, of at most how many texts."""

    lanes: int
    threads: int
    max_batch: int
    round_tokens: int = 1  # batches are padded to a multiple of this many tokens


@dataclass
class Waiting:
    ids: list[int]
    vector: asyncio.Future[list[float]]


class Batcher:
    def __init__(self, engine: Engine, plan: Plan) -> None:
        self.engine = engine
        self.plan = plan
        self.waiting: list[Waiting] = []
        self.idle_lanes = plan.lanes
        self.pool = ThreadPoolExecutor(plan.lanes)

    def embed(self, ids: list[int]) -> asyncio.Future[list[float]]:
        vector = asyncio.get_running_loop().create_future()
        self.waiting.append(Waiting(ids, vector))
        # Not at once: the texts of one call, and calls that arrived together, may share a batch.
        asyncio.get_running_loop().call_soon(self._start)
        return vector

    def _start(self) -> None:
        while self.idle_lanes and self.waiting:
            if batch := self._take():
                self.idle_lanes -= 1
                asyncio.ensure_future(self._run(batch))

    def _take(self) -> list[Waiting]:
        """The text that waited longest, and those next in length to it: little padding."""
        self.waiting = [text for text in self.waiting if not text.vector.done()]
        if not self.waiting:
            return []
        size = self.plan.max_batch
        if len(self.waiting) <= size:
            batch, self.waiting = self.waiting, []
        else:
            window = self.waiting[: size * WINDOW_BATCHES]
            length = len(window[0].ids)
            batch = sorted(window, key=lambda text: abs(len(text.ids) - length))[:size]
            taken = set(map(id, batch))
            self.waiting = [text for text in self.waiting if id(text) not in taken]
        return batch

    async def _run(self, batch: list[Waiting]) -> None:
        loop = asyncio.get_running_loop()
        try:
            texts = [text.ids for text in batch]
            vectors = await loop.run_in_executor(self.pool, self._forward, texts)
            for text, vector in zip(batch, vectors, strict=True):
                if not text.vector.done():
                    text.vector.set_result(vector)
        except Exception as error:
            for text in batch:
                if not text.vector.done():
                    text.vector.set_exception(error)
        finally:
            self.idle_lanes += 1
            self._start()

    def _forward(self, texts: list[list[int]]) -> list[list[float]]:
        vectors: Vectors = self.engine.embed(*padded(texts, self.plan.round_tokens))
        floats: list[list[float]] = vectors.tolist()
        return floats


def stubs(work_folder: Path) -> tuple[Any, Any]:
    """The messages and the service, generated if missing; a changed proto is another folder."""
    digest = hashlib.sha256((PROTO_FOLDER / PROTO).read_bytes()).hexdigest()[:12]
    folder = work_folder / "stubs" / digest
    if not folder.exists():
        unfinished = folder.with_name(f"unfinished-{os.getpid()}-{digest}")
        unfinished.mkdir(parents=True)
        protoc = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO_FOLDER}"]
        outputs = [f"--python_out={unfinished}", f"--grpc_python_out={unfinished}"]
        subprocess.run([*protoc, *outputs, PROTO], check=True)
        try:
            os.rename(unfinished, folder)
        except OSError:  # another server was first
            shutil.rmtree(unfinished)
    sys.path.insert(0, str(folder))
    name = PROTO.removesuffix(".proto").replace("/", ".")
    return importlib.import_module(f"{name}_pb2"), importlib.import_module(f"{name}_pb2_grpc")


def embed_method(model_folder: Path, batcher: Batcher, messages: Any) -> Callable[..., Any]:
    tokenizer = BertWordPieceTokenizer(str(model_folder / "vocab.txt"), lowercase=True)
    tokenizer.enable_truncation(MAX_TOKENS)

    async def embed(request: Any, context: Any) -> Any:
        if not request.texts:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "texts: at least 1")
        # On the event loop: for these texts it takes less time than handing over to a thread.
        encodings = [tokenizer.encode(text) for text in request.texts]
        vectors = await asyncio.gather(*(batcher.embed(encoding.ids) for encoding in encodings))
        response = messages.EmbedResponse(model_fingerprint="")
        for encoding, vector in zip(encodings, vectors, strict=True):
            response.embeddings.add(
                values=vector,
                token_count=len(encoding.ids),
                truncated=bool(encoding.overflowing),
            )
        return response

    return embed


async def run(options: argparse.Namespace, plan: Plan, engine: Engine) -> None:
    messages, service = stubs(options.work_folder)
    batcher = Batcher(engine, plan)
    servicer = service.EmbeddingServiceServicer()
    servicer.Embed = embed_method(options.model_folder, batcher, messages)
    server = grpc.aio.server()
    service.add_EmbeddingServiceServicer_to_server(servicer, server)
    server.add_insecure_port(f"127.0.0.1:{options.port}")
    await server.start()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"serving on 127.0.0.1:{options.port} with {plan}", file=sys.stderr, flush=True)
    await stop.wait()
    await server.stop(GRACE_S)


def arguments(variants: list[str]) -> argparse.Namespace:
    def folder(path: str) -> Path:
        return Path(path).resolve()

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--variant", choices=variants, required=True)
    parser.add_argument("--model-folder", type=folder, required=True)
    parser.add_argument("--work-folder", type=folder, required=True)
    parser.add_argument("--calibration-ids", type=folder, help="token ids, one text a line")
    return parser.parse_args()


def serve(options: argparse.Namespace, plan: Plan, load: Callable[..., Engine]) -> None:
    engine = load(options.model_folder, options.work_folder, plan.threads, plan.lanes)
    for tokens in range(8, MAX_TOKENS + 1, 8):  # before the port is open
        engine.embed(*padded([[101, *range(2000, 1998 + tokens), 102]]))
    asyncio.run(run(options, plan, engine))
