"""The Python stubs of the API, generated from our protos as a client would generate them."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

PROTO = Path(__file__).resolve().parents[2] / "proto"


def generate(proto_root: Path, proto: str, out: Path) -> None:
    """Messages and stubs of one file."""
    options = [f"-I{proto_root}", f"--python_out={out}", f"--grpc_python_out={out}"]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *options, proto], check=True)


def import_stubs(out: Path) -> SimpleNamespace:
    """Generates into `out`, which joins Python's path."""
    generate(PROTO, "quartet/v1/embedding.proto", out)
    # A folder named grpc would hide the library of that name: health moves up.
    (out / "health.proto").write_bytes((PROTO / "grpc/health/v1/health.proto").read_bytes())
    generate(out, "health.proto", out)
    sys.path.insert(0, str(out))
    return SimpleNamespace(
        messages=importlib.import_module("quartet.v1.embedding_pb2"),
        services=importlib.import_module("quartet.v1.embedding_pb2_grpc"),
        health=importlib.import_module("health_pb2"),
        health_services=importlib.import_module("health_pb2_grpc"),
    )
