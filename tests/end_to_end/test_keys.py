"""Who is let in: keys of calls and names of certificates; and that keys may change while calls go
on."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

from bystander import OPTIONS, Bystander
from certificates import Authority
from cpp_client import CppClient, outcomes
from keys import line, put
from metrics_page import metric
from running_server import FREE_PORTS, RunningServer, run_to_end
from waiting import wait_for_metric

GRPCURL = Path(sys.executable).with_name("grpcurl")
ROTATIONS = 50
ACCEPTED = 'quartet_reloads_total{files="api_keys",result="accepted"}'
REFUSED = 'quartet_reloads_total{files="api_keys",result="refused"}'
FAILED = 'quartet_reload_failed{files="api_keys"}'


@pytest.fixture(scope="module")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("keys") / "keys"
    file.write_text(line("search", "right"))
    return file


@pytest.fixture(scope="module")
def keyed(keys_file: Path) -> Iterator[RunningServer]:
    running = RunningServer(f"--api-keys-file={keys_file}", "--log-level=debug")
    yield running
    running.kill()


@pytest.fixture(scope="module")
def closed(keys_file: Path) -> Iterator[RunningServer]:
    """Health needs a key too."""
    running = RunningServer(f"--api-keys-file={keys_file}", "--open-health=false")
    yield running
    running.kill()


def outcome_of(call: Callable[[], object]) -> str:
    try:
        call()
    except grpc.RpcError as error:
        return str(error.code().name)
    return "OK"


def embed(channel: grpc.Channel, api: SimpleNamespace, authorization: str | None) -> str:
    stub = api.services.EmbeddingServiceStub(channel)
    metadata = [] if authorization is None else [("authorization", authorization)]
    request = api.messages.EmbedRequest(texts=["one"])
    return outcome_of(lambda: stub.Embed(request, timeout=30, metadata=metadata))


@pytest.mark.parametrize(("key", "outcome"), [("wrong", "UNAUTHENTICATED"), ("right", "OK")])
def test_a_stream_needs_a_key_too(
    keyed: RunningServer, api: SimpleNamespace, key: str, outcome: str
) -> None:
    def embed_one() -> None:
        request = api.messages.EmbedStreamRequest(text="one")
        metadata = [("authorization", f"Bearer {key}")]
        [answer] = stub.EmbedStream(iter([request]), timeout=30, metadata=metadata)
        assert answer.embedding.values

    with grpc.insecure_channel(keyed.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        assert outcome_of(embed_one) == outcome


@pytest.mark.parametrize(
    ("authorization", "outcome"),
    [
        (None, "UNAUTHENTICATED"),
        ("right", "UNAUTHENTICATED"),
        ("Basic right", "UNAUTHENTICATED"),
        ("Bearer wrong", "UNAUTHENTICATED"),
        ("Bearer " + hashlib.sha256(b"right").hexdigest(), "UNAUTHENTICATED"),
        ("Bearer right", "OK"),
    ],
)
def test_a_call_needs_the_right_key(
    keyed: RunningServer, api: SimpleNamespace, authorization: str | None, outcome: str
) -> None:
    with grpc.insecure_channel(keyed.address) as channel:
        assert embed(channel, api, authorization) == outcome


def test_every_method_of_the_service_needs_it(keyed: RunningServer, api: SimpleNamespace) -> None:
    with grpc.insecure_channel(keyed.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        info = api.messages.GetModelInfoRequest()
        tokenize = api.messages.TokenizeRequest(text="one")
        assert outcome_of(lambda: stub.GetModelInfo(info, timeout=30)) == "UNAUTHENTICATED"
        assert outcome_of(lambda: stub.Tokenize(tokenize, timeout=30)) == "UNAUTHENTICATED"


def test_one_connection_carries_calls_of_several_callers(
    keyed: RunningServer, api: SimpleNamespace
) -> None:
    with grpc.insecure_channel(keyed.address) as channel:
        outcomes = [embed(channel, api, key) for key in ("Bearer right", "Bearer no") * 3]
    assert outcomes == ["OK", "UNAUTHENTICATED"] * 3


@pytest.mark.parametrize(
    ("server_name", "outcome"), [("keyed", "OK"), ("closed", "UNAUTHENTICATED")]
)
def test_health_and_reflection_follow_open_health(
    request: pytest.FixtureRequest, api: SimpleNamespace, server_name: str, outcome: str
) -> None:
    server: RunningServer = request.getfixturevalue(server_name)
    check = api.health.HealthCheckRequest()
    with grpc.insecure_channel(server.address) as channel:
        health = api.health_services.HealthStub(channel)
        assert outcome_of(lambda: health.Check(check, timeout=30)) == outcome
        assert outcome_of(lambda: next(health.Watch(check, timeout=30))) == outcome
        key = [("authorization", "Bearer right")]
        assert outcome_of(lambda: health.Check(check, timeout=30, metadata=key)) == "OK"
    with grpc.insecure_channel(server.ready["admin"]) as channel:
        health = api.health_services.HealthStub(channel)
        assert outcome_of(lambda: health.Check(check, timeout=30)) == "OK"
    for address, lists in [(server.address, outcome == "OK"), (server.ready["admin"], True)]:
        assert (grpcurl(address, "list").returncode == 0) == lists


def grpcurl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [GRPCURL, "-plaintext", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_grpcurl_calls_with_a_key(keyed: RunningServer) -> None:
    header = ("-H", "authorization: Bearer right", "-d", '{"texts": ["one"]}')
    result = grpcurl(*header, keyed.address, "quartet.v1.EmbeddingService/Embed")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("flags", "outcome"),
    [
        (["--api-key=right"], "OK"),
        (["--api-key=right", "--protocol=grpc-stream"], "OK"),
        (["--api-key=wrong"], "UNAUTHENTICATED"),
        ([], "UNAUTHENTICATED"),
    ],
)
def test_a_cpp_client_calls_with_a_key(
    keyed: RunningServer, flags: list[str], outcome: str
) -> None:
    assert outcomes(keyed, *flags) == {outcome}


def test_refusals_are_counted_and_told_in_one_line_without_the_key(
    keys_file: Path, start_server: Any, api: SimpleNamespace
) -> None:
    server = start_server(f"--api-keys-file={keys_file}", "--log-level=debug")
    with grpc.insecure_channel(server.address) as channel:
        for _ in range(30):
            embed(channel, api, "Bearer a-wrong-secret")
        embed(channel, api, None)
        embed(channel, api, "Bearer right")
    page = server.scrape()
    assert metric(page, 'quartet_callers_refused_total{reason="wrong_key"}') == 30
    assert metric(page, 'quartet_callers_refused_total{reason="no_key"}') == 1
    told = server.wait_for_event("callers refused")
    assert (told["wrong_key"], told["no_key"]) == ("30", "1")
    assert server.stop() == 0
    lines = [event for event in server.events if event["event"] == "callers refused"]
    assert len(lines) == 1
    everything = str(server.events) + page
    assert "a-wrong-secret" not in everything
    assert "Bearer" not in everything


class KeyHolder(Bystander):
    """Has a key, and takes up the next one when it is told."""

    key = "key 0"

    def caller(self, channel: grpc.Channel) -> Callable[[], object]:
        stub = self._api.services.EmbeddingServiceStub(channel)
        request = self._api.messages.EmbedRequest(texts=["A man is eating."])

        def call() -> object:
            metadata = [("authorization", f"Bearer {self.key}")]
            return stub.Embed(request, timeout=60, metadata=metadata)

        return call


def test_keys_change_and_break_while_calls_go_on(
    start_server: Any, api: SimpleNamespace, tmp_path: Path
) -> None:
    """As one rotates: the new key joins the old one, clients take it up, the old one goes."""
    file = tmp_path / "keys"
    stays = line("load", "stays")
    file.write_text(stays + line("search", "key 0"))
    server = start_server(f"--api-keys-file={file}")
    load = CppClient(server, "--api-key=stays", "--clients=4", seconds=15)

    with (
        load,
        KeyHolder(server, api) as holder,
        grpc.insecure_channel(server.address, options=OPTIONS) as channel,
    ):
        for rotation in range(1, ROTATIONS + 1):
            old, new = f"key {rotation - 1}", f"key {rotation}"
            put(file, stays + line("search", old) + line("search", new))
            wait_for_metric(server, ACCEPTED, 2 * rotation - 1)
            holder.key = new
            holder.wait_for_calls(2)  # the one that was under way had the old key yet
            put(file, stays + "# rotated\n" + line("search", new))
            wait_for_metric(server, ACCEPTED, 2 * rotation)
        assert embed(channel, api, "Bearer key 0") == "UNAUTHENTICATED"

        put(file, "search:garbage\n")
        wait_for_metric(server, REFUSED, 1)
        file.unlink()
        wait_for_metric(server, REFUSED, 2)
        assert metric(server.scrape(), FAILED) == 1
        assert embed(channel, api, f"Bearer key {ROTATIONS}") == "OK"
        put(file, stays + line("search", f"key {ROTATIONS}"))
        wait_for_metric(server, FAILED, 0)
    assert holder.failures == []
    assert set(load.calls) == {"OK"}


def test_names_of_certificates_may_be_listed(
    start_server: Any, api: SimpleNamespace, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    own = authority.issue("server")
    server = start_server(
        f"--tls-cert={own.certificate}",
        f"--tls-key={own.key}",
        f"--tls-client-ca={authority.certificate}",
        "--tls-client-auth=request",
        "--tls-client-names=search,batch.example",
    )
    root = authority.certificate.read_bytes()
    outcomes = {}
    for name, host in [("search", "a"), ("other", "batch.example"), ("stranger", "b"), ("", "")]:
        shown: tuple[bytes, ...] = ()
        if name:
            pair = authority.issue(name, host)
            shown = (pair.key.read_bytes(), pair.certificate.read_bytes())
        target = f"localhost:{server.address.rsplit(':', 1)[1]}"
        credentials = grpc.ssl_channel_credentials(root, *shown)
        with grpc.secure_channel(target, credentials, options=OPTIONS) as channel:
            outcomes[name] = embed(channel, api, None)
    assert outcomes == {
        "search": "OK",
        "other": "OK",
        "stranger": "PERMISSION_DENIED",
        "": "UNAUTHENTICATED",
    }


def test_a_broken_file_of_keys_ends_the_start_with_code_2(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    for content, complaint in [
        ("", "can't read"),
        ("search:secret", "api_keys: line 1 has no SHA"),
    ]:
        file.write_text(content)
        result = run_to_end([f"--api-keys-file={file}", *FREE_PORTS])
        assert result.returncode == 2
        assert complaint in result.stderr.splitlines()[-1]
        assert "secret" not in result.stderr
