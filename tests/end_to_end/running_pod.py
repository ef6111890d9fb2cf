"""The container of deploy/kubernetes as a kubelet runs it, as far as that goes without one: its own
network, no file system that can be written to, the manifest's user without any capability, the
manifest's arguments."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from running_server import BINARY, MODEL, ROOT

DEPLOYMENT = ROOT / "deploy/kubernetes/base/deployment.yaml"
GRPCURL = Path(sys.executable).with_name("grpcurl")
# Kernel interfaces and what is over them are no files; the rest becomes read-only.
SANDBOX = """
ip link set lo up &&
findmnt --raw --noheadings --output TARGET | grep -vE '^/(proc|sys|dev)(/|$)' |
  while read -r mount; do mount -o remount,bind,ro "$mount" || exit; done &&
exec "$@"
"""


def pod_spec() -> dict[str, Any]:
    spec: dict[str, Any] = yaml.safe_load(DEPLOYMENT.read_text())["spec"]["template"]["spec"]
    return spec


def sandboxed(command: Sequence[str]) -> list[str]:
    """Ends by executing the command: what is started has the process id of the sandbox."""
    user = pod_spec()["securityContext"]
    as_user = [
        *("setpriv", f"--reuid={user['runAsUser']}", f"--regid={user['runAsGroup']}"),
        *("--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"),
    ]
    return ["unshare", "--net", "--mount", "sh", "-c", SANDBOX, "sh", *as_user, *command]


def skip_where_there_can_be_none() -> None:
    for command in (["true"], ["test", "-r", str(MODEL), "-a", "-x", str(BINARY)]):
        tried = subprocess.run(sandboxed(command), capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            pytest.skip(f"no sandbox in which {command[0]} succeeds: {tried.stderr or 'not root?'}")


class RunningPod:
    """Started by the constructor, which does not wait."""

    def __init__(self, log: Path) -> None:
        self._log = log
        (self.container,) = pod_spec()["containers"]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                sandboxed([str(BINARY), *self.container["args"]]),
                stderr=stderr,
                env={"QUARTET_MODEL": str(MODEL), "PATH": os.environ["PATH"]},
                cwd="/",
            )

    def run_inside(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """In the pod's network."""
        entering = ["nsenter", f"--net=/proc/{self.process.pid}/ns/net"]
        return subprocess.run(
            [*entering, *command], capture_output=True, text=True, timeout=60, check=False
        )

    def grpcurl(
        self, port: int, method: str, request: dict[str, Any], *options: str
    ) -> subprocess.CompletedProcess[str]:
        arguments = ["-plaintext", *options, "-d", json.dumps(request), f"127.0.0.1:{port}", method]
        return self.run_inside(GRPCURL, *arguments)

    def fetch(self, port: int, page: str) -> str:
        """Over HTTP."""
        program = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode())"
        return self.run_inside(
            sys.executable, "-c", program, f"http://127.0.0.1:{port}/{page}"
        ).stdout

    def probe(self, kind: str) -> bool:
        """Once, as the kubelet does: anything but SERVING in time is a failure."""
        asked = self.container[f"{kind}Probe"]
        answer = self.grpcurl(
            asked["grpc"]["port"],
            "grpc.health.v1.Health/Check",
            {"service": asked["grpc"]["service"]},
            *("-max-time", str(asked["timeoutSeconds"])),
        )
        return answer.returncode == 0 and '"SERVING"' in answer.stdout

    def wait_until(self, kind: str, expected: bool, seconds: float) -> None:
        """Until the probe says so."""
        deadline = time.monotonic() + seconds
        while self.probe(kind) is not expected:
            assert self.process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, f"{kind} is not {expected} after {seconds} s"

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def log(self) -> list[dict[str, Any]]:
        """What a collector of logs sees: each line must be JSON."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]
