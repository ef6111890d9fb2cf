"""deploy/nginx/quartet-tls.conf: TLS and floods of HTTP/2 end at nginx."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from attacks import MIB, peer_is_cut_off
from bystander import OPTIONS, Bystander
from certificates import Authority, Pair
from metrics_page import metric
from raw_peer import (
    CANCEL,
    CONTINUATION,
    END_HEADERS,
    HEADERS,
    RST_STREAM,
    RawPeer,
    embed_headers,
    frame,
    header,
)
from running_nginx import RunningNginx
from running_server import RunningServer

KEEPALIVE_REQUESTS = 1000  # of quartet-tls.conf
OPEN_CALLS = 256


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def shipped(authority: Authority) -> dict[str, str]:
    """The file as it is, with a certificate of the test."""
    own = authority.issue("localhost")
    return {
        r"/etc/nginx/quartet\.crt": str(own.certificate),
        r"/etc/nginx/quartet\.key": str(own.key),
    }


@pytest.fixture(scope="module")
def proxy(
    own_server: RunningServer, shipped: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningNginx]:
    servers = [own_server.address] * 2
    running = RunningNginx(servers, tmp_path_factory.mktemp("nginx"), tls=shipped)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def tls(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.set_alpn_protocols(["h2"])
    return context


def channel(proxy: RunningNginx, authority: Authority, client: Pair | None = None) -> grpc.Channel:
    pair = (client.key.read_bytes(), client.certificate.read_bytes()) if client else (None, None)
    credentials = grpc.ssl_channel_credentials(authority.certificate.read_bytes(), *pair)
    return grpc.secure_channel(proxy.tls_address, credentials, options=OPTIONS)


def code_of(channel: grpc.Channel, api: Any) -> grpc.StatusCode:
    with channel:
        stub = api.services.EmbeddingServiceStub(channel)
        request = api.messages.EmbedRequest(texts=["A man is eating."])
        return stub.Embed.future(request, timeout=30).code()


def calls_that_arrived(server: RunningServer) -> float:
    return metric(
        server.scrape(),
        'grpc_server_started_total{grpc_method="Embed",'
        'grpc_service="quartet.v1.EmbeddingService",grpc_type="unary"}',
    )


def test_only_who_speaks_tls_and_trusts_the_authority_is_served(
    proxy: RunningNginx, authority: Authority, tmp_path: Path, api: Any
) -> None:
    assert code_of(channel(proxy, authority), api) == grpc.StatusCode.OK
    other = Authority(tmp_path)
    assert code_of(channel(proxy, other), api) == grpc.StatusCode.UNAVAILABLE
    plain = grpc.insecure_channel(proxy.tls_address)
    assert code_of(plain, api) == grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2])
def test_tls_begins_with_1_2(
    version: ssl.TLSVersion, proxy: RunningNginx, authority: Authority
) -> None:
    context = ssl.create_default_context(cafile=str(authority.certificate))
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")  # else our own side would refuse
    host, port = proxy.tls_address.split(":")
    refused = (
        pytest.raises(ssl.SSLError, match="PROTOCOL_VERSION|protocol version")
        if version == ssl.TLSVersion.TLSv1_1
        else contextlib.nullcontext()
    )
    with refused, socket.create_connection((host, int(port)), timeout=20) as plain:
        context.wrap_socket(plain, server_hostname=host).close()


def test_mutual_tls_lets_in_who_has_a_certificate(
    own_server: RunningServer,
    shipped: dict[str, str],
    authority: Authority,
    tmp_path: Path,
    api: Any,
) -> None:
    """The two lines that the file has as comments."""
    mutual = {
        r"#ssl_client_certificate /etc/nginx/quartet-clients\.crt": "ssl_client_certificate "
        + str(authority.certificate),
        r"#ssl_verify_client": "ssl_verify_client",
    }
    (tmp_path / "nginx").mkdir()
    (tmp_path / "other").mkdir()
    proxy = RunningNginx([own_server.address] * 2, tmp_path / "nginx", tls=shipped | mutual)
    try:
        before = calls_that_arrived(own_server)
        stranger = Authority(tmp_path / "other").issue("client")
        for certificate in (None, stranger):
            code = code_of(channel(proxy, authority, certificate), api)
            assert code == grpc.StatusCode.UNAUTHENTICATED
        assert calls_that_arrived(own_server) == before
        friend = channel(proxy, authority, authority.issue("friend"))
        assert code_of(friend, api) == grpc.StatusCode.OK
    finally:
        proxy.stop()


class TlsBystander(Bystander):
    def __init__(
        self, server: RunningServer, api: Any, open_channel: Callable[[], grpc.Channel]
    ) -> None:
        super().__init__(server, api)
        self.channel = open_channel  # type: ignore[method-assign]


def rapid_resets(address: str, tls: ssl.SSLContext) -> None:
    reset = struct.pack(">I", CANCEL)
    with RawPeer(address, tls=tls) as peer, peer_is_cut_off():
        for stream in range(1, 20_001, 2):
            opening = frame(HEADERS, END_HEADERS, stream, embed_headers())
            peer.send(opening + frame(RST_STREAM, 0, stream, reset))


def long_header_blocks(address: str, tls: ssl.SSLContext) -> None:
    """gRPC 1.51 would keep all of it: tests/end_to_end/attacks.py."""
    filler = header("x-filler", "y" * 100) * 140
    with RawPeer(address, tls=tls) as peer, peer_is_cut_off():
        peer.send(frame(HEADERS, 0, 1, embed_headers()))
        for _ in range(200 * MIB // len(filler)):
            peer.send(frame(CONTINUATION, 0, 1, filler))
        while peer.next_frame() is not None:
            pass
        return
    raise AssertionError("200 MiB of headers were taken")


def half_open_handshakes(address: str, _tls: ssl.SSLContext) -> None:
    host, port = address.split(":")
    with contextlib.ExitStack() as peers:
        for _ in range(300):
            peer = peers.enter_context(socket.create_connection((host, int(port)), timeout=20))
            peer.sendall(b"\x16\x03\x01")  # a handshake's first bytes


@pytest.mark.parametrize("flood", [rapid_resets, long_header_blocks, half_open_handshakes])
def test_a_flood_of_one_peer_ends_at_the_proxy(
    flood: Callable[[str, ssl.SSLContext], None],
    own_server: RunningServer,
    proxy: RunningNginx,
    authority: Authority,
    tls: ssl.SSLContext,
    api: Any,
) -> None:
    before = calls_that_arrived(own_server)
    resident = own_server.status_value("VmRSS")
    with TlsBystander(own_server, api, lambda: channel(proxy, authority)) as bystander:
        flood(proxy.tls_address, tls)
    assert own_server.process.poll() is None and proxy.process.poll() is None
    assert bystander.seconds and not bystander.failures
    arrived = calls_that_arrived(own_server) - before - len(bystander.seconds)
    print(
        f"{flood.__name__}: {arrived:.0f} calls reached the server; "
        f"{len(bystander.seconds)} beside it, p99 {1e3 * bystander.quantile(0.99):.1f} ms"
    )
    assert arrived <= KEEPALIVE_REQUESTS
    assert own_server.status_value("VmRSS") - resident < 20_000  # kB


def test_one_address_has_so_many_calls_at_a_time(
    proxy: RunningNginx, authority: Authority, api: Any
) -> None:
    request = api.messages.EmbedRequest(texts=["A man is eating."] * 8)
    with contextlib.ExitStack() as channels:
        stubs = [
            api.services.EmbeddingServiceStub(channels.enter_context(channel(proxy, authority)))
            for _ in range(8)
        ]
        calls = [stub.Embed.future(request, timeout=60) for _ in range(100) for stub in stubs]
        errors = [error for error in (call.exception() for call in calls) if error]
    told = [error for error in errors if error.details() == "too many calls of this address"]
    assert told
    assert {error.code() for error in errors} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
