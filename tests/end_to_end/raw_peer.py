"""A peer that sends HTTP/2 frames as it likes (RFC 9113), which no gRPC library would."""

from __future__ import annotations

import socket
import ssl
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

DATA, HEADERS, RST_STREAM, SETTINGS, PING = 0, 1, 3, 4, 6
GOAWAY, WINDOW_UPDATE, CONTINUATION = 7, 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4
INITIAL_WINDOW_SIZE = 4  # of SETTINGS
CANCEL = 8  # error code


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def header(name: str, value: str) -> bytes:
    """A literal without indexing and without Huffman code (RFC 7541, 6.2.2); under 127 bytes."""
    encoded = [text.encode() for text in (name, value)]
    return b"\x00" + b"".join(bytes([len(text)]) + text for text in encoded)


def embed_headers() -> bytes:
    pairs = {
        ":method": "POST",
        ":scheme": "http",
        ":path": "/quartet.v1.EmbeddingService/Embed",
        ":authority": "localhost",
        "te": "trailers",
        "content-type": "application/grpc",
    }
    return b"".join(header(name, value) for name, value in pairs.items())


class RawPeer:
    """One connection. Sending raises ConnectionError (or socket.timeout) when the server is tired
    of it."""

    def __init__(
        self,
        address: str,
        settings: dict[int, int] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        payload = b"".join(struct.pack(">HI", key, v) for key, v in (settings or {}).items())
        self.send(PREFACE + frame(SETTINGS, 0, 0, payload))
        self._received = b""

    def __enter__(self) -> RawPeer:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def open_stream(self, stream: int, flags: int = END_HEADERS) -> None:
        self.send(frame(HEADERS, flags, stream, embed_headers()))

    def next_frame(self) -> tuple[int, int, int, bytes] | None:
        """Kind, flags, stream and payload; None at the end of the connection. Settings and pings
        are acknowledged on the way: a server that waits for that keeps its windows small."""
        while len(self._received) < 9 or len(self._received) < 9 + self._length():
            more = self.socket.recv(1 << 16)
            if not more:
                return None
            self._received += more
        size = 9 + self._length()
        kind, flags, stream = struct.unpack(">BBI", self._received[3:9])
        payload = self._received[9:size]
        self._received = self._received[size:]
        if kind in (SETTINGS, PING) and not flags & ACK:
            self.send(frame(kind, ACK, 0, payload if kind == PING else b""))
        return kind, flags, stream, payload

    def _length(self) -> int:
        return int.from_bytes(self._received[:3], "big")
