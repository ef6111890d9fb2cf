"""Generates the messages of the API when the package is built: generated code is not kept."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
PROTO = Path("quartet/v1/embedding.proto")
# Of a clone, else of a source distribution.
ROOTS = [HERE.parents[1] / "proto", HERE / "proto"]


def proto_root() -> Path:
    return next(root for root in ROOTS if (root / PROTO).exists())


class BuildWithMessages(build_py):
    """quartet/v1/ beside quartet_client/: the names that any stub of the API has."""

    def run(self) -> None:
        super().run()
        out = Path(self.build_lib)
        out.mkdir(parents=True, exist_ok=True)
        options = [f"-I{proto_root()}", f"--python_out={out}", f"--grpc_python_out={out}"]
        # As a module: it then knows where google/protobuf is.
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *options, PROTO], check=True)


class DistributionWithProto(sdist):
    """Takes the proto along."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        target = Path(base_dir) / "proto" / PROTO
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(proto_root() / PROTO, target)


setup(
    packages=["quartet_client"],
    cmdclass={"build_py": BuildWithMessages, "sdist": DistributionWithProto},
)
