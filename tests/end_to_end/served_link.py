"""A server whose model is changed while it serves."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from running_server import MODEL, RunningServer


class ServedLink:
    """Its --model is a symbolic link, as Kubernetes mounts files."""

    def __init__(self, folder: Path, launcher: Sequence[str] = ()) -> None:
        self._next = folder / "next"
        self.path = folder / "model.pt"
        self.swing(MODEL)
        # Under a sanitizer a second of work is less than what a few clients ask for.
        self.server = RunningServer("--max-queue-time=30s", model=self.path, launcher=launcher)

    def swing(self, target: Path) -> None:
        self._next.symlink_to(target)
        self._next.rename(self.path)

    def replace_by_copy(self, of: Path) -> None:
        shutil.copyfile(of, self._next)
        self._next.rename(self.path)

    def reload(self, outcome: str) -> dict[str, Any]:
        """SIGHUP, and the line that tells of it."""
        before = self.count(outcome)
        self.server.process.send_signal(signal.SIGHUP)
        return self.server.wait_for_event(outcome, after=before)

    def swap(self, target: Path) -> dict[str, Any]:
        """Returns when the old model has gone."""
        self.swing(target)
        freed = self.count("old model freed")
        line = self.reload("model swapped")
        self.server.wait_for_event("old model freed", after=freed)
        return line

    def count(self, event: str) -> int:
        return sum(e["event"] == event for e in self.server.events)
