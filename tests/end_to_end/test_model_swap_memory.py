"""What a change of the model takes in memory, and that it is given back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from calling_client import CallingClient
from memory_group import MemoryGroup
from running_server import EXACT_MODEL, MODEL
from served_link import ServedLink


@pytest.fixture
def group() -> Iterator[MemoryGroup]:
    with MemoryGroup(2_000_000_000) as group:
        yield group


def test_memory_is_as_before_when_the_model_is(tmp_path: Path, api: Any) -> None:
    link = ServedLink(tmp_path)
    client = CallingClient(link.server.address, api, ["word " * 200] * 8)
    try:
        client.start()
        while len(client.answers) < 20:
            time.sleep(0.01)
        before = link.server.status_value("VmRSS")
        peaks = []
        for _ in range(3):
            for target in (EXACT_MODEL, MODEL):
                line = link.swap(target)
                peaks.append(int(line["peak_memory"].removesuffix("MB")))
        client.stop()
        deadline = time.monotonic() + 30
        while link.server.status_value("VmRSS") > 1.2 * before and time.monotonic() < deadline:
            time.sleep(0.1)
        after = link.server.status_value("VmRSS")
        print(f"RSS {before / 1e3:.0f} MB, {peaks} at the changes, then {after / 1e3:.0f}")
        assert after <= 1.2 * before
        # What is asked to be free: four times the file.
        assert max(peaks) <= before / 1e3 + 4 * EXACT_MODEL.stat().st_size / 1e6
        assert client.failures == []
    finally:
        client.stop()
        link.server.kill()


def test_without_room_for_two_models_none_is_loaded(
    group: MemoryGroup, tmp_path: Path, api: Any
) -> None:
    link = ServedLink(tmp_path, launcher=group.launcher)
    try:
        link.swing(EXACT_MODEL)
        group.set_limit(int(group.working_set_bytes() / 0.7))
        assert "no room" in link.reload("model refused")["reason"]
        with grpc.insecure_channel(link.server.address) as channel:
            stub = api.services.EmbeddingServiceStub(channel)
            answer = stub.Embed(api.messages.EmbedRequest(texts=["one"]), timeout=60)
        assert answer.model_fingerprint == link.server.ready["fingerprint"]
        group.set_limit(2_000_000_000)
        link.swap(EXACT_MODEL)
        assert group.fact("memory.oom_control", "oom_kill") == 0
    finally:
        link.server.kill()
