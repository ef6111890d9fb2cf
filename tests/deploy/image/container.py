"""The image's root file system, run as a container engine would run it: read-only, as the image's
user without capabilities, the server as PID 1. Needs root, no engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# Inside new mount and PID namespaces. chroot needs three capabilities, its user gets none.
ENTER = """
set -e
root=$1 user=$2
shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid \
  chroot --userspec="$user" --groups= "$root" "$@"
"""
NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child")


def can_run_containers() -> bool:
    if os.geteuid() != 0:
        return False
    return subprocess.run([*NAMESPACES, "true"], check=False, capture_output=True).returncode == 0


class Container:
    """Started by the constructor, which returns when the server has logged `ready`."""

    def __init__(
        self, root: Path, user: str, command: Sequence[str], environment: dict[str, str]
    ) -> None:
        self.root = root
        self.user = user
        self.environment = environment
        self._outside = subprocess.Popen(
            [*NAMESPACES, "sh", "-c", ENTER, "sh", root, user, *command],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        self.ready = self._wait_until_ready()
        # What comes later would fill the pipe.
        assert self._outside.stderr is not None
        threading.Thread(target=self._outside.stderr.read, daemon=True).start()

    def _wait_until_ready(self) -> dict[str, Any]:
        assert self._outside.stderr is not None
        lines = []
        for line in self._outside.stderr:
            lines.append(line)
            if line.startswith("{") and json.loads(line)["event"] == "ready":
                return dict(json.loads(line))
        raise AssertionError(f"the server is not ready: {lines}")

    @property
    def pid(self) -> int:
        """The server's, as seen from outside."""
        outside = self._outside.pid
        return int(Path(f"/proc/{outside}/task/{outside}/children").read_text())

    def status(self, key: str) -> str:
        """A value of /proc/PID/status."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(key + ":"))

    def memory_kb(self) -> dict[str, int]:
        """Rss, Pss and others, of all mappings together."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]
        return {line.split(":")[0]: int(line.split()[1]) for line in lines}

    def execute(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """As an engine does for the health check, with the port that the server got."""
        metrics = {"QUARTET_METRICS_LISTEN": str(self.ready["metrics"])}
        user, group = self.user.split(":")
        entering = ("nsenter", f"--target={self.pid}", "--mount", "--pid", "--root", "--wd=/")
        return subprocess.run(
            [*entering, f"--setuid={user}", f"--setgid={group}", *command],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=os.environ | self.environment | metrics,
        )

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM, as an engine sends it, and the exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self._outside.wait(seconds)

    def kill(self) -> None:
        """For a test that failed before it stopped its server; --kill-child takes it along."""
        if self._outside.poll() is None:
            self._outside.kill()
            self._outside.wait()
