"""Debian's nginx as a child process, with the configuration that we ship."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from running_prometheus import free_port
from running_server import ROOT

NGINX = shutil.which("nginx", path=f"{os.defpath}:/usr/sbin") or "nginx"
SHIPPED = ROOT / "deploy/nginx/quartet.conf"
# What Debian's nginx.conf has around the files of conf.d, as far as it matters.
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  client_body_temp_path {folder}/body;
  include {folder}/quartet.conf;
}}
"""


def adapted(config: str, port: int, servers: Sequence[str]) -> str:
    """The same file with addresses of the test."""
    for number, address in enumerate(servers, 1):
        config, replaced = re.subn(rf"\bquartet-{number}:50051\b", address, config)
        assert replaced == 1
    config, replaced = re.subn(r"listen 50050\b", f"listen 127.0.0.1:{port}", config)
    assert replaced == 1
    return config


class RunningNginx:
    """Started by the constructor, which returns when it takes connections."""

    def __init__(self, servers: Sequence[str], folder: Path) -> None:
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}"
        (folder / "quartet.conf").write_text(adapted(SHIPPED.read_text(), self._port, servers))
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        self.process = subprocess.Popen([NGINX, "-e", "stderr", "-c", folder / "nginx.conf"])
        self._wait_until_it_listens()

    def _wait_until_it_listens(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self._port)).close()
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"nginx ended with {self.process.wait(0.01)}")
        raise AssertionError(f"nginx does not listen after {seconds} s")

    def stop(self) -> None:
        """SIGTERM, on which the first process ends its workers."""
        self.process.terminate()
        self.process.wait()
