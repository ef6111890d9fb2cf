"""deploy/systemd/quartet.service: systemd takes it, and the server can live under it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from installation import SERVER, Installation
from unit_file import DEPLOY, UNIT, seconds, settings

SETTINGS = settings()
MOST_EXPOSURE = 15  # tenths; systemd calls it OK below 2.0
MEBIBYTE = 1 << 20

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze here"
)


def only(name: str) -> str:
    (value,) = SETTINGS[name]
    return value


def mebibytes(name: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([MG])", only(name)).groups()  # type: ignore[union-attr]
    return int(number) * {"M": 1, "G": 1024}[unit]


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    server = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-server"
    copy.write_text(UNIT.read_text().replace(SERVER, str(server)))
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    complaints = [line for line in result.stderr.splitlines() if UNIT.name in line]
    assert (result.returncode, complaints) == (0, [])


@needs_systemd
def test_it_is_exposed_as_little_as_a_network_service_can_be() -> None:
    result = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", UNIT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_errors_that_a_restart_does_not_mend_are_not_restarted() -> None:
    codes = (DEPLOY.parent / "server/exit_codes.h").read_text()
    hopeless = [re.search(rf"{name} = (\d+)", codes) for name in ("kExitBadConfig", "kExitModel")]
    assert only("RestartPreventExitStatus").split() == [code[1] for code in hopeless if code]


def test_it_gives_the_server_the_time_to_stop_that_it_says(installation: Installation) -> None:
    help_text = installation.run("--help").stdout
    drain = re.search(r"--drain-timeout DURATION=(\w+)", help_text)
    margin = re.search(r"kStopMargin\{([\d']+)\}", (DEPLOY.parent / "server/main.cc").read_text())
    lame_duck = re.search(r"room for a lame duck of (\w+)\.", UNIT.read_text())
    assert drain and margin and lame_duck
    needed = seconds(drain[1]) + int(margin[1].replace("'", "")) / 1000 + seconds(lame_duck[1])
    assert seconds(only("TimeoutStopSec")) >= needed


def test_the_limits_are_those_of_the_runbook() -> None:
    runbook = (DEPLOY / "RUNBOOK.md").read_text()
    assert f"LimitNOFILE={only('LimitNOFILE')}" in runbook
    assert mebibytes("MemoryMax") * MEBIBYTE >= 400_000_000
    # The server refuses calls before the kernel slows it down.
    assert 0.85 < mebibytes("MemoryHigh") / mebibytes("MemoryMax") < 1
    assert int(only("CPUQuota").rstrip("%")) >= 200


def test_the_example_of_variables_is_of_ours(installation: Installation) -> None:
    example = (DEPLOY / "systemd/quartet.env").read_text()
    variables = dict(re.findall(r"^#(QUARTET_\w+)=(\S+)$", example, re.MULTILINE))
    assert variables
    help_text = installation.run("--help", environment=variables).stdout
    assert all(f"(Env:{name})" in help_text for name in variables)


def test_a_bad_setting_and_a_bad_model_end_with_those_codes(installation: Installation) -> None:
    assert installation.run(environment={"QUARTET_MAX_TEXTS": "0"}).returncode == 2
    assert installation.run(environment={"QUARTET_MODEL": "/dev/null"}).returncode == 3


@needs_systemd
def test_it_serves_under_the_units_filter_of_system_calls(installation: Installation) -> None:
    installation.start_restricted()
    assert installation.status("Seccomp") == "2"
    assert installation.status("NoNewPrivs") == "1"
    assert len(installation.embed("A man is eating.")) == 384
    assert installation.stop() == 0


@needs_systemd
def test_the_filter_filters(installation: Installation) -> None:
    """Else the test above would say nothing."""
    for call, refused in (
        ("os.sched_setaffinity(0, {0})", "Operation not permitted"),
        ("__import__('socket').socket(__import__('socket').AF_NETLINK)", "Operation not permitted"),
    ):
        result = installation.restricted_python(f"import os; {call}")
        assert result.returncode == 1
        assert refused in result.stderr
