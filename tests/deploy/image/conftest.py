"""One root file system and one container for all tests that only look at them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from container import Container, can_run_containers
from dockerfile import DEPLOY, exec_form, load_stages, only, pairs

FINAL = load_stages()[-1]


@pytest.fixture(scope="session")
def image_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not can_run_containers():
        pytest.skip("needs root, and a kernel that makes namespaces")
    root = tmp_path_factory.mktemp("image") / "root"
    subprocess.run([DEPLOY / "image/make_root.sh", root], check=True)
    yield root
    shutil.rmtree(root)  # 400 MB


@pytest.fixture(scope="session")
def container(image_root: Path) -> Iterator[Container]:
    """What Dockerfile says, on free ports."""
    ports = {f"QUARTET_{name}LISTEN": "127.0.0.1:0" for name in ("", "ADMIN_", "METRICS_")}
    running = Container(
        image_root,
        only(FINAL, "USER"),
        exec_form(only(FINAL, "ENTRYPOINT")),
        pairs(only(FINAL, "ENV")) | ports,
    )
    yield running
    running.kill()
