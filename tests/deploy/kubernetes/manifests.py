"""deploy/kubernetes as tests see it: a folder's objects, as `kubectl apply -k` would send them."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
KUBERNETES = ROOT / "deploy/kubernetes"
BASE = "base"
OVERLAYS = ("overlays/small", "overlays/standard")

Json = dict[str, Any]


def read(path: Path) -> Json:
    content: Json = yaml.safe_load(path.read_text())
    return content


def plain_resources(folder: Path) -> list[Json]:
    """The files that a kustomization without patches names: what it builds."""
    return [read(folder / name) for name in read(folder / "kustomization.yaml")["resources"]]


@functools.cache
def build(folder: str) -> tuple[Json, ...]:
    kubectl = shutil.which("kubectl")
    if kubectl is None and folder == BASE:
        return tuple(plain_resources(KUBERNETES / folder))
    if kubectl is None:
        pytest.skip("no kubectl here: what the overlays make of the base was not looked at")
    result = subprocess.run(
        [kubectl, "kustomize", KUBERNETES / folder], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return tuple(yaml.safe_load_all(result.stdout))


def all_of(folder: str, kind: str) -> list[Json]:
    return [built for built in build(folder) if built["kind"] == kind]


def only(folder: str, kind: str) -> Json:
    """The one object of its kind."""
    found = all_of(folder, kind)
    assert len(found) == 1, f"{len(found)} of kind {kind} in {folder}"
    return found[0]


def pod_of(folder: str) -> Json:
    """The template's spec."""
    pod: Json = only(folder, "Deployment")["spec"]["template"]["spec"]
    return pod


def pod_labels(folder: str) -> Json:
    labels: Json = only(folder, "Deployment")["spec"]["template"]["metadata"]["labels"]
    return labels


def container_of(folder: str) -> Json:
    containers = pod_of(folder)["containers"]
    assert len(containers) == 1
    container: Json = containers[0]
    return container


def selects(labels: Json, selector: Json) -> bool:
    """Whether a non-empty selector of equalities takes something with these labels."""
    return bool(selector) and selector.items() <= labels.items()


def flags_of(folder: str) -> dict[str, str]:
    """The server's arguments by name."""
    return dict(argument.split("=", 1) for argument in container_of(folder)["args"])


def quantity(text: str) -> float:
    """Of Kubernetes: 500m, 2, 64Mi."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(m|Ki|Mi|Gi)?", text)
    assert match, text
    divisors = {None: 1, "m": 1000, "Ki": 2**-10, "Mi": 2**-20, "Gi": 2**-30}
    return float(match[1]) / divisors[match[2]]


def seconds(text: str) -> float:
    """Of the server's settings: 5s, 300ms, 1m."""
    match = re.fullmatch(r"(\d+)(ms|s|m|h)", text)
    assert match, text
    return float(match[1]) * {"ms": 1e-3, "s": 1, "m": 60, "h": 3600}[match[2]]
