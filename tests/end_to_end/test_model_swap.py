"""The model is changed while clients call: no call fails, and each answer is of one model."""

from __future__ import annotations

import json
import os
import re
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest

from calling_client import CallingClient, vectors_of
from metrics_page import metric
from running_server import EXACT_MODEL, MODEL, RunningServer
from served_link import ServedLink

TEXTS = ["A man is eating.", "one", "the stock market fell " * 9, "word " * 200]
CLIENTS = 6
SWAPS = 6


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedLink]:
    link = ServedLink(tmp_path_factory.mktemp("model"))
    yield link
    link.server.kill()


@pytest.fixture
def swapped(link: ServedLink, api: Any) -> Iterator[Any]:
    """A stub of the link's server."""
    with grpc.insecure_channel(link.server.address) as channel:
        yield api.services.EmbeddingServiceStub(channel)


@pytest.fixture(scope="module")
def expected(api: Any) -> dict[str, np.ndarray]:
    """Vectors of TEXTS by fingerprint, of servers that never had another model."""
    vectors = {}
    for model in (MODEL, EXACT_MODEL):
        server = RunningServer(model=model)
        with grpc.insecure_channel(server.address) as channel:
            stub = api.services.EmbeddingServiceStub(channel)
            answer = stub.Embed(api.messages.EmbedRequest(texts=TEXTS), timeout=60)
        vectors[answer.model_fingerprint] = vectors_of(answer)
        assert server.stop() == 0
    return vectors


def reloads(server: RunningServer, result: str) -> float:
    return metric(server.scrape(), f'quartet_model_reloads_total{{result="{result}"}}')


def shown_fingerprints(server: RunningServer) -> list[str]:
    return re.findall('^quartet_model_info{.*fingerprint="([0-9a-f]+)"', server.scrape(), re.M)


def info(stub: Any, api: Any) -> Any:
    return stub.GetModelInfo(api.messages.GetModelInfoRequest(), timeout=60)


def wait_for_answers(clients: list[CallingClient], more: int) -> None:
    """Each client has got so many more, or has failed."""
    goals = [len(client.answers) + more for client in clients]
    deadline = time.monotonic() + 60
    while any(len(c.answers) < goal for c, goal in zip(clients, goals, strict=True)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
        if any(client.failures for client in clients):
            return


def test_under_load_no_call_fails_and_each_answer_is_of_one_model(
    link: ServedLink, api: Any, expected: dict[str, np.ndarray]
) -> None:
    clients = [CallingClient(link.server.address, api, TEXTS[i % 3 :]) for i in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        for number in range(SWAPS):
            wait_for_answers(clients, 3)
            link.swap(MODEL if number % 2 else EXACT_MODEL)
        wait_for_answers(clients, 3)
    finally:
        for client in clients:
            client.stop()
    assert [failure for client in clients for failure in client.failures] == []
    assert link.server.process.poll() is None
    for number, client in enumerate(clients):
        assert {fingerprint for fingerprint, _ in client.answers} == set(expected)
        for fingerprint, vectors in client.answers:
            # The two models' vectors are a hundredth apart.
            np.testing.assert_allclose(vectors, expected[fingerprint][number % 3 :], atol=1e-4)


def test_a_swap_is_told_and_shown(link: ServedLink, swapped: Any, api: Any) -> None:
    old = info(swapped, api).fingerprint
    before = reloads(link.server, "swapped")
    line = link.swap(EXACT_MODEL)
    new = info(swapped, api)
    assert new.precision == "fp32" and new.fingerprint != old
    assert (line["old_fingerprint"], line["fingerprint"]) == (old, new.fingerprint)
    assert line["model"] == new.name and line["engine"]
    assert float(line["seconds"]) > 0
    assert re.fullmatch(r"\d+MB", line["peak_memory"])
    freed = link.server.wait_for_event("old model freed", after=link.count("old model freed") - 1)
    assert freed["fingerprint"] == old and re.fullmatch(r"\d+MB", freed["memory"])
    assert shown_fingerprints(link.server) == [new.fingerprint]
    assert reloads(link.server, "swapped") == before + 1
    link.swap(MODEL)
    assert shown_fingerprints(link.server) == [info(swapped, api).fingerprint] == [old]


def test_a_required_fingerprint_is_that_of_the_model_which_answers(
    link: ServedLink, swapped: Any, api: Any
) -> None:
    def embed(fingerprint: str) -> grpc.StatusCode:
        request = api.messages.EmbedRequest(texts=["one"], required_fingerprint=fingerprint)
        return swapped.Embed.future(request, timeout=60).code()

    old = info(swapped, api).fingerprint
    assert embed(old) == grpc.StatusCode.OK
    link.swap(EXACT_MODEL)
    assert embed(old) == grpc.StatusCode.FAILED_PRECONDITION
    assert embed(info(swapped, api).fingerprint) == grpc.StatusCode.OK
    link.swap(MODEL)
    assert embed(old) == grpc.StatusCode.OK


def test_a_file_with_the_same_content_is_not_swapped_in(link: ServedLink) -> None:
    """A log rotation sends the signal too."""
    link.reload("model unchanged")
    link.replace_by_copy(MODEL)
    link.reload("model unchanged")
    link.replace_by_copy(EXACT_MODEL)
    assert link.reload("model swapped")["engine"]
    link.swap(MODEL)


def rewritten(target: Path, change: Callable[[bytes], bytes | None]) -> None:
    """The model's archive with another manifest, or with none."""
    with zipfile.ZipFile(MODEL) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.infolist():
            content: bytes | None = source.read(entry)
            if entry.filename.endswith("extra/manifest.json"):
                content = change(source.read(entry))
            if content is not None:
                copy.writestr(entry, content)


def with_another_vector(manifest: bytes) -> bytes:
    content = json.loads(manifest)
    content["golden"][0]["vector"][0] += 9
    return json.dumps(content).encode()


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "can't open"),
    "folder": (lambda path: path.mkdir(), "is not a Quartet model"),
    "pipe": (os.mkfifo, "is not a Quartet model"),
    "empty": (lambda path: path.touch(), "is not a Quartet model"),
    "text": (lambda path: path.write_text("not a model"), "is not a Quartet model"),
    "truncated": (
        lambda path: path.write_bytes(EXACT_MODEL.read_bytes()[:-100_000]),
        "is not a Quartet model",
    ),
    "foreign": (lambda path: rewritten(path, lambda _: None), "manifest.json"),
    "wrong": (lambda path: rewritten(path, with_another_vector), "fails its self-test"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_changes_nothing_and_is_reported(
    link: ServedLink, swapped: Any, api: Any, tmp_path: Path, kind: str
) -> None:
    make, reason = BAD_FILES[kind]
    before, refused = info(swapped, api), reloads(link.server, "refused")
    bad = tmp_path / "bad.pt"
    make(bad)
    link.swing(bad)
    for more in (1, 2):  # it is as bad when it is looked at again
        line = link.reload("model refused")
        assert line["level"] == "error"
        assert reason in line["reason"] and str(link.path) in line["reason"]
        assert "\n" not in line["reason"]
        assert reloads(link.server, "refused") == refused + more
    assert info(swapped, api) == before
    assert shown_fingerprints(link.server) == [before.fingerprint]
    request = api.messages.EmbedRequest(texts=["one"], required_fingerprint=before.fingerprint)
    assert len(swapped.Embed(request, timeout=60).embeddings) == 1
    link.swing(MODEL)
    link.reload("model unchanged")


def test_signals_in_a_row_end_with_the_file_that_is_there(
    link: ServedLink, swapped: Any, api: Any
) -> None:
    old = info(swapped, api).fingerprint
    for target in (EXACT_MODEL, MODEL):
        swaps = link.count("model swapped")
        link.swing(target)
        for _ in range(5):
            link.server.process.send_signal(signal.SIGHUP)
        link.server.wait_for_event("model swapped", after=swaps)
    link.reload("model unchanged")
    assert info(swapped, api).fingerprint == old
    assert shown_fingerprints(link.server) == [old]


def test_a_sigterm_during_a_swap_stops_as_ever(tmp_path: Path) -> None:
    link = ServedLink(tmp_path)
    try:
        link.swing(EXACT_MODEL)
        link.server.process.send_signal(signal.SIGHUP)
        assert link.server.stop() == 0
    finally:
        link.server.kill()
