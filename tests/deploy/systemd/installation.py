"""The service's files, installed into a folder by the commands of deploy/systemd/README.md."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path

from unit_file import DEPLOY, settings

ROOT = DEPLOY.parent
SERVER = "/opt/quartet/bin/quartet-server"
RESTRICTED = (sys.executable, str(Path(__file__).with_name("restricted.py")))
FREE_PORTS = {
    "QUARTET_LISTEN": "127.0.0.1:0",
    "QUARTET_METRICS_LISTEN": "127.0.0.1:0",
    "QUARTET_ADMIN_LISTEN": "127.0.0.1:0",
}


class Installation:
    """Paths of the unit, of the settings and of README's commands are moved below `prefix`."""

    def __init__(self, prefix: Path) -> None:
        self._prefix = prefix
        readme = (DEPLOY / "systemd/README.md").read_text()
        commands = re.findall(r"^(?:cmake|install) .*", readme, re.MULTILINE)
        assert len(commands) == 5
        for command in commands:
            words = shlex.split(self._moved(command), comments=True)
            subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        config = prefix / "etc/quartet/quartet.conf"
        config.write_text(self._moved(config.read_text()))
        (start,) = settings()["ExecStart"]
        self._command = shlex.split(self._moved(start))
        self._process: subprocess.Popen[str] | None = None
        self._address = ""

    def _moved(self, text: str) -> str:
        return re.sub(r"(?<![\w/])/(opt|etc)/", rf"{self._prefix}/\1/", text)

    def run(
        self, *flags: str, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """ExecStart, with settings that make it end by itself."""
        return subprocess.run(
            [*self._command, *flags],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ | FREE_PORTS | (environment or {}),
        )

    def restricted_python(self, code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RESTRICTED, sys.executable, "-c", code], capture_output=True, text=True, check=False
        )

    def start_restricted(self) -> None:
        self._process = subprocess.Popen(
            [*RESTRICTED, *self._command],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | FREE_PORTS,
        )
        assert self._process.stderr is not None
        lines = []
        for line in self._process.stderr:
            lines.append(line)
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("event") == "ready":
                self._address = event["address"]
                break
        assert self._address, lines
        # What comes later would fill the pipe.
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def status(self, key: str) -> str:
        """A value of /proc/PID/status."""
        assert self._process is not None
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(key + ":"))

    def embed(self, text: str) -> list[float]:
        grpcurl = Path(sys.executable).with_name("grpcurl")
        request = json.dumps({"texts": [text]})
        method = "quartet.v1.EmbeddingService/Embed"
        result = subprocess.run(
            [grpcurl, "-plaintext", "-d", request, self._address, method],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return list(json.loads(result.stdout)["embeddings"][0]["values"])

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(60)

    def kill(self) -> None:
        """For a test that failed before it stopped its server."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
