"""Channels to a server of tests that speaks TLS, whose certificates name localhost."""

from __future__ import annotations

import grpc

from certificates import Pair
from running_server import RunningServer


def flags_of(pair: Pair) -> tuple[str, ...]:
    """Of a server."""
    return (f"--tls-cert={pair.certificate}", f"--tls-key={pair.key}")


def channel_to(server: RunningServer, credentials: grpc.ChannelCredentials | None) -> grpc.Channel:
    target = f"localhost:{server.address.rsplit(':', 1)[1]}"
    options = [("grpc.use_local_subchannel_pool", 1)]
    if credentials is None:
        return grpc.insecure_channel(target, options=options)
    return grpc.secure_channel(target, credentials, options=options)
