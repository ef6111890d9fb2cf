"""A fixed piece of work, measured before and after every turn: is the machine itself steady?"""

from __future__ import annotations

from typing import Any

from child import Child
from subjects import BIN, BUILD

PROBE_MS = 15  # for each of the six figures
LIMIT_MS = 200


class Probe:
    def __init__(self) -> None:
        self.child = Child([str(BIN / "quartet-limit")], BUILD / "logs/limit.log", talks=True)

    def measure(self) -> dict[str, Any]:
        """Gop/s by threads and precision."""
        return self.child.ask(PROBE_MS)

    def limit(self) -> dict[str, Any]:
        return self.child.ask(LIMIT_MS)

    def stop(self) -> None:
        self.child.stop()
