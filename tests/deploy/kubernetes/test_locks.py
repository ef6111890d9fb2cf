"""The components that lock the gRPC port: what they add to an overlay, and that the server takes it
where the Secrets are mounted."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from manifests import (
    BASE,
    KUBERNETES,
    OVERLAYS,
    build,
    container_of,
    flags_of,
    only,
    pod_of,
)
from test_pod_arguments import BAD_SETTING, MODEL_CAN_NOT_BE_LOADED, exit_code

SMALL, _STANDARD = OVERLAYS
TLS, MUTUAL, KEYS = "tls", "mutual-tls", "api-keys"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An overlay over `small`, as one would write it."""
    folder = tmp_path_factory.mktemp("overlay")

    def relative(path: str) -> str:
        return os.path.relpath(KUBERNETES / path, folder)

    kustomization: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [relative(SMALL)],
        "components": [relative(f"components/{name}") for name in (TLS, MUTUAL, KEYS)],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
    return str(folder)


def test_what_comes_out_is_valid(locked: str) -> None:
    for built in build(locked):
        kubernetes_validate.validate(built, kubernetes_validate.latest_version(), strict=True)


def test_every_file_that_a_flag_names_is_one_of_a_mounted_secret(locked: str) -> None:
    """And a mount of the whole Secret: a subPath would never be updated."""
    secrets = {
        volume["name"]: volume["secret"]["secretName"] for volume in pod_of(locked)["volumes"]
    }
    assert set(secrets.values()) == {"quartet-tls", "quartet-api-keys"}
    mounted = {}
    for mount in container_of(locked)["volumeMounts"]:
        assert set(mount) == {"name", "mountPath", "readOnly"} and mount["readOnly"] is True
        mounted[mount["mountPath"]] = secrets[mount["name"]]
    files = {
        flag: (mounted[str(Path(flags_of(locked)[flag]).parent)], Path(flags_of(locked)[flag]).name)
        for flag in flags_of(locked)
        if "/" in flags_of(locked)[flag]
    }
    assert files == {
        "--tls-cert": ("quartet-tls", "tls.crt"),  # the names of Secrets of type kubernetes.io/tls
        "--tls-key": ("quartet-tls", "tls.key"),
        "--tls-client-ca": ("quartet-tls", "ca.crt"),
        "--api-keys-file": ("quartet-api-keys", "keys"),
    }


def test_nothing_else_of_the_pod_is_another(locked: str) -> None:
    unlocked, container = container_of(SMALL), dict(container_of(locked))
    assert container["args"][: len(unlocked["args"])] == unlocked["args"]
    del container["volumeMounts"]
    assert container | {"args": unlocked["args"]} == unlocked
    pod = {key: value for key, value in pod_of(locked).items() if key != "volumes"}
    assert pod | {"containers": pod_of(SMALL)["containers"]} == pod_of(SMALL)


def test_the_service_says_what_is_spoken(locked: str) -> None:
    spoken = {
        folder: [port["appProtocol"] for port in only(folder, "Service")["spec"]["ports"]]
        for folder in (BASE, locked)
    }
    assert spoken == {BASE: ["kubernetes.io/h2c"], locked: ["https"]}


def test_the_server_takes_the_arguments_where_the_secrets_are(locked: str, tmp_path: Path) -> None:
    (tmp_path / "tls").mkdir()
    (tmp_path / "keys").mkdir()
    certificate, key = tmp_path / "tls/tls.crt", tmp_path / "tls/tls.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"),
            *("-subj", "/CN=quartet.quartet", "-out", certificate, "-keyout", key),
        ],
        check=True,
        capture_output=True,
    )
    (tmp_path / "tls/ca.crt").write_bytes(certificate.read_bytes())
    digest = hashlib.sha256(b"a key").hexdigest()
    (tmp_path / "keys/keys").write_text(f"search:{digest}\n")
    arguments = [
        argument.replace("/etc/quartet", str(tmp_path)) for argument in container_of(locked)["args"]
    ]
    assert exit_code(*arguments) == MODEL_CAN_NOT_BE_LOADED
    # Else the code above would say nothing about the files.
    (tmp_path / "keys/keys").unlink()
    assert exit_code(*arguments) == BAD_SETTING
