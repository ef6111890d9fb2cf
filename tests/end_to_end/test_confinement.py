"""The server needs few system calls, and no connection to anybody."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from running_server import BINARY, FREE_PORT, ROOT, RunningServer

PROFILE = ROOT / "deploy/seccomp.json"
CONFINED = (sys.executable, str(Path(__file__).with_name("confined.py")))
# Whatever makes or addresses a connection to somebody else.
DATAGRAMS = {"index": 1, "op": "SCMP_CMP_MASKED_EQ", "value": 0xF, "valueTwo": socket.SOCK_DGRAM}
ADDRESSED = {"index": 4, "op": "SCMP_CMP_NE", "value": 0}
CALLING_OUT = {
    "defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [
        {"names": names, "args": args, "action": "SCMP_ACT_KILL_PROCESS"}
        for names, args in (
            (["connect", "sendmmsg"], []),
            (["sendto"], [ADDRESSED]),  # send() has none
            (["socket"], [DATAGRAMS]),
        )
    ],
}


@pytest.fixture
def calling_out(tmp_path: Path) -> Path:
    profile = tmp_path / "calling_out.json"
    profile.write_text(json.dumps(CALLING_OUT))
    return profile


def use_all_of_it(server: RunningServer, api: Any) -> None:
    """Every kind of call, page and signal, and the stop."""
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        request = api.messages.EmbedRequest(texts=["A man is eating."] * 16)
        calls = [stub.Embed.future(request, timeout=60) for _ in range(16)]
        assert all(call.result().embeddings for call in calls)
        assert stub.Embed.future(api.messages.EmbedRequest()).code() != grpc.StatusCode.OK
        assert stub.Tokenize(api.messages.TokenizeRequest(text="A man is eating.")).tokens
        assert stub.GetModelInfo(api.messages.GetModelInfoRequest()).dimensions == 384
    for address in (server.address, str(server.ready["admin"])):
        with grpc.insecure_channel(address) as channel:
            health = api.health_services.HealthStub(channel)
            assert health.Check(api.health.HealthCheckRequest(), timeout=30)
        grpcurl = str(Path(sys.executable).with_name("grpcurl"))
        listing = [grpcurl, "-plaintext", address, "list"]
        subprocess.run(listing, check=True, capture_output=True, timeout=60)
    url = f"http://{server.ready['http']}/query"
    body = json.dumps({"question": "A man is eating."}).encode()
    query = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(query, timeout=60) as answer:
        assert len(json.load(answer)["embedding"]) == 384
    assert "quartet_ready 1" in server.scrape()
    assert server.probe("readyz")[0] == 200
    server.process.send_signal(signal.SIGHUP)
    server.process.send_signal(signal.SIGUSR1)
    server.wait_for_event("log level changed")
    assert server.stop() == 0


def serves_under(profile: Path, start_server: Callable[..., RunningServer], api: Any) -> None:
    # A file, that SIGHUP opens it again.
    flags = ("--log-file=/dev/stderr", "--slow-call=1ms", f"--http-listen={FREE_PORT}")
    server = start_server(*flags, launcher=(*CONFINED, str(profile)))
    assert server.status_value("Seccomp") == 2
    use_all_of_it(server, api)


def test_the_shipped_profile_is_enough(start_server: Any, api: Any) -> None:
    serves_under(PROFILE, start_server, api)


def test_the_server_calls_nobody(calling_out: Path, start_server: Any, api: Any) -> None:
    """It would be killed: looking up a name is a connection too, to a resolver."""
    serves_under(calling_out, start_server, api)


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('127.0.0.1', 1))",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))",
        "socket.getaddrinfo('example.invalid', 80)",
    ],
)
def test_who_calls_somebody_is_killed(attempt: str, calling_out: Path) -> None:
    """Else the test above would say nothing."""
    program = f"import socket\ntry: {attempt}\nexcept OSError: pass"
    result = subprocess.run(
        [*CONFINED, calling_out, sys.executable, "-c", program], capture_output=True, check=False
    )
    assert result.returncode == -signal.SIGSYS


@pytest.mark.parametrize("call", ["connect", "ptrace", "mount", "bpf", "io_uring_setup", "keyctl"])
def test_the_profile_has_no_call_of_an_attackers_kit(call: str) -> None:
    profile = json.loads(PROFILE.read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert call not in {name for rule in profile["syscalls"] for name in rule["names"]}


def test_a_confined_server_still_says_what_is_wrong() -> None:
    result = subprocess.run(
        [*CONFINED, PROFILE, BINARY, "--model=/dev/null"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 3
    assert "/dev/null is not a Quartet model" in result.stderr
