"""Debian's Prometheus as a child process, with our rules in a hurry."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from running_server import ROOT, RunningServer

RULES = ROOT / "deploy/prometheus"


def hurried(rules: str) -> str:
    """The same rules with windows of seconds and no patience, so that a test can see them fire."""
    return re.sub(r"\[\d+[mh]\]", "[10s]", re.sub(r"for: \d+[mh]", "for: 0s", rules))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningPrometheus:
    """Scrapes one server every second. `basic_auth`: YAML of a scrape configuration's key of that
    name."""

    def __init__(self, server: RunningServer, folder: Path, basic_auth: str = "") -> None:
        for name in ("recording.yml", "alerts.yml"):
            (folder / name).write_text(hurried((RULES / name).read_text()))
        config = (RULES / "prometheus.yml").read_text().replace("15s", "1s")
        config = config.replace("localhost:9464", str(server.ready["metrics"]))
        if basic_auth:
            config += f"    basic_auth: {basic_auth}\n"
        (folder / "prometheus.yml").write_text(config)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                "--log.level=error",
            ],
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def query(self, expression: str) -> list[dict[str, Any]]:
        """An instant vector; empty too while Prometheus is starting."""
        url = f"{self.url}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return list(json.load(response)["data"]["result"])
        except OSError:
            return []

    def wait_for(self, expression: str, seconds: float = 60) -> list[dict[str, Any]]:
        """Until the expression has a result."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if result := self.query(expression):
                return result
        raise AssertionError(f"{expression} has no result after {seconds} s")
