"""deploy/prometheus: each alert fires when it should and only then, and says what to do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from alert_cases import CASES, Case, Series

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "deploy/prometheus"
RUNBOOK = (ROOT / "deploy/RUNBOOK.md").read_text()


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((RULES / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def firing(alert: str, minute: int, expected: bool) -> dict[str, Any]:
    samples = [{"labels": "{}", "value": 1}] if expected else []
    expr = f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})'
    return {"expr": expr, "eval_time": f"{minute}m", "exp_samples": samples}


def unit_test(name: str, series: Series, looks: list[dict[str, Any]]) -> dict[str, Any]:
    inputs = [{"series": key, "values": values} for key, values in series.items()]
    return {"name": name, "interval": "1m", "input_series": inputs, "promql_expr_test": looks}


def run_promtool(folder: Path, tests: list[dict[str, Any]]) -> None:
    rule_files = [str(RULES / "recording.yml"), str(RULES / "alerts.yml")]
    file = folder / "tests.yml"
    file.write_text(
        yaml.safe_dump({"rule_files": rule_files, "evaluation_interval": "1m", "tests": tests})
    )
    result = subprocess.run(
        ["promtool", "test", "rules", file], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_promtool_accepts_the_rules() -> None:
    files = [str(file) for file in RULES.glob("*.yml") if file.name != "prometheus.yml"]
    result = subprocess.run(
        ["promtool", "check", "rules", *files], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alert)
def test_an_alert_fires_when_it_should_and_only_then(case: Case, tmp_path: Path) -> None:
    looks = [firing(case.alert, case.minute, True)]
    if case.too_early is not None:
        looks.insert(0, firing(case.alert, case.too_early, False))
    quiet = [firing(case.alert, case.minute, False)]
    run_promtool(
        tmp_path,
        [unit_test("fires", case.fires, looks), unit_test("quiet", case.stays_quiet, quiet)],
    )


def test_every_alert_has_a_case() -> None:
    assert sorted(case.alert for case in CASES) == sorted(rule["alert"] for rule in alerts())


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert set(rule["annotations"]) == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"RUNBOOK.md#{rule['alert'].lower()}"
    assert re.search(f"^### {rule['alert']}$", RUNBOOK, re.MULTILINE)
