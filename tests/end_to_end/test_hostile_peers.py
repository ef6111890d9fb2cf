"""Whatever one peer sends, the process lives, its memory stays bounded, and others are served.

What gRPC 1.51 can't withstand (README, "Limits") is not tried beyond what it can."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from attacks import ATTACKS, MIB, a_message_declared_too_large
from bystander import Bystander
from raw_peer import DATA, END_STREAM, GOAWAY, RST_STREAM, RawPeer, frame
from running_server import RunningServer

# gRPC's quota for what it reads is 256 MiB (rpc/grpc_server.h); the rest is malloc's.
MOST_GROWTH = 320 * MIB
# An attack is repeated so often, but not when it has taken so long.
ROUNDS = 3
ROUND_SECONDS = 2


def resident(server: RunningServer) -> int:
    return server.status_value("VmRSS") << 10


def test_frames_of_a_good_peer_are_answered(own_server: RunningServer, api: Any) -> None:
    """Else the attacks would prove nothing."""
    body = api.messages.EmbedRequest(texts=["a"]).SerializeToString()
    with RawPeer(own_server.address) as peer:
        peer.open_stream(1)
        peer.send(frame(DATA, END_STREAM, 1, b"\x00" + struct.pack(">I", len(body)) + body))
        while (received := peer.next_frame()) is not None and received[0] != DATA:
            assert received[0] not in (RST_STREAM, GOAWAY), received
        assert received is not None
        response = api.messages.EmbedResponse.FromString(received[3][5:])
        assert response.embeddings[0].token_count == 3


@pytest.mark.parametrize("attack", ATTACKS)
def test_one_peer_harms_nobody(
    own_server: RunningServer, api: Any, attack: Callable[[RunningServer, Any], None]
) -> None:
    # gRPC's quota ends some calls of others too, when one peer has used it up: by a GOAWAY
    # (UNAVAILABLE) or by a reset with ENHANCE_YOUR_CALM, which clients see as RESOURCE_EXHAUSTED.
    suffered = set()
    if attack is a_message_declared_too_large:
        suffered = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED}
    before = resident(own_server)
    end = time.monotonic() + ROUND_SECONDS
    with Bystander(own_server, api) as bystander:
        for _ in range(ROUNDS):
            if time.monotonic() < end:
                attack(own_server, api)
    growth = resident(own_server) - before
    print(
        f"{attack.__name__}: {len(bystander.seconds)} calls beside it, "
        f"p50 {1e3 * bystander.quantile(0.5):.1f} ms, p99 {1e3 * bystander.quantile(0.99):.1f} ms, "
        f"resident memory {growth / MIB:+.1f} MiB"
    )
    assert own_server.process.poll() is None
    assert growth < MOST_GROWTH
    assert set(bystander.failures) <= suffered
    assert bystander.seconds
    with grpc.insecure_channel(own_server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        assert stub.Embed(api.messages.EmbedRequest(texts=["still here"]), timeout=30).embeddings
