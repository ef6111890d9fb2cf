"""The guide's part for languages without code here, as far as it can be run without them."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc

from running_server import ROOT, RunningServer

GUIDE = (ROOT / "client/README.md").read_text()
PROTOSET = ROOT / "proto/quartet.protoset"


def commands(first: str) -> list[list[str]]:
    """The guide's, in words."""
    lines = GUIDE.replace("\\\n", " ").splitlines()
    return [shlex.split(line[2:]) for line in lines if line.startswith(f"$ {first} ")]


def grpcurl(*words: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("grpcurl")
    return subprocess.run(
        [program, "-use-reflection=false", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_grpcurl_calls_without_reflection(server: RunningServer) -> None:
    (words,) = commands("grpcurl")
    assert "-protoset" in words
    done = grpcurl(*[word.replace("localhost:50051", server.address) for word in words[1:]])
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["embeddings"][0]["values"]) == 384


def test_the_descriptor_set_has_health_and_details_of_errors(server: RunningServer) -> None:
    schema = ("-protoset", str(PROTOSET), "-plaintext")
    health = grpcurl(*schema, server.address, "grpc.health.v1.Health/Check")
    assert json.loads(health.stdout) == {"status": "SERVING"}
    refused = grpcurl(*schema, server.address, "quartet.v1.EmbeddingService/Embed")
    assert '"field":"texts"' in refused.stderr


def test_stubs_come_of_the_descriptor_set_alone(tmp_path: Path) -> None:
    """Java's messages: what protoc makes without a plugin. The package is the guide's."""
    java, go = commands("protoc")
    for command in (java, go):
        assert command[1] == "--descriptor_set_in=proto/quartet.protoset"
    words = [word.replace("proto/quartet.protoset", str(PROTOSET)) for word in java]
    without_plugin = [word for word in words if not word.startswith("--grpc-java_out")]
    subprocess.run(without_plugin, cwd=tmp_path, check=True)
    assert (tmp_path / "io/quartet/v1/EmbedRequest.java").exists()


def test_calls_refused_for_overload_go_again_with_the_guides_service_config(
    start_server: Any, api: SimpleNamespace
) -> None:
    """The queue takes some three of these at a time."""
    (config,) = re.findall(r"^```json\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    server = start_server("--max-queue-tokens=1500")
    options = [("grpc.service_config", json.dumps(json.loads(config)))]
    with grpc.insecure_channel(server.address, options=options) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        stub.Embed(api.messages.EmbedRequest(texts=["connected"]), timeout=30)
        request = api.messages.EmbedRequest(texts=[f"{n} " * 60 for n in range(4)])
        calls = [stub.Embed.future(request, timeout=30) for _ in range(8)]
        assert [call.exception() for call in calls] == [None] * 8
    assert 'reason="queue_full"} 0\n' not in server.scrape()
