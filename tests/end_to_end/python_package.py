"""The Python package of client/python as its users have it: built from a clean folder, installed
without an index."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from running_server import ROOT

DIFFERENT = 50  # texts of tests that need many


def text_of(number: int) -> str:
    return f"The river number {number % DIFFERENT} is cold."


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def copy_sources(folder: Path) -> Path:
    """Of a clone that nobody built in; the package's part of it."""
    shutil.copytree(ROOT / "proto", folder / "proto")
    built = shutil.ignore_patterns("__pycache__", "quartet", "build", "dist", "*.egg-info")
    shutil.copytree(ROOT / "client/python", folder / "client/python", ignore=built)
    return folder / "client/python"


def install(source: Path, target: Path) -> None:
    """`source`: a folder or an archive."""
    without = ("--no-index", "--no-deps", "--no-build-isolation")
    pip("install", "-q", *without, "--target", target, source)
