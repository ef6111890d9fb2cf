"""A terminal with a program in it: what a person would see, and the keys that they would press."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte


class Terminal:
    """An xterm of `columns` by `lines`, controlled by the program that runs in it."""

    def __init__(
        self, command: Sequence[str | Path], columns: int = 80, lines: int = 24, name: str = "xterm"
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.written = b""
        self._stream = pyte.ByteStream(self.screen)
        self._master, self._slave = pty.openpty()
        self.resize(columns, lines)
        self.settings_before = self.settings()
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            env=os.environ | {"TERM": name, "LC_ALL": "C.UTF-8"},
        )

    def settings(self) -> list[object]:
        """What stty(1) shows: echo, line by line, and so on."""
        return list(termios.tcgetattr(self._slave))

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def line(self, start: str) -> str:
        """The first line that starts so; empty when there is none."""
        return next((line for line in self.screen.display if line.startswith(start)), "")

    def wait_for(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Reads what the program writes until the condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, f"not within {seconds} s:\n{self.text}"
            if select.select([self._master], [], [], min(left, 0.1))[0]:
                self._read()

    def _read(self) -> None:
        chunk = os.read(self._master, 1 << 16)
        self.written += chunk
        self._stream.feed(chunk)

    def wait_for_text(self, text: str, seconds: float = 30) -> None:
        self.wait_for(lambda: text in self.text, seconds)

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        """As a window manager does: the program gets SIGWINCH."""
        self.screen.resize(lines, columns)
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def wait_for_exit(self, seconds: float = 10) -> int:
        """The exit code, when all that it has written was read."""
        self.wait_for(lambda: self.process.poll() is not None, seconds)
        while select.select([self._master], [], [], 0)[0]:
            self._read()
        return int(self.process.returncode)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
        os.close(self._slave)
