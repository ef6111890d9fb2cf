"""Peer server: ONNX Runtime behind grpc.aio."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "common"))

from engine import LOADERS
from grpc_server import Plan, arguments, serve

PLAN = Plan(lanes=2, threads=1, max_batch=8)

if __name__ == "__main__":
    options = arguments(list(LOADERS))
    serve(options, PLAN, LOADERS[options.variant])
