"""What a client does that wants to be in everybody's way, against a port with TLS and keys, until
its standard input ends. A program, which gets out of the way of those that it is not to measure:

    python floods.py FLOOD ADDRESS AUTHORITY      (FLOOD: a function's name below)

It says `flooding` when it is at it, and at the end how often it did what it does."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import grpc

from raw_peer import RawPeer

EMBED = "/quartet.v1.EmbeddingService/Embed"
CONNECTIONS = 1000
HALF_OPEN = 300
STOP = threading.Event()


def wrong_keys(address: str, authority: Path) -> int:
    """As many calls as it can make, over eight connections."""
    credentials = grpc.ssl_channel_credentials(authority.read_bytes())
    refused = 0
    with contextlib.ExitStack() as stack:
        embeds = [
            stack.enter_context(
                grpc.secure_channel(
                    address, credentials, options=[("grpc.use_local_subchannel_pool", 1)]
                )
            ).unary_unary(EMBED)
            for _ in range(8)
        ]
        while not STOP.is_set():
            wrong = [("authorization", f"Bearer wrong {refused}")]
            calls = [embed.future(b"\x0a\x03one", metadata=wrong) for embed in embeds * 8]
            assert {call.code() for call in calls} == {grpc.StatusCode.UNAUTHENTICATED}
            if refused == 0:
                print("flooding", flush=True)
            refused += len(calls)
    return refused


def half_open_handshakes(address: str, _authority: Path) -> int:
    """The first bytes of a handshake, and no more; again on new connections, for old ones."""
    host, port = address.rsplit(":", 1)
    peers: list[socket.socket] = []
    begun = 0
    while not STOP.wait(0.01):
        while len(peers) >= HALF_OPEN:
            peers.pop(0).close()
        for _ in range(10):
            peers.append(socket.create_connection((host, int(port)), timeout=20))
            peers[-1].sendall(b"\x16\x03\x01")
        begun += 10
        if begun == HALF_OPEN:
            print("flooding", flush=True)
    return begun


def thousand_connections(address: str, authority: Path) -> int:
    """TLS and HTTP/2 are agreed upon; then nothing comes."""
    tls = ssl.create_default_context(cafile=str(authority))
    tls.set_alpn_protocols(["h2"])
    with contextlib.ExitStack() as stack:
        peers = [stack.enter_context(RawPeer(address, tls=tls)) for _ in range(CONNECTIONS)]
        for peer in peers:
            assert peer.next_frame() is not None  # the server's settings
        print("flooding", flush=True)
        STOP.wait()
    return len(peers)


class Flood:
    """The program above, while it is entered."""

    def __init__(self, name: str, address: str, authority: Path) -> None:
        # What it needs itself it takes from what others leave: it would be on another machine.
        self._process = subprocess.Popen(
            ["nice", "-n19", sys.executable, __file__, name, address, authority],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.count = 0

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "flooding\n"
        return self

    def __exit__(self, *_: object) -> None:
        output, _error = self._process.communicate("")
        self.count = int(output) if output else 0


def stop_at_the_end_of_input() -> None:
    sys.stdin.read()
    STOP.set()


def main() -> None:
    name, address, authority = sys.argv[1:]
    flood = {f.__name__: f for f in (wrong_keys, half_open_handshakes, thousand_connections)}[name]
    threading.Thread(target=stop_at_the_end_of_input, daemon=True).start()
    print(flood(address, Path(authority)), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
