"""deploy/kubernetes keeps what kube-score asks for (it is no Debian package: its list stands here
as claims), and is what the API server's schemas accept."""

from __future__ import annotations

import re

import kubernetes_validate
import pytest

from manifests import (
    BASE,
    KUBERNETES,
    OVERLAYS,
    ROOT,
    all_of,
    build,
    container_of,
    only,
    pod_labels,
    pod_of,
    quantity,
    read,
    selects,
)

EVERYWHERE = (BASE, *OVERLAYS)
# The oldest that knows all fields (preStop.sleep), and the newest that the package has.
API_VERSIONS = ("1.30", kubernetes_validate.latest_version())
OPERATORS = {"PodMonitor", "PrometheusRule", "ScaledObject"}

everywhere = pytest.mark.parametrize("folder", EVERYWHERE)
in_overlays = pytest.mark.parametrize("folder", OVERLAYS)


@pytest.mark.parametrize("version", API_VERSIONS)
@everywhere
def test_every_object_has_the_fields_of_its_kind_and_no_others(folder: str, version: str) -> None:
    for built in build(folder):
        if built["kind"] not in OPERATORS:
            kubernetes_validate.validate(built, version, strict=True)


def test_every_file_is_used() -> None:
    folders = [file.parent for file in KUBERNETES.glob("**/kustomization.yaml")]
    for folder in folders:
        named = read(folder / "kustomization.yaml").get("resources", [])
        files = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert files == {name for name in named if name.endswith(".yaml")}, folder


@everywhere
def test_everything_is_in_the_one_namespace(folder: str) -> None:
    namespace = only(folder, "Namespace")["metadata"]["name"]
    for built in build(folder):
        if built["kind"] != "Namespace":
            assert built["metadata"]["namespace"] == namespace, built["kind"]


@everywhere
def test_the_namespace_refuses_pods_that_ask_for_more_than_restricted(folder: str) -> None:
    labels = only(folder, "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@everywhere
def test_resources_are_requested_and_limited(folder: str) -> None:
    resources = container_of(folder)["resources"]
    for name in ("cpu", "memory", "ephemeral-storage"):
        assert quantity(resources["requests"][name]) <= quantity(resources["limits"][name]), name
    assert resources["requests"]["memory"] == resources["limits"]["memory"]


@everywhere
def test_the_hardest_load_stays_below_the_memory_at_which_calls_are_refused(folder: str) -> None:
    """240 MB (tests/end_to_end/test_memory_limit.py), and 85 % of the limit."""
    assert 0.85 * quantity(container_of(folder)["resources"]["limits"]["memory"]) > 240e6


@everywhere
def test_the_cpu_limit_leaves_both_lanes(folder: str) -> None:
    """The server rounds the quota down to a number of lanes."""
    assert quantity(container_of(folder)["resources"]["limits"]["cpu"]) >= 2


@everywhere
def test_the_logs_that_the_kubelet_keeps_fit_into_the_storage(folder: str) -> None:
    """Its defaults: containerLogMaxFiles 5 of containerLogMaxSize 10Mi."""
    limit = container_of(folder)["resources"]["limits"]["ephemeral-storage"]
    assert quantity(limit) > 5 * quantity("10Mi")


@everywhere
def test_the_image_has_the_version_of_the_project(folder: str) -> None:
    """And so no tag that moves."""
    project = re.search(
        r"^project\(.*?VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(), re.M | re.S
    )
    assert project
    assert container_of(folder)["image"] == f"quartet:{project[1]}"


@in_overlays
def test_the_place_to_name_ones_own_registry_is_the_overlay(folder: str) -> None:
    images = read(KUBERNETES / folder / "kustomization.yaml")["images"]
    assert [image["name"] for image in images] == [container_of(BASE)["image"].split(":")[0]]


@everywhere
def test_the_pod_runs_as_an_unprivileged_user_of_its_own(folder: str) -> None:
    pod = pod_of(folder)["securityContext"]
    assert pod["runAsNonRoot"] is True
    assert pod["runAsUser"] >= 10000
    assert pod["runAsGroup"] >= 10000
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    for key in ("hostNetwork", "hostPID", "hostIPC", "volumes"):
        assert key not in pod_of(folder)


@everywhere
def test_the_container_can_neither_gain_rights_nor_write(folder: str) -> None:
    container = container_of(folder)["securityContext"]
    assert container["allowPrivilegeEscalation"] is False
    assert container["privileged"] is False
    assert container["readOnlyRootFilesystem"] is True
    assert container["capabilities"] == {"drop": ["ALL"]}


@everywhere
def test_nothing_of_the_cluster_is_told_to_the_pod(folder: str) -> None:
    assert pod_of(folder)["automountServiceAccountToken"] is False
    assert pod_of(folder)["enableServiceLinks"] is False


@everywhere
def test_the_three_probes_ask_health_by_name(folder: str) -> None:
    probes = {
        kind: container_of(folder)[f"{kind}Probe"] for kind in ("startup", "liveness", "readiness")
    }
    asked = {kind: probe["grpc"]["service"] for kind, probe in probes.items()}
    assert asked == {"startup": "readiness", "liveness": "liveness", "readiness": "readiness"}


@everywhere
def test_a_slow_start_is_not_killed_and_a_busy_server_neither(folder: str) -> None:
    def patience(kind: str) -> int:
        probe = container_of(folder)[f"{kind}Probe"]
        return int(probe["periodSeconds"] * probe["failureThreshold"])

    assert patience("startup") >= 60
    assert patience("liveness") >= 30
    assert patience("readiness") <= 5


@everywhere
def test_the_service_gives_clients_the_pods_addresses(folder: str) -> None:
    service = only(folder, "Service")["spec"]
    assert service["clusterIP"] == "None"
    assert selects(pod_labels(folder), service["selector"])
    ports = {port["name"]: port["containerPort"] for port in container_of(folder)["ports"]}
    assert [(port["name"], port["port"]) for port in service["ports"]] == [("grpc", ports["grpc"])]
    assert [port["targetPort"] for port in service["ports"]] == ["grpc"]


@everywhere
def test_the_deployment_selects_its_own_pods(folder: str) -> None:
    selector = only(folder, "Deployment")["spec"]["selector"]["matchLabels"]
    assert selects(pod_labels(folder), selector)


@everywhere
def test_an_update_takes_no_replica_away_before_another_one_serves(folder: str) -> None:
    strategy = only(folder, "Deployment")["spec"]["strategy"]
    assert strategy == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
    }


@everywhere
def test_a_drain_of_nodes_takes_one_replica_at_a_time(folder: str) -> None:
    budget = only(folder, "PodDisruptionBudget")["spec"]
    assert selects(pod_labels(folder), budget["selector"]["matchLabels"])
    assert budget["maxUnavailable"] == 1


@everywhere
def test_replicas_are_spread_over_nodes_and_zones(folder: str) -> None:
    spread = pod_of(folder)["topologySpreadConstraints"]
    keys = [constraint["topologyKey"] for constraint in spread]
    assert keys == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    for constraint in spread:
        assert selects(pod_labels(folder), constraint["labelSelector"]["matchLabels"])
        # Else an update's extra pod may find no place.
        assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"


@everywhere
def test_only_clients_and_monitoring_come_in_and_nothing_goes_out(folder: str) -> None:
    policy = only(folder, "NetworkPolicy")["spec"]
    assert selects(pod_labels(folder), policy["podSelector"]["matchLabels"])
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert policy["egress"] == []
    names = {port["name"] for port in container_of(folder)["ports"]}
    let_in = {}
    for rule in policy["ingress"]:
        (peer,), (port,) = rule["from"], rule["ports"]
        assert port["port"] in names
        let_in[port["port"]] = peer["namespaceSelector"]["matchLabels"]
    assert let_in == {
        "grpc": {"quartet-client": "true"},
        "metrics": {"kubernetes.io/metadata.name": "monitoring"},
    }


@in_overlays
def test_replicas_are_set_by_one_autoscaler(folder: str) -> None:
    """Two of them, or one and a number in the Deployment, would undo each other's work."""
    scalers = all_of(folder, "HorizontalPodAutoscaler") + all_of(folder, "ScaledObject")
    assert len(scalers) == 1
    assert "replicas" not in only(folder, "Deployment")["spec"]
