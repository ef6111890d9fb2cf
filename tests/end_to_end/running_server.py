"""The real server as a child process on free ports of the loopback interface."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sent_texts import pieces_in, take_errors

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-server"
MODEL = ROOT / "build/models/paraphrase-MiniLM-L3-v2.pt"
EXACT_MODEL = MODEL.with_stem(f"{MODEL.stem}-fp32")
BF16_MODEL = MODEL.with_stem(f"{MODEL.stem}-bf16")
FREE_PORT = "127.0.0.1:0"
OTHER_PORTS = (f"--metrics-listen={FREE_PORT}", f"--admin-listen={FREE_PORT}")
FREE_PORTS = (f"--listen={FREE_PORT}", *OTHER_PORTS)


class RunningServer:
    """Started by the constructor, which returns when the server has logged `ready`. `launcher`: a
    command that ends by executing the one that follows it."""

    def __init__(
        self,
        *flags: str,
        environment: dict[str, str] | None = None,
        model: Path = MODEL,
        listen: str = FREE_PORT,
        metrics_listen: str = FREE_PORT,
        launcher: Sequence[str] = (),
    ) -> None:
        self.started = time.monotonic()
        addresses = (
            f"--listen={listen}",
            f"--metrics-listen={metrics_listen}",
            f"--admin-listen={FREE_PORT}",
        )
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [*launcher, BINARY, f"--model={model}", *addresses, "--log-format=json", *flags],
            stderr=write,
            env=os.environ | (environment or {}),
        )
        for flag in flags:
            if flag.startswith("--log-file=") and not flag.startswith("--log-file=/dev/"):
                self._follow(flag.partition("=")[2], write)
        os.close(write)
        self._log = os.fdopen(read)
        self.events: list[dict[str, Any]] = []
        self.last_metrics = ""
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.ready = self.wait_for_event("ready")
        self.seconds_to_ready = time.monotonic() - self.started

    def _follow(self, log_file: str, write: int) -> None:
        """Its lines join those of standard error, also when it is rotated."""
        tail = ("tail", "--lines=+1", "-F", "--sleep-interval=0.1", f"--pid={self.process.pid}")
        subprocess.Popen([*tail, log_file], stdout=write, stderr=subprocess.DEVNULL)

    def _read(self) -> None:
        for line in self._log:
            with self._changed:
                self.events.append(json.loads(line) if line[0] == "{" else {"event": line})
                self._changed.notify_all()
        with self._changed:
            self.events.append({"event": "end of log"})
            self._changed.notify_all()

    def wait_for_event(self, name: str, seconds: float = 60, after: int = 0) -> dict[str, Any]:
        """The first event of that name, or the one after so many."""

        def found() -> dict[str, Any] | None:
            events = (e for e in self.events if e["event"] in (name, "end of log"))
            return next(itertools.islice(events, after, None), None)

        with self._changed:
            self._changed.wait_for(found, seconds)
            event = found()
        assert event is not None and event["event"] == name, f"no '{name}' in {self.events}"
        return event

    @property
    def address(self) -> str:
        return str(self.ready["address"])

    def scrape(self) -> str:
        return self.probe("metrics")[1]

    def probe(self, page: str) -> tuple[int, str]:
        """HTTP status and content of a page beside /metrics."""
        try:
            url = f"http://{self.ready['metrics']}/{page}"
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def status_value(self, key: str) -> int:
        """A number of /proc/PID/status: Threads, or VmRSS in kB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1])
        raise KeyError(key)

    def cpu_ticks_by_thread(self) -> dict[str, int]:
        """User time of each thread, in clock ticks: proc(5), field 14 of stat."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return {
            task.name: int((task / "stat").read_text().rsplit(")", 1)[1].split()[11])
            for task in tasks
        }

    def stop(self, seconds: float = 60) -> int:
        """SIGTERM, and the exit code."""
        self._keep_metrics()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        self._search_for_texts()
        return code

    def kill(self) -> None:
        """For a test that does not stop its server."""
        if self.process.poll() is None:
            self._keep_metrics()
            self.process.kill()
            self.process.wait()
        self._search_for_texts()

    def _keep_metrics(self) -> None:
        """The last page, if there is one: it may be stopped, or want a password."""
        with contextlib.suppress(OSError):
            url = f"http://{self.ready['metrics']}/metrics"
            with urllib.request.urlopen(url, timeout=1) as response:
                self.last_metrics = response.read().decode()

    def _search_for_texts(self) -> None:
        """Whatever a test was about: no log, metrics or errors have a text that was sent."""
        self._reader.join(10)
        logged = [str(value) for event in self.events for value in event.values()]
        assert not pieces_in("\n".join([*logged, self.last_metrics, take_errors()]))


def run_to_end(
    flags: Sequence[str], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the server with settings that make it end by itself."""
    return subprocess.run(
        [BINARY, *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | (environment or {}),
    )
