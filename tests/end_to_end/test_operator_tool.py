"""`quartet check` beside a running server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from memory_group import MemoryGroup
from running_server import RunningServer

QUARTET = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet"


def check(address: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QUARTET, "check", f"--metrics={address}", "--seconds=0.2", *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_idle_server_is_normal(server: RunningServer) -> None:
    result = check(server.ready["metrics"])
    assert result.returncode == 0, result.stdout
    lines = result.stdout.splitlines()
    assert len(lines) == 10
    assert all(line.startswith("normal ") for line in lines)
    assert "alive and ready" in lines[0]


def test_memory_near_its_limit_is_a_warning_then_critical(start_server: Any) -> None:
    with MemoryGroup(limit_bytes=1 << 30) as group:
        server = start_server(launcher=group.launcher)
        assert check(server.ready["metrics"]).returncode == 0
        for part, code, severity in ((0.78, 1, "warning"), (0.93, 2, "critical")):
            group.set_limit(int(group.working_set_bytes() / part))
            result = check(server.ready["metrics"], "--json")
            assert result.returncode == code, result.stdout
            answer = json.loads(result.stdout)
            assert answer["status"] == severity
            worst = [f["subject"] for f in answer["findings"] if f["severity"] == severity]
            assert worst == ["memory"]
        server.kill()


def test_no_server_is_critical() -> None:
    result = check("127.0.0.1:1")
    assert result.returncode == 2
    assert result.stdout.startswith("critical  metrics ")
    assert len(result.stdout.splitlines()) == 1


def probe(server: RunningServer, *flags: str) -> tuple[int, str]:
    result = subprocess.run(
        [QUARTET, "probe", f"--metrics={server.ready['metrics']}", *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.returncode, result.stdout


def test_a_server_that_drains_lives_and_is_not_ready(start_server: Any) -> None:
    server = start_server("--lame-duck=1m")
    assert probe(server) == probe(server, "--ready") == (0, "ok\n")
    server.process.send_signal(signal.SIGTERM)
    server.wait_for_event("draining")
    while server.probe("readyz")[0] == 200:
        pass
    assert probe(server) == (0, "ok\n")
    code, text = probe(server, "--ready")
    assert (code, text.endswith(" HTTP 503\n")) == (1, True), text
    server.kill()
    assert probe(server)[0] == 1
