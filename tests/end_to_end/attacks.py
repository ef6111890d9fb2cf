"""What a hostile peer does, each against the server of its first argument, for a second or so."""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import Any

import grpc

from raw_peer import (
    CANCEL,
    CONTINUATION,
    DATA,
    END_HEADERS,
    END_STREAM,
    GOAWAY,
    HEADERS,
    INITIAL_WINDOW_SIZE,
    PING,
    RST_STREAM,
    SETTINGS,
    WINDOW_UPDATE,
    RawPeer,
    embed_headers,
    frame,
    header,
)
from running_server import RunningServer

MIB = 1 << 20


def peer_is_cut_off() -> contextlib.AbstractContextManager[None]:
    return contextlib.suppress(ConnectionError, TimeoutError)


def garbage_prefaces(victim: RunningServer, _api: Any) -> None:
    host, port = victim.address.rsplit(":", 1)
    for number in range(200):
        with socket.create_connection((host, int(port)), timeout=20) as peer, peer_is_cut_off():
            peer.sendall(bytes((number * 7 + i) % 256 for i in range(100)))


def idle_connections(victim: RunningServer, _api: Any) -> None:
    host, port = victim.address.rsplit(":", 1)
    peers = [socket.create_connection((host, int(port)), timeout=60) for _ in range(300)]
    for peer in peers:  # the server's handshake timeout ends them; ours would be an error
        with peer, contextlib.suppress(ConnectionError):
            while peer.recv(1 << 16):
                pass


def rapid_resets(victim: RunningServer, _api: Any) -> None:
    reset = struct.pack(">I", CANCEL)
    with RawPeer(victim.address) as peer, peer_is_cut_off():
        for stream in range(1, 20_001, 2):
            opening = frame(HEADERS, END_HEADERS, stream, embed_headers())
            peer.send(opening + frame(RST_STREAM, 0, stream, reset))


def pings_and_settings(victim: RunningServer, _api: Any) -> None:
    with RawPeer(victim.address) as peer, peer_is_cut_off():
        for _ in range(2_000):
            peer.send(frame(PING, 0, 0, b"12345678") + frame(SETTINGS, 0, 0))


def too_many_streams(victim: RunningServer, _api: Any) -> None:
    with RawPeer(victim.address) as peer, peer_is_cut_off():
        for stream in range(1, 2_001, 2):
            peer.open_stream(stream)
        while peer.next_frame() is not None:
            pass


def a_message_declared_too_large(victim: RunningServer, _api: Any) -> None:
    """600 MB are announced, and sent as fast as the server opens its windows."""
    chunk = bytes(16_384)
    with RawPeer(victim.address) as peer, peer_is_cut_off():
        peer.open_stream(1)
        peer.send(frame(DATA, 0, 1, b"\x00" + struct.pack(">I", 600 * 1_000_000)))
        windows = {0: 65_535 - 5, 1: 65_535 - 5}
        sent = 0
        while sent < 600 * 1_000_000:
            while min(windows.values()) >= len(chunk):
                peer.send(frame(DATA, 0, 1, chunk))
                sent += len(chunk)
                for stream in windows:
                    windows[stream] -= len(chunk)
            received = peer.next_frame()
            if received is None or received[0] in (RST_STREAM, GOAWAY):
                break
            kind, flags, stream, payload = received
            if kind == WINDOW_UPDATE and stream in windows:
                windows[stream] += int.from_bytes(payload, "big")
            if kind == SETTINGS and not flags:
                for i in range(0, len(payload), 6):
                    key, value = struct.unpack(">HI", payload[i : i + 6])
                    if key == INITIAL_WINDOW_SIZE:
                        windows[1] += value - 65_535
        # As much as the limit at least, else this was no attack; and never the whole of it.
        assert 2 * MIB < sent < 600 * 1_000_000


def long_header_blocks(victim: RunningServer, _api: Any) -> None:
    """20 MB of one header block in CONTINUATION frames: more than gRPC 1.51 should take, and the
    port is for trusted peers because it would take it without an end."""
    filler = header("x-filler", "y" * 100) * 140
    with RawPeer(victim.address) as peer, peer_is_cut_off():
        peer.send(frame(HEADERS, 0, 1, embed_headers()))
        for _ in range(20 * MIB // len(filler)):
            peer.send(frame(CONTINUATION, 0, 1, filler))


def slow_readers(victim: RunningServer, api: Any) -> None:
    """Answers of 0.4 MB that nobody takes."""
    body = api.messages.EmbedRequest(texts=["a"] * 256).SerializeToString()
    message = b"\x00" + struct.pack(">I", len(body)) + body
    with contextlib.ExitStack() as peers, peer_is_cut_off():
        for _ in range(8):
            peer = peers.enter_context(RawPeer(victim.address, {INITIAL_WINDOW_SIZE: 0}))
            for stream in (1, 3, 5, 7):
                peer.open_stream(stream)
                peer.send(frame(DATA, END_STREAM, stream, message))


def many_tiny_items(victim: RunningServer, _api: Any) -> None:
    with grpc.insecure_channel(victim.address) as channel:
        call = channel.unary_unary("/quartet.v1.EmbeddingService/Embed")
        futures = [call.future(b"\x0a\x00" * (MIB // 2 - 8), timeout=60) for _ in range(8)]
        codes = {future.code() for future in futures}
    assert codes == {grpc.StatusCode.INVALID_ARGUMENT}


def compressed_requests(victim: RunningServer, api: Any) -> None:
    with grpc.insecure_channel(victim.address, compression=grpc.Compression.Gzip) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        request = api.messages.EmbedRequest(texts=["a" * 30_000] * 30)
        calls = [stub.Embed.future(request, timeout=60) for _ in range(20)]
        assert {call.code() for call in calls} == {grpc.StatusCode.UNIMPLEMENTED}


ATTACKS = [
    garbage_prefaces,
    idle_connections,
    rapid_resets,
    pings_and_settings,
    too_many_streams,
    a_message_declared_too_large,
    long_header_blocks,
    slow_readers,
    many_tiny_items,
    compressed_requests,
]
