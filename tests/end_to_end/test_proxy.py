"""deploy/nginx/quartet.conf in front of two servers: one address for clients that don't balance."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from fleet_client import FleetClients
from guide import service_config
from metrics_page import handled_embeds, metric
from running_nginx import RunningNginx
from running_server import RunningServer

# What a proxy leaves to the client: to send a call again.
RETRIES = {"methodConfig": service_config()["methodConfig"]}
CLIENTS = 8
MIB = 1 << 20


@pytest.fixture
def start_proxy(tmp_path: Path) -> Iterator[Callable[..., str]]:
    started: list[RunningNginx] = []

    def start(*servers: RunningServer) -> str:
        started.append(RunningNginx([server.address for server in servers], tmp_path))
        return started[-1].address

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def servers(start_server: Any) -> list[RunningServer]:
    return [start_server("--lame-duck=1s") for _ in range(2)]


def clients_of(proxy: str, api: Any) -> FleetClients:
    return FleetClients([proxy], api, CLIENTS, resend_unseen=True, service_config=RETRIES)


def answer(proxy: str, api: Any, texts: list[str], **fields: Any) -> Any:
    """The status of one call that is not sent again."""
    with grpc.insecure_channel(proxy, options=[("grpc.enable_retries", 0)]) as channel:
        request = api.messages.EmbedRequest(texts=texts, **fields)
        with pytest.raises(grpc.RpcError) as raised:
            api.services.EmbeddingServiceStub(channel).Embed(request, timeout=30)
        return raised.value


def test_one_connection_reaches_both_servers(
    servers: list[RunningServer], start_proxy: Any, api: Any
) -> None:
    with clients_of(start_proxy(*servers), api) as clients:
        clients.wait_for(200)
        clients.check()
    shares = [handled_embeds(server.scrape()) for server in servers]
    assert sum(shares) >= 200
    assert min(shares) > 0.2 * sum(shares)


def test_a_server_that_is_killed_or_stopped_costs_no_call(
    servers: list[RunningServer], start_proxy: Any, start_server: Any, api: Any
) -> None:
    with clients_of(start_proxy(*servers), api) as clients:
        clients.wait_for(200)
        servers[0].kill()
        clients.wait_for(200)
        # It comes back to the same address, and gets calls again; then the other one is stopped.
        servers[0] = start_server(listen=servers[0].address)
        while handled_embeds(servers[0].scrape()) == 0:
            clients.wait_for(1)
        assert servers[1].stop() == 0
        clients.wait_for(200)
        clients.check()


def test_without_any_server_calls_are_unavailable(
    servers: list[RunningServer], start_proxy: Any, api: Any
) -> None:
    proxy = start_proxy(*servers)
    for server in servers:
        server.kill()
    for _ in range(3):  # also when it has given up both
        error = answer(proxy, api, ["A man is eating."])
        assert error.code() == grpc.StatusCode.UNAVAILABLE
        assert error.details() == "no server can be reached"


def test_the_servers_own_answers_pass_through(
    servers: list[RunningServer], start_proxy: Any, api: Any
) -> None:
    error = answer(start_proxy(*servers), api, [])
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert re.search("texts: is empty", error.details())
    assert "grpc-status-details-bin" in dict(error.trailing_metadata())


def test_a_refusal_is_not_tried_on_the_other_server(
    start_server: Any, start_proxy: Any, api: Any
) -> None:
    """Else a proxy would double the calls just when there are too many."""
    busy = [start_server("--max-queue-time=1ms") for _ in range(2)]
    proxy = start_proxy(*busy)
    with FleetClients([proxy], api, 32, tolerate_refusals=True, service_config={}) as clients:
        clients.wait_for(500)
    clients.check()
    pages = [server.scrape() for server in busy]
    refused = sum(metric(page, 'quartet_rejected_total{reason="queue_full"}') for page in pages)
    assert refused > 0
    assert sum(handled_embeds(page) for page in pages) == clients.answered


@pytest.mark.parametrize(("size", "whose"), [(MIB - 64, "the server's"), (2 * MIB, "the proxy's")])
def test_messages_have_the_servers_limit(
    size: int, whose: str, servers: list[RunningServer], start_proxy: Any, api: Any
) -> None:
    error = answer(start_proxy(*servers), api, ["a" * size])
    if whose == "the server's":  # which reads it, and names the field
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "texts[0]" in error.details()
    else:
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "1 MiB" in error.details()
