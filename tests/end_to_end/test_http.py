"""The HTTP port: clients of the old API and of OpenAI's work unchanged, and get what gRPC's get."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import shlex
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import openai
import pytest

from certificates import Authority
from keys import line
from metrics_page import metric
from running_server import FREE_PORT, FREE_PORTS, MODEL, ROOT, RunningServer, run_to_end
from sent_texts import kept_errors, record

NAME = "paraphrase-MiniLM-L3-v2"
TEXTS = ["A man is eating.", "Someone has lunch.", "Börse: 株価 fiel \N{PILE OF POO}", "x " * 400]
HTTP = f"--http-listen={FREE_PORT}"
record(TEXTS)
NO_PROXY = os.environ | {"no_proxy": "*"}


@pytest.fixture(scope="module")
def served() -> Iterator[RunningServer]:
    running = RunningServer(HTTP)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def client(served: RunningServer) -> openai.OpenAI:
    return client_of(served)


def embedded(server: RunningServer, api: Any, **fields: Any) -> np.ndarray:
    """By gRPC."""
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        embeddings = stub.Embed(api.messages.EmbedRequest(texts=TEXTS, **fields)).embeddings
    return np.array([embedding.values for embedding in embeddings], np.float32)


@pytest.fixture(scope="module")
def of_grpc(served: RunningServer, api: Any) -> np.ndarray:
    return embedded(served, api)


@pytest.fixture(scope="module")
def normalized(served: RunningServer, api: Any) -> np.ndarray:
    """OpenAI's vectors have length 1: its clients take the inner product for the cosine."""
    return embedded(served, api, normalize=True)


def client_of(server: RunningServer, key: str = "unused", retries: int = 0) -> openai.OpenAI:
    url = f"http://{server.ready['http']}/v1"
    return openai.OpenAI(base_url=url, api_key=key, max_retries=retries)


def curl(server: RunningServer, path: str, *flags: str) -> tuple[int, Any, dict[str, str]]:
    """Status, the JSON of the answer, its headers in lower case."""
    url = f"http://{server.ready['http']}{path}"
    form = "\\n%{http_code}\\n%{header_json}"
    command = ["curl", "-sS", "--noproxy", "*", "--max-time", "30", "-w", form, *flags, url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    body, status, headers = output.split("\n", 2)
    if int(status) >= 400:
        kept_errors.add(body)
    return int(status), json.loads(body), {k: v[0] for k, v in json.loads(headers).items()}


def post(
    server: RunningServer, path: str, body: object, *flags: str
) -> tuple[int, Any, dict[str, str]]:
    data = body if isinstance(body, str) else json.dumps(body)
    return curl(server, path, "-H", "Content-Type: application/json", "-d", data, *flags)


def test_the_old_paths_answer_with_grpcs_bits(served: RunningServer, of_grpc: np.ndarray) -> None:
    status, health, _ = curl(served, "/health")
    assert (status, health) == (200, {"status": "ok", "model": NAME})
    status, answer, headers = post(served, "/query", {"question": TEXTS[0]})
    assert status == 200
    assert np.array_equal(np.array(answer["embedding"], np.float32), of_grpc[0])
    assert "x-quartet-truncated" not in headers
    status, answer, headers = post(served, "/query/batch", {"questions": TEXTS})
    assert status == 200
    assert np.array_equal(np.array(answer["embeddings"], np.float32), of_grpc)
    assert headers["x-quartet-truncated"] == "1"


def test_openais_client_gets_grpcs_bits(client: openai.OpenAI, normalized: np.ndarray) -> None:
    # The client asks for base64 by itself, if it is not told what it shall ask for.
    by_default = client.embeddings.create(model="any", input=TEXTS)
    floats = client.embeddings.create(model="any", input=TEXTS, encoding_format="float")
    for answer in (by_default, floats):
        assert answer.object == "list" and answer.model == NAME
        assert [item.index for item in answer.data] == list(range(len(TEXTS)))
        assert all(item.object == "embedding" for item in answer.data)
        vectors = np.array([item.embedding for item in answer.data], np.float32)
        assert np.array_equal(vectors, normalized)
        assert answer.usage.prompt_tokens == answer.usage.total_tokens > 128
    one = client.embeddings.create(model="any", input=TEXTS[0])
    assert np.array_equal(np.array(one.data[0].embedding, np.float32), normalized[0])
    assert one.usage.prompt_tokens == 7
    assert [model.id for model in client.models.list()] == [NAME]


def test_the_http_lines_of_readme_run(served: RunningServer) -> None:
    readme = (ROOT / "README.md").read_text().replace("localhost:8080", str(served.ready["http"]))
    chapter = readme[readme.index("### Over HTTP") : readme.index("## Settings")]
    console, python = re.findall(r"```(?:console|python)\n(.*?)```", chapter, re.DOTALL)
    commands = re.findall(r"\$ (curl.*)", console.replace("\\\n", ""))
    assert len(commands) == 2
    for command in commands:
        result = subprocess.run(
            shlex.split(command), capture_output=True, check=True, timeout=60, env=NO_PROXY
        )
        assert "error" not in json.loads(result.stdout)
    names: dict[str, Any] = {"openai": openai}
    exec(python, names)  # as a reader would
    assert len(names["vectors"].data[0].embedding) == 384


def test_base64_is_floats(served: RunningServer, normalized: np.ndarray) -> None:
    body = {"input": TEXTS[:1], "encoding_format": "base64"}
    _, answer, _ = post(served, "/v1/embeddings", body)
    text = answer["data"][0]["embedding"]
    assert np.array_equal(np.frombuffer(base64.b64decode(text), "<f4"), normalized[0])


def test_dimensions_are_grpcs(client: openai.OpenAI, served: RunningServer, api: Any) -> None:
    expected = embedded(served, api, normalize=True, dimensions=64)
    data = client.embeddings.create(model="any", input=TEXTS, dimensions=64).data
    vectors = np.array([item.embedding for item in data], np.float32)
    assert np.array_equal(vectors, expected)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


@pytest.mark.parametrize(
    ("path", "body", "param", "message"),
    [
        ("/query", "{", "body", "is not JSON in UTF-8 at byte 2 of 1"),
        ("/query", {}, "question", "is missing, must be a string"),
        ("/query", {"question": ""}, "question", "is empty"),
        ("/query", {"question": "x" * 32769}, "question", "has 32769 bytes, the limit is 32768"),
        ("/query/batch", {"questions": ["a", 1]}, "questions[1]", "must be a string"),
        (
            "/query/batch",
            {"questions": ["a"] * 257},
            "questions",
            "has 257 texts, the limit is 256",
        ),
        ("/v1/embeddings", {"input": [1, 2]}, "input", "holds tokens"),
        ("/v1/embeddings", {"input": "a", "dimensions": 385}, "dimensions", "limits are 1 and 384"),
        ("/v1/embeddings", {"input": "a", "encoding_format": "f"}, "encoding_format", "is 'f'"),
    ],
)
def test_bad_input_names_field_limit_and_value(
    served: RunningServer, path: str, body: object, param: str, message: str
) -> None:
    status, answer, _ = post(served, path, body)
    error = answer["error"]
    assert (status, error["type"], error["param"]) == (400, "invalid_request_error", param)
    assert error["message"].startswith(f"{param}: ") and message in error["message"]


def test_what_http_refuses_is_an_error_object_too(served: RunningServer, tmp_path: Path) -> None:
    status, answer, _ = curl(served, "/v1/completions")
    assert status == 404
    assert answer["error"]["message"] == "GET /v1/completions is not served"
    large = tmp_path / "large"
    large.write_text(" " * (2 << 20))
    status, answer, _ = post(served, "/query", f"@{large}", "-H", "Expect:")
    assert status == 413
    assert "1048576" in answer["error"]["message"]
    status, answer, _ = curl(served, "/query", "-d", '{"question": "a"}')
    assert (status, answer["error"]["param"]) == (400, "content-type")


def test_a_request_id_comes_back(served: RunningServer) -> None:
    headers = post(served, "/query", {"question": "a"}, "-H", "X-Request-Id: id-7")[2]
    assert headers["x-request-id"] == "id-7"


def test_calls_are_counted_by_path(served: RunningServer) -> None:
    name = (
        'grpc_server_handled_total{grpc_code="InvalidArgument",grpc_method="/query",'
        'grpc_service="http",grpc_type="unary"}'
    )
    before = metric(served.scrape(), name)
    post(served, "/query", {})
    curl(served, "/no/such/path")
    page = served.scrape()
    assert metric(page, name) == before + 1
    assert "no/such" not in page


def test_overload_is_429_with_advice_and_openais_client_waits(start_server: Any) -> None:
    server = start_server(HTTP, "--max-queue-tokens=512", "--intra-op-threads=1")
    body = {"questions": ["word " * 100] * 3}

    def status_of_one(_: int) -> tuple[int, dict[str, str]]:
        status, _, headers = post(server, "/query/batch", body)
        return status, headers

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(status_of_one, range(64)))
    assert {status for status, _ in answers} == {200, 429}
    for status, headers in answers:
        if status == 429:
            assert int(headers["retry-after"]) >= 1
            assert int(headers["retry-after-ms"]) > 0
    with ThreadPoolExecutor(4) as pool:
        patient = client_of(server, retries=20)
        calls = [
            pool.submit(patient.embeddings.create, model="any", input=body["questions"])
            for _ in range(12)
        ]
        assert all(len(call.result().data) == 3 for call in calls)


def test_keys_are_those_of_grpc(start_server: Any, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(line("search", "right"))
    server = start_server(HTTP, f"--api-keys-file={file}")
    assert curl(server, "/health")[0] == 200
    status, answer, headers = post(server, "/query", {"question": "a"})
    assert (status, answer["error"]["type"]) == (401, "authentication_error")
    assert headers["www-authenticate"] == "Bearer"
    with pytest.raises(openai.AuthenticationError):
        client_of(server, "wrong").embeddings.create(model="any", input="a")
    assert client_of(server, "right").embeddings.create(model="any", input="a").data
    assert metric(server.scrape(), 'quartet_client_requests_total{client="search"}') == 1


@pytest.mark.parametrize(("host", "warnings"), [("0.0.0.0", 1), ("127.0.0.1", 0)])
def test_keys_in_the_clear_on_a_network_are_warned_of(
    start_server: Any, tmp_path: Path, host: str, warnings: int
) -> None:
    own = Authority(tmp_path / "ca").issue("server")
    keys = tmp_path / "keys"
    keys.write_text(line("search", "right"))
    server = start_server(
        *(f"--tls-cert={own.certificate}", f"--tls-key={own.key}"),
        *(f"--api-keys-file={keys}", f"--http-listen={host}:0"),
    )
    told = [event for event in server.events if "in the clear" in event["event"]]
    assert [event["address"] for event in told] == [f"{host}:0"] * warnings


def test_a_port_that_is_taken_is_exit_code_4(served: RunningServer) -> None:
    result = run_to_end([f"--model={MODEL}", *FREE_PORTS, f"--http-listen={served.ready['http']}"])
    assert result.returncode == 4
    assert served.ready["http"] in result.stderr


def test_a_stop_answers_what_was_taken_and_says_no_to_the_rest(start_server: Any) -> None:
    """As with gRPC: health says so first, calls are taken as long as a lame duck takes them."""
    server = start_server(HTTP, "--lame-duck=3s")
    kept = http.client.HTTPConnection(server.ready["http"], timeout=30)
    body = json.dumps({"questions": ["word " * 100] * 32})

    def ask() -> int:
        kept.request("POST", "/query/batch", body, {"Content-Type": "application/json"})
        answer = kept.getresponse()
        answer.read()
        return answer.status

    assert ask() == 200
    server.process.send_signal(signal.SIGTERM)
    server.wait_for_event("draining")
    assert curl(server, "/health")[0] == 503
    statuses: list[int] = []

    def ask_until_the_end() -> None:
        while statuses[-1:] in ([], [200]):
            try:
                statuses.append(ask())
            except (http.client.HTTPException, OSError):
                return

    asking = threading.Thread(target=ask_until_the_end)
    asking.start()
    assert server.process.wait(30) == 0
    asking.join(30)
    assert statuses[:1] == [200]
    assert set(statuses) <= {200, 503}
