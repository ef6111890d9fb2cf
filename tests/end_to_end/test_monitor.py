"""`quartet monitor` beside a running server: lines in a pipe, a screen in a terminal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from fleet_client import FleetClients
from memory_group import MemoryGroup
from running_server import ROOT, RunningServer
from terminal import Terminal

QUARTET = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet"
LEAVES_SECOND_SCREEN = b"\x1b[?1049l"

StartMonitor = Callable[..., Terminal]


def command(address: str, *flags: str) -> list[str | Path]:
    seconds = [] if any(flag.startswith("--seconds") for flag in flags) else ["--seconds=0.2"]
    return [QUARTET, "monitor", f"--metrics={address}", *seconds, *flags]


def run_in_a_pipe(address: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(address, *flags), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def start_monitor() -> Iterator[StartMonitor]:
    started: list[Terminal] = []

    def start(address: str, *flags: str, **options: Any) -> Terminal:
        started.append(Terminal(command(address, *flags), **options))
        return started[-1]

    yield start
    for terminal in started:
        terminal.close()


def number(pattern: str, text: str) -> float:
    match = re.search(pattern, text)
    assert match, f"no {pattern} in {text}"
    return float(match[1])


def test_in_a_pipe_it_prints_a_line_an_interval(server: RunningServer) -> None:
    result = run_in_a_pipe(server.ready["metrics"], "--count=3")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  normal    0\.0 calls/s, p50 -, ", line)
    assert "\x1b" not in result.stdout


def test_in_a_pipe_the_figures_are_those_of_the_calls(server: RunningServer, api: Any) -> None:
    with FleetClients([server.address], api, 4) as clients:
        clients.wait_for(100)
        before = clients.answered
        result = run_in_a_pipe(server.ready["metrics"], "--count=1", "--seconds=2")
        calls = clients.answered - before
    line = result.stdout.strip()
    # The clients have counted for a little longer than the monitor.
    assert 0.6 * calls / 2 < number(r"([\d.]+) calls/s", line) <= 1.01 * calls / 2
    p50, p95 = number(r"p50 ([\d.]+) ms", line), number(r"p95 ([\d.]+) ms", line)
    assert 0 < p50 <= p95 < 1000
    resident = server.status_value("VmRSS") / 1000
    assert number(r"memory (\d+) MB", line) > 0.3 * resident
    assert 0.05 < number(r"cpu ([\d.]+) cores", line) < 4


def test_in_a_pipe_a_server_that_is_not_there_is_critical() -> None:
    result = run_in_a_pipe("127.0.0.1:1", "--count=2")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 2
    assert result.stdout.count("critical  no metrics yet: http://127.0.0.1:1/metrics: ") == 2


@pytest.mark.parametrize(
    ("flag", "value"), [("seconds", "0.01"), ("seconds", "soon"), ("count", "-1")]
)
def test_bad_flags_are_named_in_a_line(flag: str, value: str) -> None:
    result = run_in_a_pipe("127.0.0.1:1", f"--{flag}={value}")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert f"--{flag}" in result.stderr
    assert value in result.stderr


def test_a_screen_shows_the_server_at_work(
    server: RunningServer, api: Any, start_monitor: StartMonitor
) -> None:
    with FleetClients([server.address], api, 4):
        terminal = start_monitor(server.ready["metrics"])
        terminal.wait_for(lambda: "calls/s" not in terminal.text and "p99" in terminal.text)
        terminal.wait_for(lambda: number(r"calls +([\d.]+)/s", terminal.text) > 10)
        terminal.wait_for(lambda: "█" in terminal.text)
    assert "paraphrase-MiniLM-L3-v2, int8; version " in terminal.text
    for label, text in (
        ("status", "scraped 0 s ago, every 0.2 s"),
        ("serving", "alive and ready"),
        ("memory", " MB"),
        ("cpu", " cores"),
        ("throttling", ""),
        ("refusals", "0.0/s, 0 % of "),
        ("errors", "0.0/s, 0 % of "),
        ("latency", "p50 "),
        ("stages", "p95 tokenize "),
        ("batches", " texts, "),
        ("queue", " texts, the oldest waits "),
        ("descriptors", " % of "),
        ("kills", "0 for want of memory"),
    ):
        assert text in terminal.line(label), f"{label}: {terminal.text}"


@pytest.mark.parametrize("end", ["q", "Ctrl-C", "SIGTERM", "count"])
def test_the_terminal_is_given_back(
    server: RunningServer, start_monitor: StartMonitor, end: str
) -> None:
    flags = ["--count=2"] if end == "count" else []
    terminal = start_monitor(server.ready["metrics"], *flags)
    if end != "count":
        terminal.wait_for_text("alive and ready")
        assert terminal.settings() != terminal.settings_before
        assert terminal.screen.cursor.hidden
    if end == "SIGTERM":
        terminal.process.send_signal(signal.SIGTERM)
    elif end != "count":
        terminal.press({"q": "q", "Ctrl-C": "\x03"}[end])
    assert terminal.wait_for_exit() == 0
    assert terminal.settings() == terminal.settings_before
    assert not terminal.screen.cursor.hidden
    assert LEAVES_SECOND_SCREEN in terminal.written


def test_it_outlives_the_server(start_server: Any, start_monitor: StartMonitor) -> None:
    first = start_server()
    address = first.ready["metrics"]
    terminal = start_monitor(address)
    terminal.wait_for_text("alive and ready")
    first.kill()
    terminal.wait_for_text("critical  no metrics for ")
    terminal.wait_for(lambda: bool(re.search("for [1-9] s; what is below is old", terminal.text)))
    reason = terminal.screen.buffer[3]
    assert f"http://{address}/metrics: " in terminal.screen.display[3]
    assert reason[0].fg == "red"
    assert terminal.line("serving").split() == "serving alive and ready".split()
    start_server(metrics_listen=address)
    terminal.wait_for(lambda: "normal" in terminal.line("serving"))
    assert "no metrics" not in terminal.text
    assert not terminal.screen.display[3].strip()


def test_keys_work_while_the_server_hangs(start_server: Any, start_monitor: StartMonitor) -> None:
    server = start_server()
    terminal = start_monitor(server.ready["metrics"])
    terminal.wait_for_text("alive and ready")
    server.process.send_signal(signal.SIGSTOP)
    terminal.wait_for_text("scraped 1 s ago")
    terminal.press("q")
    # libcurl asks once a second whether to go on; a scrape takes up to five.
    assert terminal.wait_for_exit(seconds=2) == 0


def test_it_follows_the_size_of_the_terminal(
    server: RunningServer, start_monitor: StartMonitor
) -> None:
    terminal = start_monitor(server.ready["metrics"])
    terminal.wait_for_text("kills")
    terminal.resize(40, 8)
    terminal.wait_for(lambda: "kills" not in terminal.text and "cpu" in terminal.text)
    terminal.wait_for(lambda: terminal.screen.display[0].startswith("quartet monitor"))
    assert len(terminal.line("status")) == 40
    assert terminal.line("memory").startswith("memory       normal    ")
    for size in ((1, 1), (200, 70), (80, 24)):
        terminal.resize(*size)
        terminal.wait_for(lambda: terminal.screen.display[0][0] == "q")
    terminal.wait_for_text("0 for want of memory")


def memory_is(terminal: Terminal, severity: str, colour: str) -> bool:
    """Its word, and the bar below it, are in the colour."""
    line = terminal.line("memory")
    if severity not in line:
        return False
    row = terminal.screen.display.index(line)
    word, bar = terminal.screen.buffer[row][13], terminal.screen.buffer[row + 1][24]
    return word.fg == bar.fg == colour and bar.data == "|"


def test_severities_have_their_colours(start_server: Any, start_monitor: StartMonitor) -> None:
    with MemoryGroup(limit_bytes=1 << 30) as group:
        server = start_server(launcher=group.launcher)
        terminal = start_monitor(server.ready["metrics"])
        for part, severity, colour in (
            (0.3, "normal", "green"),
            (0.78, "warning", "brown"),  # as terminals call their yellow
            (0.93, "critical", "red"),
        ):
            group.set_limit(int(group.working_set_bytes() / part))
            terminal.wait_for(partial(memory_is, terminal, severity, colour))
        server.kill()


@pytest.mark.parametrize("name", ["vt100", "xterm-mono"])
def test_words_are_enough_where_there_are_no_colours(
    server: RunningServer, start_monitor: StartMonitor, name: str
) -> None:
    terminal = start_monitor(server.ready["metrics"], name=name)
    terminal.wait_for_text("normal    alive and ready")
    terminal.press("q")
    assert terminal.wait_for_exit() == 0


def test_an_unknown_terminal_gets_lines(server: RunningServer, start_monitor: StartMonitor) -> None:
    terminal = start_monitor(server.ready["metrics"], "--count=1", name="no-such-terminal")
    assert terminal.wait_for_exit() == 0
    assert "Z  normal    0.0 calls/s" in terminal.text


def test_the_picture_of_readme_can_be_drawn(server: RunningServer, tmp_path: Path) -> None:
    script = ROOT / "client/picture/draw_monitor.py"
    picture = tmp_path / "monitor.svg"
    command = [sys.executable, script, server.ready["metrics"], picture, "--seconds=1"]
    subprocess.run([*command, f"--quartet={QUARTET}"], check=True, timeout=60)
    words = [text.text for text in ElementTree.parse(picture).iter() if text.text]
    assert "alive and ready" in words
    assert "normal" in words
