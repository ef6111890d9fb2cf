"""deploy/systemd/quartet.service, read as systemd does: later values of a list are added."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
UNIT = DEPLOY / "systemd/quartet.service"


def settings() -> dict[str, list[str]]:
    """Of all sections: the names are different."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in UNIT.read_text().splitlines():
        if match := re.fullmatch(r"(\w+)=(.*)", line):
            found[match[1]].append(match[2])
    return found


def seconds(text: str) -> float:
    """Of a duration of systemd or of our flags, in one unit: 45s, 1m, 500ms."""
    match = re.fullmatch(r"(\d+)(ms|s|m)", text)
    assert match, text
    return int(match[1]) * {"ms": 0.001, "s": 1, "m": 60}[match[2]]
