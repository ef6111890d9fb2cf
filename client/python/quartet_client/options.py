"""Where the server is, and what is asked of it."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import grpc
from quartet.v1 import embedding_pb2

Truncation = Literal["end", "start", "reject"]
Encoding = Literal["float32", "float16", "int8"]

# A call that the server refused, or never saw, goes again: after the time that the server names
# (grpc-retry-pushback-ms), else after a growing pause, all together longer than a restart on busy
# cores (2 s were seen). CANCELLED is how gRPC 1.51 ends calls that come in while the server says
# goodbye. The throttle stops retries while more than one call of ten fails for long:
# they would only add to the load.
SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": "readiness"},
    "methodConfig": [
        {
            "name": [
                {"service": "quartet.v1.EmbeddingService", "method": method}
                for method in ("Embed", "Tokenize", "GetModelInfo")
            ],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.3s",
                "maxBackoff": "5s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE", "RESOURCE_EXHAUSTED", "CANCELLED"],
            },
        }
    ],
    "retryThrottling": {"maxTokens": 100, "tokenRatio": 0.1},
}


@dataclass(frozen=True)
class EmbedOptions:
    """What the vectors shall be; None: as the model does it by default."""

    normalize: bool | None = None  # to length 1
    dimensions: int | None = None  # the first of each vector
    truncation: Truncation = "end"  # of texts longer than the model takes
    prompt_name: str | None = None  # "": no prompt
    required_fingerprint: str = ""  # of the model, 64 hexadecimal digits; "": any
    # On the wire, in 4, 2 or 1 byte a number. Arrays are float32, whatever it is.
    encoding: Encoding = "float32"

    def fields(self) -> dict[str, Any]:
        """Of EmbedRequest and of the stream's EmbedOptions."""
        truncations = {
            "end": embedding_pb2.TRUNCATION_END,
            "start": embedding_pb2.TRUNCATION_START,
            "reject": embedding_pb2.TRUNCATION_REJECT,
        }
        encodings = {
            "float32": embedding_pb2.ENCODING_FLOAT32_LE,
            "float16": embedding_pb2.ENCODING_FLOAT16_LE,
            "int8": embedding_pb2.ENCODING_INT8,
        }
        return {
            "normalize": self.normalize,
            "dimensions": self.dimensions,
            "truncation": truncations[self.truncation],
            "prompt_name": self.prompt_name,
            "required_fingerprint": self.required_fingerprint,
            "encoding": encodings[self.encoding],
        }


@dataclass(frozen=True)
class Transport:
    """How to reach the server. Certificates and keys are PEM bytes."""

    ca: bytes | None = None  # of the server's certificate; None without TLS
    tls: bool = False  # with the system's authorities; set by `ca`
    certificate: bytes | None = None  # the client's, for mutual TLS
    key: bytes | None = field(default=None, repr=False)
    server_name: str | None = None  # in the server's certificate, where it is not the address
    api_key: str | None = field(default=None, repr=False)
    allow_key_without_tls: bool = False  # else only to this machine
    # Replicas that are not ready get no calls. Not with a server of --open-health=false.
    watch_health: bool = True

    @property
    def is_secure(self) -> bool:
        return self.tls or self.ca is not None

    def credentials(self) -> grpc.ChannelCredentials | None:
        """None: plain."""
        if not self.is_secure:
            if self.certificate is not None:
                raise ValueError("certificate: needs TLS; set ca or tls")
            return None
        return grpc.ssl_channel_credentials(self.ca, self.key, self.certificate)

    def metadata(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """Of every call."""
        if self.api_key is None:
            return []
        if not (self.is_secure or self.allow_key_without_tls or all(map(is_local, addresses))):
            raise ValueError(
                "api_key: would go over the network without TLS; set ca or tls, "
                "or allow_key_without_tls"
            )
        return [("authorization", f"Bearer {self.api_key}")]


def is_local(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]")
    if host == "localhost" or address.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, maybe one that begins like a number
        return False


def target_of(addresses: Sequence[str]) -> str:
    """One name, which DNS may know several replicas by, or several IPv4 addresses."""
    if not addresses:
        raise ValueError("address: is empty; a client needs one at least")
    return addresses[0] if len(addresses) == 1 else "ipv4:" + ",".join(addresses)


def channel_options(transport: Transport, addresses: Sequence[str]) -> list[tuple[str, Any]]:
    config = SERVICE_CONFIG
    if not transport.watch_health:
        config = {key: value for key, value in config.items() if key != "healthCheckConfig"}
    options: list[tuple[str, Any]] = [
        ("grpc.service_config", json.dumps(config)),
        ("grpc.max_receive_message_length", -1),  # the client chooses how much it asks for
        ("grpc.max_reconnect_backoff_ms", 2000),  # a restart takes the server half a second
        # A connection that died without a word is noticed, which a stream has no deadline for; the
        # server allows a ping in 20 s.
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
    ]
    if all(map(is_local, addresses)):
        # http_proxy would be asked for this machine's addresses, too, and see keys that are sent in
        # plain text because they stay here.
        options.append(("grpc.enable_http_proxy", 0))
    if transport.server_name is not None:
        options.append(("grpc.ssl_target_name_override", transport.server_name))
    return options


def open_channel(library: Any, addresses: Sequence[str], transport: Transport) -> Any:
    """Of `library`: grpc or grpc.aio."""
    target, options = target_of(addresses), channel_options(transport, addresses)
    credentials = transport.credentials()
    if credentials is None:
        return library.insecure_channel(target, options)
    return library.secure_channel(target, credentials, options)
