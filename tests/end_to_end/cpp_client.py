"""quartet-bench as a client: it is made of the C++ stubs."""

from __future__ import annotations

import functools
import json
import subprocess
from typing import Self

from running_server import BINARY, RunningServer
from sent_texts import record

BENCH = BINARY.with_name("quartet-bench")
TEXTS = BINARY.with_name("quartet-texts")


def record_its_texts(*flags: str) -> None:
    """Of a load with these flags: those that quartet-texts writes."""
    record(_texts_of_mix(*(flag for flag in flags if flag.startswith("--mix="))))


@functools.cache
def _texts_of_mix(*flags: str) -> list[str]:
    command = [str(TEXTS), "--count=2000", *flags]
    return subprocess.check_output(command, text=True).splitlines()


class CppClient:
    """Calls for so many seconds from when it is entered, which the end of the block waits for."""

    def __init__(self, server: RunningServer, *flags: str, seconds: float = 0.2) -> None:
        # The certificates of the tests are of this name.
        target = f"--target=localhost:{server.address.rsplit(':', 1)[1]}"
        load = ("--warm-up-seconds=0", f"--seconds={seconds}", "--json")
        self._command = [str(BENCH), target, *load, *flags]
        self.calls: dict[str, int] = {}  # by what became of them: OK, or the name of the error

    def __enter__(self) -> Self:
        record_its_texts(*self._command)
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        return self

    def __exit__(self, *_: object) -> None:
        output, errors = self._process.communicate(timeout=120)
        assert self._process.returncode == 0, errors.decode()
        self.calls = json.loads(output)["calls_by_status"]


def outcomes(server: RunningServer, *flags: str) -> set[str]:
    """Of a few calls."""
    with CppClient(server, *flags) as client:
        pass
    return set(client.calls)
