"""deploy/compose.yaml: what a container may use and do; beside it the old service's resources."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = ROOT / "deploy/compose.yaml"
AS_BEFORE = ROOT / "deploy/compose.as-before.yaml"
SERVER = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-server"
MODEL_CAN_NOT_BE_LOADED = 3

Json = dict[str, Any]


def service(content: str) -> Json:
    services: Json = yaml.safe_load(content)["services"]
    assert list(services) == ["quartet"]
    quartet: Json = services["quartet"]
    return quartet


def quartet() -> Json:
    return service(COMPOSE.read_text())


def limits(quartet: Json) -> Json:
    resources: Json = quartet["deploy"]["resources"]
    return {
        f"{kind} {name}": parsed(name, resources[kind][name])
        for kind in ("limits", "reservations")
        for name in ("cpus", "memory")
    }


def parsed(name: str, text: str | float) -> float:
    """CPUs or bytes: as we write them, or as compose prints them."""
    match = re.fullmatch(r"([\d.]+)([MG]?)", str(text))
    assert match, f"{name}: {text}"
    return float(match[1]) * {"": 1, "M": 1 << 20, "G": 1 << 30}[match[2]]


def compose_command() -> list[str]:
    """Version 2, a plugin of docker, or Debian's 1.29."""
    plugin = ["docker", "compose"]
    if shutil.which(plugin[0]):
        asked = subprocess.run([*plugin, "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return plugin
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    pytest.skip("neither `docker compose` nor docker-compose is here to read the files")


def composed(*files: Path) -> Json:
    """What compose makes of the files together."""
    options = [option for file in files for option in ("--file", str(file))]
    result = subprocess.run(
        [*compose_command(), *options, "config"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return service(result.stdout)


def test_compose_reads_the_file() -> None:
    assert limits(composed(COMPOSE)) == limits(quartet())


def test_the_override_changes_the_resources_to_the_old_services_and_nothing_else() -> None:
    assert list(service(AS_BEFORE.read_text())) == ["deploy"]
    assert limits(composed(COMPOSE, AS_BEFORE)) == {
        "limits cpus": 2.5,
        "limits memory": 6 << 30,
        "reservations cpus": 1.0,
        "reservations memory": 2 << 30,
    }


def test_the_hardest_load_stays_below_the_memory_at_which_calls_are_refused() -> None:
    """240 MB (tests/end_to_end/test_memory_limit.py), and 85 % of the limit."""
    assert 0.85 * limits(quartet())["limits memory"] > 240e6
    assert limits(quartet())["reservations memory"] >= 240e6


def test_both_lanes_have_a_core() -> None:
    assert limits(quartet())["limits cpus"] >= 2


def test_the_container_can_neither_gain_rights_nor_write() -> None:
    assert quartet()["read_only"] is True
    assert quartet()["cap_drop"] == ["ALL"]
    assert quartet()["security_opt"] == ["no-new-privileges:true"]
    assert int(quartet()["user"].split(":")[0]) >= 10000
    for key in ("privileged", "cap_add", "volumes", "network_mode", "pid"):
        assert key not in quartet()


def test_the_log_can_not_fill_the_disk() -> None:
    assert "--log-format=json" in quartet()["command"]
    assert quartet()["logging"] == {
        "driver": "json-file",
        "options": {"max-size": "10m", "max-file": "5"},
    }


def test_it_comes_back_after_a_kill_and_after_a_boot_unless_it_was_stopped() -> None:
    assert quartet()["restart"] == "unless-stopped"


def test_the_server_takes_the_arguments() -> None:
    def exit_code(*arguments: str) -> int:
        command = [str(SERVER), "--model=no-such-model.pt", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert exit_code(*quartet()["command"]) == MODEL_CAN_NOT_BE_LOADED
    assert exit_code(*quartet()["command"], "--no-such-flag=1") != MODEL_CAN_NOT_BE_LOADED


def test_a_stop_has_time_to_answer_what_was_accepted() -> None:
    flags = dict(argument.split("=") for argument in quartet()["command"])
    drain = int(flags["--drain-timeout"].removesuffix("s"))
    assert "--lame-duck" not in flags
    assert quartet()["stop_grace_period"] == f"{drain + 5}s"


def test_metrics_are_published_to_this_machine_only() -> None:
    assert quartet()["ports"] == ["50051:50051", "127.0.0.1:9464:9464"]


def test_the_image_has_the_version_of_the_project() -> None:
    cmake = (ROOT / "CMakeLists.txt").read_text()
    project = re.search(r"^project\(.*?VERSION ([\d.]+)", cmake, re.MULTILINE | re.DOTALL)
    assert project
    assert quartet()["image"] == f"quartet:{project[1]}"
