"""The ports of operators: on an address of their own, /metrics behind a password, the admin port
behind TLS, as far as that is asked for."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

from certificates import Authority
from keys import line, put
from metrics_page import metric
from running_prometheus import RunningPrometheus
from running_server import BINARY, FREE_PORTS, RunningServer, run_to_end
from waiting import wait_until

QUARTET = BINARY.with_name("quartet")
NAME, PASSWORD = "prometheus", "a pass:word"
FAILED = 'quartet_reload_failed{files="metrics_auth"}'


def scrape(server: RunningServer, name: str, password: str) -> tuple[int, str]:
    """HTTP status and content. An empty name: without credentials."""
    request = urllib.request.Request(f"http://{server.ready['metrics']}/metrics")
    if name:
        both = base64.b64encode(f"{name}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {both}")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        assert error.code != 401 or error.headers["WWW-Authenticate"] == 'Basic realm="quartet"'
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("metrics") / "passwords"
    file.write_text("# scrapes\n" + line(NAME, PASSWORD))
    return file


@pytest.fixture(scope="module")
def guarded(passwords: Path) -> Iterator[RunningServer]:
    running = RunningServer(f"--metrics-auth-file={passwords}", "--log-level=debug")
    yield running
    running.kill()


@pytest.mark.parametrize(
    ("name", "password", "status"),
    [
        ("", "", 401),
        (NAME, "wrong", 401),
        (NAME, "", 401),
        ("somebody", PASSWORD, 401),
        (NAME, PASSWORD, 200),
    ],
)
def test_metrics_are_for_who_has_the_password(
    guarded: RunningServer, name: str, password: str, status: int
) -> None:
    answered, page = scrape(guarded, name, password)
    assert answered == status
    assert ("quartet_ready" in page) == (status == 200)


def test_probes_need_no_password(guarded: RunningServer) -> None:
    assert guarded.probe("healthz") == guarded.probe("readyz") == (200, "ok\n")


def test_neither_arguments_nor_log_have_the_password(guarded: RunningServer) -> None:
    scrape(guarded, NAME, PASSWORD)
    scrape(guarded, NAME, "wrong pass:word")
    arguments = Path(f"/proc/{guarded.process.pid}/cmdline").read_text()
    assert "pass:word" not in arguments + str(guarded.events)


def test_a_prometheus_with_the_password_scrapes(guarded: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    credentials = f"{{username: {NAME}, password_file: {tmp_path / 'password'}}}"
    prometheus = RunningPrometheus(guarded, tmp_path, basic_auth=credentials)
    try:
        prometheus.wait_for('up{job="quartet"} == 1')
    finally:
        prometheus.kill()


def test_the_operators_tool_has_it_from_netrc(guarded: RunningServer, tmp_path: Path) -> None:
    def report() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [QUARTET, "report", "--metrics", guarded.ready["metrics"]],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ | {"HOME": str(tmp_path)},
        )

    assert "HTTP 401" in report().stderr
    netrc = tmp_path / ".netrc"
    netrc.write_text(f'machine 127.0.0.1 login {NAME} password "{PASSWORD}"\n')
    netrc.chmod(0o600)
    assert report().returncode == 0


def test_the_password_changes_while_the_server_runs(start_server: Any, tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    file.write_text(line(NAME, "old"))
    server = start_server(f"--metrics-auth-file={file}")
    put(file, line(NAME, "new"))
    wait_until(lambda: scrape(server, NAME, "new")[0] == 200)
    assert scrape(server, NAME, "old")[0] == 401
    file.unlink()
    wait_until(lambda: metric(scrape(server, NAME, "new")[1], FAILED) == 1)
    assert scrape(server, NAME, "new")[0] == 200


def test_a_broken_file_ends_the_start_with_code_2(tmp_path: Path) -> None:
    file = tmp_path / "passwords"
    file.write_text(f"{NAME}:{PASSWORD}\n")
    result = run_to_end([f"--metrics-auth-file={file}", *FREE_PORTS])
    assert result.returncode == 2
    assert "metrics_auth: line 1 has no SHA-256" in result.stderr.splitlines()[-1]
    assert PASSWORD not in result.stderr


@pytest.mark.parametrize("port", ["metrics", "admin"])
def test_a_port_on_loopback_is_on_no_other_address(server: RunningServer, port: str) -> None:
    host, number = server.ready[port].rsplit(":", 1)
    assert host == "127.0.0.1"
    socket.create_connection((host, int(number)), timeout=10).close()
    with pytest.raises(ConnectionRefusedError):  # it would be there with 0.0.0.0
        socket.create_connection(("127.0.0.2", int(number)), timeout=10)


def health_of(address: str, api: SimpleNamespace, credentials: Any) -> str:
    """SERVING, or the name of the error."""
    target = f"localhost:{address.rsplit(':', 1)[1]}"
    with (
        grpc.secure_channel(target, credentials) if credentials else grpc.insecure_channel(target)
    ) as channel:
        health = api.health_services.HealthStub(channel)
        try:
            answer = health.Check(api.health.HealthCheckRequest(), timeout=10)
        except grpc.RpcError as error:
            return str(error.code().name)
    return str(api.health.HealthCheckResponse.ServingStatus.Name(answer.status))


def test_the_admin_port_has_tls_where_it_is_asked_for(
    start_server: Any, api: SimpleNamespace, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    own, client = authority.issue("server"), authority.issue("client")
    root = authority.certificate.read_bytes()
    flags = (f"--tls-cert={own.certificate}", f"--tls-key={own.key}", "--admin-tls")
    one_way = start_server(*flags).ready["admin"]
    mutual = start_server(*flags, f"--tls-client-ca={authority.certificate}").ready["admin"]
    nobody = grpc.ssl_channel_credentials(root)
    shown = grpc.ssl_channel_credentials(
        root, client.key.read_bytes(), client.certificate.read_bytes()
    )
    outcomes = [
        health_of(address, api, credentials)
        for address in (one_way, mutual)
        for credentials in (None, nobody, shown)
    ]
    assert outcomes == [
        "UNAVAILABLE",
        "SERVING",
        "SERVING",
        "UNAVAILABLE",
        "UNAVAILABLE",
        "SERVING",
    ]
