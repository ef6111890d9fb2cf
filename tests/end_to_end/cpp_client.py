"""quartet-bench as a client: it is made of the C++ stubs."""

from __future__ import annotations

import json
import subprocess
from typing import Self

from running_server import BINARY, RunningServer

BENCH = BINARY.with_name("quartet-bench")


class CppClient:
    """Calls for so many seconds from when it is entered, which the end of the block waits for."""

    def __init__(self, server: RunningServer, *flags: str, seconds: float = 0.2) -> None:
        # The certificates of the tests are of this name.
        target = f"--target=localhost:{server.address.rsplit(':', 1)[1]}"
        load = ("--warm-up-seconds=0", f"--seconds={seconds}", "--json")
        self._command = [str(BENCH), target, *load, *flags]
        self.calls: dict[str, int] = {}  # by what became of them: OK, or the name of the error

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        output, _errors = self._process.communicate(timeout=120)
        assert self._process.returncode == 0
        self.calls = json.loads(output)["calls_by_status"]


def outcomes(server: RunningServer, *flags: str) -> set[str]:
    """Of a few calls."""
    with CppClient(server, *flags) as client:
        pass
    return set(client.calls)
