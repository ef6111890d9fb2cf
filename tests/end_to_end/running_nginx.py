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
SHIPPED = ROOT / "deploy/nginx"
# What Debian's nginx.conf has around the files of conf.d, as far as it matters.
AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
  client_body_temp_path {folder}/body;
  include {folder}/conf.d/*.conf;
}}
"""


def changed(config: str, changes: dict[str, str]) -> str:
    """Each pattern is there once."""
    for pattern, replacement in changes.items():
        config, replaced = re.subn(pattern, replacement, config, flags=re.MULTILINE)
        assert replaced == 1, pattern
    return config


class RunningNginx:
    """Started by the constructor, which returns when it takes connections. Its files are those that
    we ship, with addresses of the test."""

    def __init__(
        self, servers: Sequence[str], folder: Path, tls: dict[str, str] | None = None
    ) -> None:
        """`tls`: what is changed in quartet-tls.conf; without, there is no such file."""
        self._folder = folder
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}"
        (folder / "conf.d").mkdir()
        addresses = {rf"\bquartet-{i}:50051\b": server for i, server in enumerate(servers, 1)}
        self._ship("quartet.conf", addresses | {r"\blisten 50050\b": f"listen {self.address}"})
        if tls is not None:
            self._tls_port = free_port()
            self.tls_address = f"localhost:{self._tls_port}"
            listen = {r"\blisten 50443\b": f"listen 127.0.0.1:{self._tls_port}"}
            self._ship("quartet-tls.conf", tls | listen)
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        self.process = subprocess.Popen([NGINX, "-e", "stderr", "-c", folder / "nginx.conf"])
        self._wait_until_it_listens()

    def _ship(self, name: str, changes: dict[str, str]) -> None:
        snippets = {r"\bsnippets/": f"{SHIPPED}/"}
        config = changed((SHIPPED / name).read_text(), changes | snippets)
        (self._folder / "conf.d" / name).write_text(config)

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
