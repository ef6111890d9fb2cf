"""Child processes that stand still while others are measured."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

STOP_SECONDS = 30
ANSWER_SECONDS = 900  # an engine may convert its model first


class Child:
    """A process group of its own. Paused means that none of its threads runs."""

    def __init__(self, command: Sequence[str], log: Path, *, talks: bool = False) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        pipe = subprocess.PIPE if talks else subprocess.DEVNULL
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                command,
                stdin=pipe,
                stdout=pipe if talks else errors,
                stderr=errors,
                start_new_session=True,
                text=True,
            )
        self.log = log

    @property
    def pid(self) -> int:
        return self.process.pid

    def pause(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def answer(self) -> dict[str, Any]:
        """The next line of its standard output, of which it must not have said more yet."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], ANSWER_SECONDS)[0]:
            sys.exit(
                f"bench: {self.process.args!r} said nothing for {ANSWER_SECONDS} s; "
                f"its log is {self.log}"
            )
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench: {self.process.args!r} ended; its log is {self.log}")
        result: dict[str, Any] = json.loads(line)
        return result

    def ask(self, question: object) -> dict[str, Any]:
        """One JSON line there, one back."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def stop(self) -> None:
        """With SIGTERM, and what is left of the group after a while with SIGKILL."""
        self.resume()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.communicate(timeout=STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, traceback: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.stop()
