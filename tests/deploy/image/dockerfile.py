"""deploy/Dockerfile as instructions."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"


@dataclass
class Instruction:
    name: str  # FROM
    rest: str


def load_stages() -> list[list[Instruction]]:
    """Each begins with its FROM; what comes before the first is left out."""
    text = (DEPLOY / "Dockerfile").read_text()
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    stages: list[list[Instruction]] = []
    for line in re.sub(r"\\\n\s*", "", code).splitlines():
        if not line:
            continue
        name, rest = line.split(maxsplit=1)
        if name == "FROM":
            stages.append([])
        if stages:
            stages[-1].append(Instruction(name, rest))
    return stages


def all_of(stage: list[Instruction], name: str) -> list[str]:
    return [instruction.rest for instruction in stage if instruction.name == name]


def only(stage: list[Instruction], name: str) -> str:
    (rest,) = all_of(stage, name)
    return rest


def exec_form(text: str) -> list[str]:
    """The words of `[...]` at the end: ENTRYPOINT, or HEALTHCHECK's CMD."""
    return [str(word) for word in json.loads(text[text.index("[") :])]


def pairs(text: str) -> dict[str, str]:
    """Of LABEL and ENV."""
    return dict(word.split("=", 1) for word in shlex.split(text))
