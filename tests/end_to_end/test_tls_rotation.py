"""Certificates may change, and their files break, while calls go on."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc

from bystander import Bystander
from certificates import Authority
from cpp_client import CppClient
from metrics_page import metric
from mounted_secret import MountedSecret
from running_server import RunningServer
from tls_channel import channel_to, flags_of
from waiting import wait_for_metric

ROTATIONS = 50
EXPIRY = "quartet_tls_certificate_expiry_seconds"
FAILED = 'quartet_reload_failed{files="tls"}'
ACCEPTED = 'quartet_reloads_total{files="tls",result="accepted"}'
REFUSED = 'quartet_reloads_total{files="tls",result="refused"}'


def serial_of(server: RunningServer, authority: Authority) -> str:
    """Of the certificate that a new connection is shown."""
    context = ssl.create_default_context(cafile=str(authority.certificate))
    host, port = server.address.rsplit(":", 1)
    with (
        socket.create_connection((host, int(port)), timeout=10) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as tls,
    ):
        shown = tls.getpeercert()
        assert shown is not None
        return str(shown["serialNumber"])


class Regular(Bystander):
    """Keeps its connection."""

    def __init__(
        self, server: RunningServer, api: SimpleNamespace, credentials: grpc.ChannelCredentials
    ) -> None:
        super().__init__(server, api)
        self._credentials = credentials

    def channel(self) -> grpc.Channel:
        return channel_to(self._server, self._credentials)


class Newcomer(Regular):
    """Shakes hands for each call."""

    def caller(self, channel: grpc.Channel) -> Callable[[], object]:
        def call() -> None:
            with self.channel() as own:
                super(Newcomer, self).caller(own)()

        return call


def test_certificates_change_and_break_while_calls_go_on(
    start_server: Any,
    api: SimpleNamespace,
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path / "ca")
    trusting = grpc.ssl_channel_credentials(authority.certificate.read_bytes())
    secret = MountedSecret(tmp_path / "secret")
    first, second = authority.issue("first"), authority.issue("second", days=2)
    secret.put_pair(first)
    server = start_server(*flags_of(secret.pair))
    assert abs(metric(server.scrape(), EXPIRY) - time.time() - 86400) < 3600
    regular = Regular(server, api, trusting)
    newcomer = Newcomer(server, api, trusting)
    load = CppClient(server, f"--tls-ca={authority.certificate}", "--clients=4", seconds=10)

    with load, regular, newcomer:
        serials = {serial_of(server, authority)}
        for rotation in range(ROTATIONS):
            secret.put_pair((second, first)[rotation % 2])
            wait_for_metric(server, ACCEPTED, rotation + 1)
            serials.add(serial_of(server, authority))
        assert len(serials) == 2
        assert metric(server.scrape(), REFUSED) == 0

        breakages = {
            "garbage": {"tls.crt": b"garbage", "tls.key": first.key.read_bytes()},
            "empty": {"tls.crt": b"", "tls.key": b""},
            "another's key": {
                "tls.crt": first.certificate.read_bytes(),
                "tls.key": second.key.read_bytes(),
            },
        }
        for number, files in enumerate(breakages.values(), start=1):
            secret.put(files)
            wait_for_metric(server, REFUSED, number)
        secret.pair.key.unlink()
        wait_for_metric(server, REFUSED, len(breakages) + 1)
        assert metric(server.scrape(), FAILED) == 1
        assert serial_of(server, authority) in serials

        secret.put_pair(second)
        wait_for_metric(server, FAILED, 0)
    assert regular.failures == newcomer.failures == []
    assert len(newcomer.seconds) > ROTATIONS
    assert set(load.calls) == {"OK"}
    told = [event for event in server.events if event["event"] == "reload failed"]
    assert len(told) == len(breakages) + 1
