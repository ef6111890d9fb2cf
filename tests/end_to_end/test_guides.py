"""The commands of the runbook and of the migration guide are those of our programs."""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest

from running_server import BINARY, ROOT

GUIDES = ["deploy/MIGRATION.md", "deploy/RUNBOOK.md", "README.md"]
QUARTET = BINARY.with_name("quartet")


@cache
def flags_of(*command: str) -> set[str]:
    help_text = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"--[a-z-]+", help_text.stdout))


def commands(guide: str, first: str) -> list[str]:
    """Up to the end of the code that they stand in."""
    text = (ROOT / guide).read_text().replace("\\\n", " ")
    return re.findall(rf"(?:^|[`|] ?|\$ )({first}[^`\n|#]*)", text, re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES)
def test_commands_of_the_tool_exist_with_their_flags(guide: str) -> None:
    subcommands = commands(guide, "quartet [a-z]+")
    assert subcommands
    for command in subcommands:
        name = command.split()[1]
        unknown = set(re.findall(r"--[a-z-]+", command)) - flags_of(str(QUARTET), name)
        assert not unknown, command


def test_settings_of_the_migration_guide_are_the_servers() -> None:
    runs = [c for c in commands("deploy/MIGRATION.md", r"\./deploy/run\.sh") if "--" in c]
    assert len(runs) > 2
    for command in runs:
        assert set(re.findall(r"--[a-z-]+", command)) <= flags_of(str(BINARY)), command


def test_alerts_of_the_migration_guide_exist() -> None:
    named = set(re.findall(r"\bQuartet[A-Z]\w+", (ROOT / "deploy/MIGRATION.md").read_text()))
    alerts = (ROOT / "deploy/prometheus/alerts.yml").read_text()
    assert len(named) == 8
    assert named <= set(re.findall(r"- alert: (\w+)", alerts))


def test_files_that_the_migration_guide_links_exist() -> None:
    text = (ROOT / "deploy/MIGRATION.md").read_text()
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / "deploy" / link).exists(), link
