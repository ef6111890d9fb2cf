"""Who is let in: TLS and certificates of clients."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

from certificates import Authority, Pair
from cpp_client import outcomes
from metrics_page import metric
from running_server import FREE_PORTS, RunningServer, run_to_end
from tls_channel import channel_to, flags_of
from waiting import wait_until

GRPCURL = Path(sys.executable).with_name("grpcurl")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def pairs(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    return {
        "server": authority.issue("server"),
        "client": authority.issue("client", host="client.example"),
        "expired": authority.issue("expired", days=-1),
        "other host": authority.issue("elsewhere", host="elsewhere.example"),
        "wrong CA": stranger.issue("client"),
    }


@pytest.fixture(scope="module")
def servers(
    server: RunningServer, authority: Authority, pairs: dict[str, Pair]
) -> Iterator[dict[str, RunningServer]]:
    tls, ca = flags_of(pairs["server"]), f"--tls-client-ca={authority.certificate}"
    started = {
        "TLS": RunningServer(*tls, "--log-level=debug"),
        "TLS, elsewhere": RunningServer(*flags_of(pairs["other host"])),
        "asks": RunningServer(*tls, ca, "--tls-client-auth=request"),
        "mutual": RunningServer(*tls, ca),
    }
    yield started | {"plain": server}
    for running in started.values():
        running.kill()


@pytest.fixture(scope="module")
def clients(authority: Authority, pairs: dict[str, Pair]) -> dict[str, Any]:
    root = authority.certificate.read_bytes()

    def shows(name: str) -> grpc.ChannelCredentials:
        pair = pairs[name]
        return grpc.ssl_channel_credentials(
            root, pair.key.read_bytes(), pair.certificate.read_bytes()
        )

    strange_root = pairs["wrong CA"].certificate.parent / "ca.pem"
    return {
        "plain": None,
        "TLS": grpc.ssl_channel_credentials(root),
        "TLS, trusts others": grpc.ssl_channel_credentials(strange_root.read_bytes()),
        "certificate": shows("client"),
        "expired certificate": shows("expired"),
        "strange certificate": shows("wrong CA"),
    }


def embed(channel: grpc.Channel, api: SimpleNamespace) -> str:
    """OK, or the name of the error."""
    stub = api.services.EmbeddingServiceStub(channel)
    try:
        stub.Embed(api.messages.EmbedRequest(texts=["one"]), timeout=10)
    except grpc.RpcError as error:
        return str(error.code().name)
    return "OK"


@pytest.mark.parametrize(
    ("server_name", "client", "outcome"),
    [
        ("plain", "plain", "OK"),
        ("plain", "TLS", "UNAVAILABLE"),
        ("TLS", "plain", "UNAVAILABLE"),
        ("TLS", "TLS", "OK"),
        ("TLS", "TLS, trusts others", "UNAVAILABLE"),
        ("TLS", "certificate", "OK"),  # nobody looks at it
        ("TLS", "strange certificate", "OK"),
        ("TLS, elsewhere", "TLS", "UNAVAILABLE"),  # another host's name
        ("asks", "plain", "UNAVAILABLE"),
        ("asks", "TLS", "OK"),
        ("asks", "certificate", "OK"),
        ("asks", "expired certificate", "UNAVAILABLE"),
        ("asks", "strange certificate", "UNAVAILABLE"),
        ("mutual", "plain", "UNAVAILABLE"),
        ("mutual", "TLS", "UNAVAILABLE"),
        ("mutual", "certificate", "OK"),
        ("mutual", "expired certificate", "UNAVAILABLE"),
        ("mutual", "strange certificate", "UNAVAILABLE"),
    ],
)
def test_a_client_is_let_in_or_not(
    servers: dict[str, RunningServer],
    clients: dict[str, Any],
    api: SimpleNamespace,
    server_name: str,
    client: str,
    outcome: str,
) -> None:
    with channel_to(servers[server_name], clients[client]) as channel:
        assert embed(channel, api) == outcome


def shake_hands(server: RunningServer, version: ssl.TLSVersion) -> str | None:
    """The version that was agreed upon."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # else OpenSSL would not even offer TLS 1.1
    context.set_alpn_protocols(["h2"])
    context.minimum_version = context.maximum_version = version
    host, port = server.address.rsplit(":", 1)
    with (
        socket.create_connection((host, int(port)), timeout=10) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as tls,
    ):
        return tls.version()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_is_1_2_or_newer(servers: dict[str, RunningServer]) -> None:
    assert shake_hands(servers["TLS"], ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert shake_hands(servers["TLS"], ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    with pytest.raises(ssl.SSLError):  # gRPC closes the connection without saying why
        shake_hands(servers["TLS"], ssl.TLSVersion.TLSv1_1)
    wait_until(lambda: "unsupported protocol" in str(servers["TLS"].events))


def test_failed_handshakes_are_counted(
    servers: dict[str, RunningServer], clients: dict[str, Any], api: SimpleNamespace
) -> None:
    def failures() -> float:
        return metric(servers["mutual"].scrape(), "quartet_tls_handshake_failures_total")

    before = failures()
    with channel_to(servers["mutual"], clients["strange certificate"]) as channel:
        assert embed(channel, api) == "UNAVAILABLE"
    wait_until(lambda: failures() > before)


def test_grpcurl_connects_with_certificates(
    servers: dict[str, RunningServer], authority: Authority, pairs: dict[str, Pair]
) -> None:
    pair = pairs["client"]
    port = servers["mutual"].address.rsplit(":", 1)[1]
    result = subprocess.run(
        [
            *(GRPCURL, "-cacert", authority.certificate, "-cert", pair.certificate),
            *("-key", pair.key, "-d", '{"texts": ["one"]}', f"localhost:{port}"),
            "quartet.v1.EmbeddingService/Embed",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "values" in result.stdout


@pytest.mark.parametrize("protocol", ["grpc", "grpc-stream"])
def test_a_cpp_client_connects_with_certificates(
    servers: dict[str, RunningServer], authority: Authority, pairs: dict[str, Pair], protocol: str
) -> None:
    def shows(name: str) -> tuple[str, ...]:
        return (f"--tls-cert={pairs[name].certificate}", f"--tls-key={pairs[name].key}")

    trust = (f"--protocol={protocol}", f"--tls-ca={authority.certificate}")
    assert outcomes(servers["TLS"], *trust) == {"OK"}
    assert outcomes(servers["mutual"], *trust, *shows("client")) == {"OK"}
    for refused in ((), shows("expired"), shows("wrong CA")):
        assert outcomes(servers["mutual"], *trust, *refused) == {"UNAVAILABLE"}
    assert outcomes(servers["TLS"], f"--protocol={protocol}") == {"UNAVAILABLE"}


def test_the_admin_port_is_plain(servers: dict[str, RunningServer], api: SimpleNamespace) -> None:
    with grpc.insecure_channel(servers["mutual"].ready["admin"]) as channel:
        health = api.health_services.HealthStub(channel)
        assert health.Check(api.health.HealthCheckRequest(), timeout=10).status == 1


def test_an_expired_certificate_ends_the_start_with_code_2(pairs: dict[str, Pair]) -> None:
    result = run_to_end([*flags_of(pairs["expired"]), *FREE_PORTS])
    assert result.returncode == 2
    assert "tls: the certificate has expired at 20" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--tls-cert=a"], "--tls-cert: needs --tls-key"),
        (["--tls-cert=/none", "--tls-key=/none"], "tls: can't read /none"),
    ],
)
def test_half_a_lock_ends_with_code_2(flags: list[str], complaint: str) -> None:
    result = run_to_end([*flags, *FREE_PORTS])
    assert result.returncode == 2
    assert complaint in result.stderr.splitlines()[-1]
