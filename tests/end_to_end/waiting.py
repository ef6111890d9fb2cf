"""For what the server does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable

from metrics_page import metric
from running_server import RunningServer


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


def wait_for_metric(server: RunningServer, name: str, value: float) -> None:
    wait_until(lambda: metric(server.scrape(), name) == value)
