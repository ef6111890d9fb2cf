"""Peer server: OpenVINO behind grpc.aio."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "common"))

from engine import PRECISIONS, loaders
from grpc_server import Plan, arguments, serve

PLAN = Plan(lanes=2, threads=1, max_batch=8)

if __name__ == "__main__":
    options = arguments(list(PRECISIONS))
    if options.variant == "int8" and not options.calibration_ids:
        sys.exit("--variant int8 needs --calibration-ids")
    serve(options, PLAN, loaders(options.calibration_ids)[options.variant])
