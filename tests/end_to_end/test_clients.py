"""A client is who calls, by the name of its key or certificate, over however many connections: it
has its share, its limit and its place in the metrics."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

from bystander import OPTIONS
from certificates import Authority
from cpp_client import CppClient
from keys import bearer, line, put
from metrics_page import metric
from running_server import RunningServer
from waiting import wait_for_metric, wait_until

LIMIT = 2
ACCEPTED = 'quartet_reloads_total{files="api_keys",result="accepted"}'
# Of some 100 ms. A queue of any length is no reason to refuse one.
LARGE_CALL = ["A man is eating a piece of bread beside the sea."] * 128
PATIENCE = "--max-queue-time=60s"


@pytest.fixture
def limited(start_server: Any, tmp_path: Path) -> RunningServer:
    """Has two clients, of LIMIT calls each."""
    file = tmp_path / "keys"
    file.write_text(line("greedy", "g") + line("modest", "m"))
    server: RunningServer = start_server(
        f"--api-keys-file={file}", f"--max-client-calls={LIMIT}", PATIENCE
    )
    return server


@contextlib.contextmanager
def stubs(server: RunningServer, api: SimpleNamespace, connections: int) -> Iterator[list[Any]]:
    """On a connection each."""
    with contextlib.ExitStack() as channels:
        yield [
            api.services.EmbeddingServiceStub(
                channels.enter_context(grpc.insecure_channel(server.address, options=OPTIONS))
            )
            for _ in range(connections)
        ]


def flood(each: list[Any], api: SimpleNamespace, key: str | None) -> list[Any]:
    """As many large calls at a time over each of the connections as a client may have."""
    request = api.messages.EmbedRequest(texts=LARGE_CALL)
    metadata = [] if key is None else bearer(key)
    return [
        stub.Embed.future(request, timeout=60, metadata=metadata)
        for stub in each
        for _ in range(LIMIT)
    ]


def count(server: RunningServer, name: str, client: str) -> float:
    return metric(server.scrape(), f'quartet_client_{name}{{client="{client}"}}')


def named(server: RunningServer) -> set[str]:
    """Every value of the label."""
    return set(re.findall(r'^quartet_client_\w+\{client="([^"]*)"\}', server.scrape(), re.M))


def test_a_client_has_so_many_calls_inside_over_all_its_connections(
    limited: RunningServer, api: SimpleNamespace
) -> None:
    request = api.messages.EmbedRequest(texts=["one"])
    with stubs(limited, api, connections=3) as connections:
        greedy = flood(connections, api, "g")
        wait_until(lambda: count(limited, "refused_total", "greedy") > 0)
        modest = [connections[0].Embed(request, timeout=60, metadata=bearer("m")) for _ in range(5)]
        refused = [error for error in (call.exception() for call in greedy) if error]
    assert len(modest) == 5
    assert 0 < len(refused) <= len(greedy) - LIMIT
    for error in refused:
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert error.details() == f"this client has {LIMIT} calls inside, the limit is {LIMIT}"
        assert int(dict(error.trailing_metadata())["grpc-retry-pushback-ms"]) > 0
    page = limited.scrape()
    assert metric(page, 'quartet_rejected_total{reason="client_calls"}') == len(refused)
    assert count(limited, "requests_total", "greedy") == len(greedy)
    assert count(limited, "refused_total", "greedy") == len(refused)
    assert count(limited, "requests_total", "modest") == 5
    assert count(limited, "refused_total", "modest") == 0
    for client in ("greedy", "modest", "other"):
        wait_for_metric(limited, f'quartet_client_in_flight{{client="{client}"}}', 0)


def test_more_connections_are_no_larger_share(
    start_server: Any, api: SimpleNamespace, tmp_path: Path
) -> None:
    """Both have more calls inside at any time than are served; one has four times as many, over
    eight connections."""
    file = tmp_path / "keys"
    file.write_text(line("greedy", "g") + line("modest", "m"))
    server = start_server(f"--api-keys-file={file}", PATIENCE)
    load = ("--texts-per-call=4", "--mix=16")
    with (
        CppClient(
            server, *load, "--api-key=g", "--channels=8", "--clients=32", seconds=3
        ) as greedy,
        CppClient(server, *load, "--api-key=m", "--channels=1", "--clients=8", seconds=3) as modest,
    ):
        pass
    print(f"greedy {greedy.calls}, modest {modest.calls}")
    assert set(greedy.calls) == set(modest.calls) == {"OK"}
    assert modest.calls["OK"] > 0.6 * greedy.calls["OK"]


def test_a_stream_of_a_client_at_its_limit_waits(
    limited: RunningServer, api: SimpleNamespace
) -> None:
    texts = [api.messages.EmbedStreamRequest(text=f"text {i}") for i in range(100)]
    with stubs(limited, api, connections=2) as (one, two):
        large = flood([one], api, "g")
        answers = list(two.EmbedStream(iter(texts), timeout=60, metadata=bearer("g")))
        assert [call.exception() for call in large] == [None] * LIMIT
    assert len(answers) == len(texts)
    assert all(answer.embedding.values for answer in answers)


def test_without_keys_a_client_is_a_connection(start_server: Any, api: SimpleNamespace) -> None:
    server = start_server(f"--max-client-calls={LIMIT}", PATIENCE)
    with stubs(server, api, connections=3) as connections:
        calls = flood(connections, api, None)
        assert [call.exception() for call in calls] == [None] * len(calls)
    assert named(server) == {"other"}
    assert count(server, "requests_total", "other") == len(calls)


def test_names_that_come_and_go_take_their_series_along(
    start_server: Any, api: SimpleNamespace, tmp_path: Path
) -> None:
    file = tmp_path / "keys"
    file.write_text(line("search", "s") + line("client-0", "0"))
    server = start_server(f"--api-keys-file={file}")
    request = api.messages.EmbedRequest(texts=["one"])
    with stubs(server, api, connections=1) as [stub]:
        stub.Embed(request, timeout=60, metadata=bearer("s"))
        for rotation in range(1, 6):
            put(file, line("search", "s") + line(f"client-{rotation}", str(rotation)))
            wait_for_metric(server, ACCEPTED, rotation)
            stub.Embed(request, timeout=60, metadata=bearer(str(rotation)))
            assert named(server) == {"search", f"client-{rotation}", "other"}
            assert count(server, "requests_total", f"client-{rotation}") == 1
        with pytest.raises(grpc.RpcError):
            stub.Embed(request, timeout=60, metadata=bearer("a name-of-its-own"))
    assert count(server, "requests_total", "search") == 1
    assert count(server, "requests_total", "other") == 0
    assert named(server) == {"search", "client-5", "other"}


def test_a_listed_certificate_has_a_name_and_another_one_is_no_label(
    start_server: Any, api: SimpleNamespace, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    own = authority.issue("server")
    tls = (f"--tls-cert={own.certificate}", f"--tls-key={own.key}")
    mutual = (
        *tls,
        f"--tls-client-ca={authority.certificate}",
        f"--max-client-calls={LIMIT}",
        PATIENCE,
    )
    listed = start_server(*mutual, "--tls-client-names=search,batch")
    unlisted = start_server(*mutual)
    pair = authority.issue("search")
    credentials = grpc.ssl_channel_credentials(
        authority.certificate.read_bytes(), pair.key.read_bytes(), pair.certificate.read_bytes()
    )
    for server, label in ((listed, "search"), (unlisted, "other")):
        target = f"localhost:{server.address.rsplit(':', 1)[1]}"
        with contextlib.ExitStack() as channels:
            connections = [
                channels.enter_context(grpc.secure_channel(target, credentials, options=OPTIONS))
                for _ in range(3)
            ]
            each = [api.services.EmbeddingServiceStub(channel) for channel in connections]
            calls = flood(each, api, None)
            errors = [error for error in (call.exception() for call in calls) if error]
        # One client, whether its name is listed or not.
        assert {error.code() for error in errors} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert {error.details() for error in errors} == {
            f"this client has {LIMIT} calls inside, the limit is {LIMIT}"
        }
        assert count(server, "requests_total", label) == len(calls)
    assert named(listed) == {"search", "batch", "other"}
    assert named(unlisted) == {"other"}
