"""`quartet report`, `quartet plan` and `quartet logs` beside real servers and their real logs."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml

from running_server import ROOT, RunningServer, run_to_end

QUARTET = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet"
README = (ROOT / "README.md").read_text()
RUNBOOK = (ROOT / "deploy/RUNBOOK.md").read_text()


def quartet(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QUARTET, *words], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def succeeding(*words: str, stdin: str = "") -> str:
    result = quartet(*words, stdin=stdin)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout


@pytest.fixture
def used_server(start_server: Callable[..., RunningServer], api: Any) -> RunningServer:
    """Has answered 30 calls of two texts, one of which it had to cut, and refused one call."""
    server = start_server()
    with grpc.insecure_channel(server.address) as channel:
        stub = api.services.EmbeddingServiceStub(channel)
        for _ in range(30):
            stub.Embed(api.messages.EmbedRequest(texts=["A man eats.", "word " * 200]))
        with pytest.raises(grpc.RpcError):
            stub.Embed(api.messages.EmbedRequest(texts=[]))
    return server


def test_a_report_says_what_runs_and_what_it_did(used_server: RunningServer) -> None:
    address = used_server.ready["metrics"]
    report = json.loads(succeeding("report", f"--metrics={address}", "--seconds=0.2", "--json"))
    assert report["address"] == address
    assert report["status"] == "normal"
    assert report["server"]["fingerprint"] == used_server.ready["fingerprint"]
    assert report["server"]["precision"] == "int8"
    assert 0 < report["server"]["uptime_seconds"] < 600
    assert report["resources"]["resident_bytes"] > 50e6
    done = report["since_start"]
    assert done["calls"] == {"InvalidArgument": 1, "OK": 30}
    assert done["texts"] == 60
    assert done["truncated_texts"] == 30
    assert 0 < done["latency_seconds"]["p50"] <= done["latency_seconds"]["p99"] < 10
    assert report["interval"]["calls"] == {}
    assert report["interval"]["latency_seconds"]["p50"] is None
    assert len(report["findings"]) == 10
    assert any("50 % of the texts are longer" in advice for advice in report["advice"])


def test_a_report_is_markdown_with_whole_tables(used_server: RunningServer) -> None:
    page = succeeding("report", f"--metrics={used_server.ready['metrics']}", "--seconds=0.2")
    titles = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert titles == ["What runs", "Resources", "Traffic", "Findings", "Advice"]
    assert used_server.ready["fingerprint"] in page
    for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1, table


def test_a_plan_takes_its_figures_from_a_server(used_server: RunningServer) -> None:
    machine = ("plan", "--cpu=2", "--memory=4G", f"--metrics={used_server.ready['metrics']}")
    plan = json.loads(succeeding(*machine, "--format=json"))
    assert used_server.ready["metrics"] in plan["source"]
    assert plan["tokens_per_text"] == pytest.approx((5 + 128) / 2, abs=1)
    assert plan["texts_per_second"] > 5
    own = json.loads(succeeding(*machine, "--format=json", "--tokens=128", "--precision=fp32"))
    assert own["tokens_per_text"] == 128
    assert own["texts_per_second"] < plan["texts_per_second"]


def test_the_plan_of_readme_is_what_is_printed() -> None:
    match = re.search(r"^\$ quartet (plan .*)\n((?:.+\n)+?)```", README, re.MULTILINE)
    assert match is not None
    assert succeeding(*shlex.split(match[1])) == match[2]


def runbook_row(cpu: str, memory: str) -> str:
    def plan(precision: str) -> dict[str, Any]:
        words = ("plan", f"--cpu={cpu}", f"--memory={memory}G", f"--precision={precision}")
        return dict(json.loads(succeeding(*words, "--format=json")))

    int8, fp32 = plan("int8"), plan("fp32")
    texts = [f"{p['texts_per_second']:,.0f}" for p in (int8, fp32)]
    return (
        f"| {cpu} vCPU, {memory} GB | {int8['replicas']} | {int8['compute_threads']} "
        f"| {int8['cpu_request_cores'] * 1000:.0f}m "
        f"| {int8['memory_limit_bytes'] / 1e6:.0f}M, {fp32['memory_limit_bytes'] / 1e6:.0f}M "
        f"| {texts[0]}, {texts[1]} | {'yes' if int8['surge_fits'] else 'no'} |"
    )


@pytest.mark.parametrize(("cpu", "memory"), [("2", "4"), ("3", "8"), ("4", "8"), ("8", "16")])
def test_the_table_of_the_runbook_is_what_is_planned(cpu: str, memory: str) -> None:
    assert runbook_row(cpu, memory) in RUNBOOK.splitlines()


def test_a_plan_for_kubernetes_is_a_patch_of_settings_that_the_server_takes() -> None:
    text = succeeding("plan", "--cpu=4", "--memory=8G", "--format=kubernetes")
    spec = yaml.safe_load(text)["spec"]
    assert spec["replicas"] == 2
    assert spec["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    (container,) = spec["template"]["spec"]["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "1400m", "memory": "400M"},
        "limits": {"memory": "400M"},
    }
    # They are read before the model, which is not there.
    result = run_to_end([*container["args"], "--model=/nowhere.pt"])
    assert result.returncode == 3, result.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("plan --memory 8G", "--cpu"),
        ("plan --cpu two --memory 8G", "--cpu: 'two'"),
        ("plan --cpu 10m --memory 8G", "--cpu: 10m is not within 0.1 and 1024"),
        ("plan --cpu 2 --memory 300M", "--memory: the memory is not enough"),
        ("plan --cpu 2 --memory 8G --precision int4", "--precision: int4"),
        ("plan --cpu 2 --memory 8G --metrics 127.0.0.1:1", "--metrics: http://127.0.0.1:1"),
        ("report --metrics 127.0.0.1:1", "--metrics: http://127.0.0.1:1"),
        ("report --seconds 0", "--seconds: Value 0 not in range 0.1"),
        ("logs /nowhere.log", "/nowhere.log: No such file"),
        ("logs /", "/: Is a directory"),
        ("logs --slow 1001", "--slow: Value 1001 not in range 0 to 1000"),
    ],
)
def test_bad_input_is_one_line_that_names_it(words: str, named: str) -> None:
    result = quartet(*words.split())
    assert result.returncode == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("quartet: ")
    assert named in result.stderr


@pytest.fixture
def log_of_four_lives(start_server: Callable[..., RunningServer], tmp_path: Path) -> Path:
    """One that stopped, one that was killed, one that failed to start, one that stopped."""
    log = tmp_path / "quartet.log"
    copying = ("bash", "-c", f'exec "$@" 2> >(tee -a "{log}" >&2)', "bash")
    start_server(launcher=copying).stop()
    killed = start_server(launcher=copying)
    killed.kill()
    with pytest.raises(AssertionError):
        killed.wait_for_event("stopped")  # all that it wrote is there
    failed = run_to_end(["--model=/nowhere.pt", "--log-format=json"])
    with log.open("a") as file:
        file.write(failed.stderr)
    start_server(launcher=copying).stop()
    return log


def test_a_log_tells_restarts_and_failed_starts(log_of_four_lives: Path) -> None:
    summary = json.loads(succeeding("logs", str(log_of_four_lives), "--json"))
    assert summary["lines"] == len(log_of_four_lives.read_text().splitlines())
    assert summary["not_json"] == 0
    assert summary["restarts"] == {"clean": 2, "unclean": 1}
    (reason,) = summary["failed_starts"]
    assert "/nowhere.pt" in reason
    assert summary["errors"] == {f"start failed: {reason}": 1}
    events = [state["event"] for state in summary["states"] if state["event"] != "starting"]
    life = ["ready", "draining", "stopped"]
    assert events == [*life, "ready", "start failed", *life]
    assert summary["first_time"] < summary["last_time"]


def test_a_log_is_the_same_in_a_container_runtimes_clothes(log_of_four_lives: Path) -> None:
    lines = log_of_four_lives.read_text().splitlines()
    plain = succeeding("logs", str(log_of_four_lives))
    docker = [json.dumps({"log": line + "\n", "stream": "stderr"}) for line in lines]
    cri = [f"2026-11-24T02:04:27.123456789Z stderr F {line}" for line in lines]
    for dressed in (lines, docker, cri):
        assert succeeding("logs", stdin="\n".join(dressed)) == plain


def test_a_log_of_text_says_what_it_needs() -> None:
    text = run_to_end(["--model=/nowhere.pt", "--log-format=text"]).stderr
    report = succeeding("logs", "-", stdin=text + "terminate called\n")
    count = len(text.splitlines())
    expected = (
        f"{count + 1} lines, {count} of them the server's as text: it needs --log-format json"
    )
    assert expected in report
