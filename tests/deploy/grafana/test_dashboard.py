"""deploy/grafana: the dashboard keeps the rules of Grafana's linter, and asks for what there is."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from dashboard import (
    DASHBOARD,
    Json,
    all_panels,
    all_targets,
    all_variables,
    data_panels,
    load_dashboard,
    metrics_of_dashboard,
    recording_rules,
    selectors_of,
)

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
FILTERS = ('job=~"$job"', 'instance=~"$instance"')
UNITS = {"short", "s", "bytes", "percentunit", "reqps", "ops", "cps", "string", "bool_yes_no"}
PREFIXES = ("grpc_server_", "quartet_", "process_")
COUNTER_SUFFIXES = ("_total", "_bucket", "_sum", "_count")

each_panel = pytest.mark.parametrize("panel", data_panels(), ids=lambda panel: panel["title"])
each_target = pytest.mark.parametrize(
    "target",
    all_targets(),
    ids=[
        f"{panel['title']}: {target['refId']}"
        for panel in data_panels()
        for target in panel["targets"]
    ],
)


def test_it_has_a_stable_identity_and_is_changed_here_only() -> None:
    dashboard = load_dashboard()
    assert dashboard["uid"] == "quartet"
    assert dashboard["title"] == "Quartet"
    assert dashboard["tags"]
    assert dashboard["schemaVersion"] == 39  # Grafana 10
    assert dashboard["timezone"] == ""
    assert dashboard["refresh"] == "30s"
    assert dashboard["editable"] is False
    assert "id" not in dashboard


def test_the_file_is_formatted() -> None:
    formatted = json.dumps(load_dashboard(), indent=2, ensure_ascii=False) + "\n"
    assert DASHBOARD.read_text() == formatted


def test_the_data_source_is_chosen_by_a_variable() -> None:
    variable = all_variables()["datasource"]
    assert variable["type"] == "datasource"
    assert variable["query"] == "prometheus"
    assert variable["label"] == "Data source"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("job", "label_values(quartet_build_info, job)"),
        ("instance", 'label_values(quartet_build_info{job=~"$job"}, instance)'),
    ],
)
def test_jobs_and_instances_are_chosen_by_variables(name: str, query: str) -> None:
    variable = all_variables()[name]
    assert variable["type"] == "query"
    assert variable["label"] == name.capitalize()
    assert variable["datasource"] == DATASOURCE
    assert variable["query"] == query
    assert variable["multi"] is True
    assert variable["includeAll"] is True
    assert variable["allValue"] == ".+"
    assert variable["refresh"] == 2  # when the time range changes


def test_there_are_no_other_variables() -> None:
    assert list(all_variables()) == ["datasource", "job", "instance"]


def test_no_data_source_is_named_anywhere() -> None:
    uids = re.findall(r'"uid": "([^"]*)"', DASHBOARD.read_text())
    assert set(uids) == {"quartet", "${datasource}"}


def test_rows_are_in_the_order_in_which_one_looks() -> None:
    assert [panel["title"] for panel in all_panels() if panel["type"] == "row"] == [
        "Overview",
        "Traffic and errors",
        "Latency by stage",
        "Batches",
        "Memory",
        "CPU",
        "Life",
    ]


@each_panel
def test_a_panel_takes_the_chosen_data_source(panel: Json) -> None:
    assert panel["datasource"] == DATASOURCE
    assert [target["datasource"] for target in panel["targets"]] == [DATASOURCE] * len(
        panel["targets"]
    )


@each_panel
def test_a_panel_says_what_it_shows_and_how_to_read_it(panel: Json) -> None:
    assert panel["title"]
    assert re.fullmatch(r"[A-Z].{20,}\.", panel["description"])


@each_panel
def test_a_panel_has_a_unit(panel: Json) -> None:
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS


@each_panel
def test_a_panel_has_queries_with_names_of_their_own(panel: Json) -> None:
    names = [target["refId"] for target in panel["targets"]]
    assert names
    assert len(set(names)) == len(names)


def test_no_two_panels_share_an_id_or_a_title() -> None:
    for key in ("id", "title"):
        counts = Counter(panel[key] for panel in all_panels())
        assert [value for value, count in counts.items() if count > 1] == []


def test_panels_fit_into_24_columns() -> None:
    for panel in all_panels():
        grid = panel["gridPos"]
        assert grid["x"] >= 0, panel["title"]
        assert grid["w"] > 0, panel["title"]
        assert grid["h"] > 0, panel["title"]
        assert grid["x"] + grid["w"] <= 24, panel["title"]


def test_panels_do_not_overlap() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in all_panels():
        grid = panel["gridPos"]
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                other = taken.setdefault((x, y), panel["title"])
                assert other == panel["title"], f"{panel['title']} lies on {other}"


@each_target
def test_a_query_names_its_lines(target: Json) -> None:
    assert target["legendFormat"] not in ("", "__auto")


@each_target
def test_a_query_keeps_to_the_chosen_jobs_and_instances(target: Json) -> None:
    found = selectors_of(target["expr"])
    assert found
    for selector in found:
        for matcher in FILTERS:
            assert matcher in selector.matchers, selector


@each_target
def test_a_rate_is_over_the_interval_that_grafana_chooses(target: Json) -> None:
    ranges = [selector for selector in selectors_of(target["expr"]) if selector.range]
    # None is hidden where a selector's pattern does not reach.
    assert len(ranges) == len(re.findall(r"\[", re.sub(r'"[^"]*"', "", target["expr"])))
    for selector in ranges:
        expected = "1h" if selector.function == "changes" else "$__rate_interval"
        assert selector.range == expected, selector
        assert selector.function in ("rate", "increase", "changes"), selector


@each_target
def test_a_counter_is_seen_through_a_rate_only(target: Json) -> None:
    for selector in selectors_of(target["expr"]):
        if selector.name.endswith(COUNTER_SUFFIXES):
            assert selector.function in ("rate", "increase"), selector


@each_target
def test_a_query_asks_for_what_there_can_be(target: Json) -> None:
    rules = recording_rules()
    for selector in selectors_of(target["expr"]):
        assert selector.name in rules or selector.name.startswith(PREFIXES), selector


# With "All" chosen, job and instance match every process that Prometheus knows.
@each_target
def test_a_query_of_a_process_is_of_ours(target: Json) -> None:
    names = [selector.name for selector in selectors_of(target["expr"])]
    if any(name.startswith("process_") for name in names):
        assert "and on (job, instance) quartet_build_info{" in target["expr"]


def test_promtool_accepts_the_queries(tmp_path: Path) -> None:
    rules = [
        {"record": f"query:{i}", "expr": target["expr"].replace("$__rate_interval", "1m")}
        for i, target in enumerate(all_targets())
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    result = subprocess.run(
        ["promtool", "check", "rules", file], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("up", ["up"]),
        ('sum by (le) (rate(a_bucket{le=~"1|1[.]0"}[5m])) / sum(b)', ["a_bucket", "b"]),
        ('a:b:c{d="}"} < Inf and on (job) e', ["a:b:c", "e"]),
        ("histogram_quantile(0.95, sum by (le) (rate(a_bucket[5m])))", ["a_bucket"]),
        ("a * on (job) group_left (version) b", ["a", "b"]),
    ],
)
def test_metrics_are_found_in_an_expression(expression: str, names: list[str]) -> None:
    assert [selector.name for selector in selectors_of(expression)] == names


def test_metrics_of_the_dashboard_are_a_servers_own() -> None:
    metrics = metrics_of_dashboard()
    assert {"quartet_ready", "grpc_server_handling_seconds_bucket"} <= metrics
    assert not [name for name in metrics if ":" in name]
