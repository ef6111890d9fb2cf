"""A gRPC server whose latencies can be computed by hand: every call sleeps, once all of them stall.

Prints its address, serves until standard input ends. The stall is counted from the second call: the
first one opens the connection.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))

import grpc.aio  # noqa: E402

from stubs import import_stubs  # noqa: E402


class Service:
    def __init__(self, options: argparse.Namespace, messages: Any) -> None:
        self.options = options
        self.messages = messages
        self.calls = 0
        self.second_call = math.inf

    async def embed(self, request: Any, _: Any) -> Any:
        arrived = time.monotonic()
        self.calls += 1
        if self.calls == 2:
            self.second_call = arrived
        stall = self.second_call + self.options.stall_after_s
        stall_end = stall + self.options.stall_s
        end = arrived + self.options.service_ms / 1000
        if arrived < stall_end and end > stall:
            end += stall_end - max(arrived, stall)
        await asyncio.sleep(end - time.monotonic())
        response = self.messages.EmbedResponse()
        for _text in request.texts:
            response.embeddings.add(values=[1.0])
        return response


async def serve(options: argparse.Namespace, api: Any) -> None:
    service = Service(options, api.messages)
    servicer = api.services.EmbeddingServiceServicer()
    servicer.Embed = service.embed
    server = grpc.aio.server()
    api.services.add_EmbeddingServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"127.0.0.1:{port}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop(None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service-ms", type=float, default=20)
    parser.add_argument("--stall-after-s", type=float, default=5)
    parser.add_argument("--stall-s", type=float, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as stubs:
        asyncio.run(serve(options, import_stubs(Path(stubs))))


if __name__ == "__main__":
    main()
