"""deploy/grafana/quartet.json as tests see it: panels, queries and the metrics they name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
DASHBOARD = ROOT / "deploy/grafana/quartet.json"
RECORDING_RULES = ROOT / "deploy/prometheus/recording.yml"

Json = dict[str, Any]

LABEL_LISTS = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
# A name that is not a function's, with the function that it is the first argument of, its matchers
# and its range.
SELECTOR = re.compile(
    r"""
    (?: (?P<function> \w+ ) \( )?
    (?<! [\w:."] ) (?P<name> [a-zA-Z_:] [\w:]* ) (?! [\w:] | \s*\( )
    (?: \{ (?P<matchers> (?: "(?:\\.|[^"\\])*" | [^}"] )* ) \} )?
    (?: \[ (?P<range> [^\]]+ ) \] )?
    """,
    re.VERBOSE,
)
WORDS = {"and", "or", "unless", "bool", "offset", "inf", "nan"}


@dataclass
class Selector:
    """`function(name{matchers}[range])`; what is not there is empty."""

    name: str
    matchers: str
    function: str
    range: str


def load_dashboard() -> Json:
    dashboard: Json = json.loads(DASHBOARD.read_text())
    return dashboard


def all_panels() -> list[Json]:
    panels: list[Json] = []
    for panel in load_dashboard()["panels"]:
        panels += [panel, *panel.get("panels", [])]  # a collapsed row has its panels inside
    return panels


def data_panels() -> list[Json]:
    return [panel for panel in all_panels() if panel["type"] != "row"]


def all_targets() -> list[Json]:
    return [target for panel in data_panels() for target in panel["targets"]]


def all_variables() -> dict[str, Json]:
    return {variable["name"]: variable for variable in load_dashboard()["templating"]["list"]}


def selectors_of(expression: str) -> list[Selector]:
    found = SELECTOR.finditer(LABEL_LISTS.sub("", expression))
    return [
        Selector(
            match["name"], match["matchers"] or "", match["function"] or "", match["range"] or ""
        )
        for match in found
        if match["name"].lower() not in WORDS
    ]


def recording_rules() -> set[str]:
    groups = yaml.safe_load(RECORDING_RULES.read_text())["groups"]
    return {rule["record"] for group in groups for rule in group["rules"]}


def metrics_of_dashboard() -> set[str]:
    """What the queries of panels read from a server itself; `_bucket`, `_sum`, `_count` kept."""
    names = {found.name for target in all_targets() for found in selectors_of(target["expr"])}
    return names - recording_rules()
