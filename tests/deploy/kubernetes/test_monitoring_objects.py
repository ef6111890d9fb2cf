"""What the Prometheus operator and Grafana's sidecar get is what stands in deploy/."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from manifests import KUBERNETES, ROOT, container_of, only, pod_labels, read, selects

STANDARD = "overlays/standard"
MONITORING = KUBERNETES / "components/monitoring"
RULE_FILES = [ROOT / "deploy/prometheus" / name for name in ("recording.yml", "alerts.yml")]


def test_the_rule_object_carries_the_groups_of_the_rule_files() -> None:
    groups = [group for file in RULE_FILES for group in read(file)["groups"]]
    assert groups
    assert read(MONITORING / "prometheus-rule.yaml")["spec"] == {"groups": groups}
    assert only(STANDARD, "PrometheusRule")["spec"] == {"groups": groups}


def test_the_rule_object_is_what_its_script_makes(tmp_path: Path) -> None:
    kubernetes = tmp_path / "deploy/kubernetes"
    made = kubernetes / "components/monitoring/prometheus-rule.yaml"
    made.parent.mkdir(parents=True)
    (tmp_path / "deploy/prometheus").symlink_to(ROOT / "deploy/prometheus")
    shutil.copy(KUBERNETES / "make_rules.sh", kubernetes)
    subprocess.run([kubernetes / "make_rules.sh"], check=True)
    stale = "run deploy/kubernetes/make_rules.sh"
    assert made.read_text() == (MONITORING / made.name).read_text(), stale


def test_the_dashboard_is_the_one_of_deploy_grafana() -> None:
    config_map = only(STANDARD, "ConfigMap")
    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    (content,) = config_map["data"].values()
    assert json.loads(content) == json.loads((ROOT / "deploy/grafana/quartet.json").read_text())


def test_pods_are_scraped_as_the_job_that_the_alerts_count_on() -> None:
    monitor = only(STANDARD, "PodMonitor")["spec"]
    assert selects(pod_labels(STANDARD), monitor["selector"]["matchLabels"])
    assert pod_labels(STANDARD)[monitor["jobLabel"]] == "quartet"
    alerts = RULE_FILES[1].read_text()
    assert 'up{job="quartet"}' in alerts
    (endpoint,) = monitor["podMetricsEndpoints"]
    assert endpoint["port"] in {port["name"] for port in container_of(STANDARD)["ports"]}
    assert int(endpoint["scrapeTimeout"][:-1]) < int(endpoint["interval"][:-1])
