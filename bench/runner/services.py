"""Services on their sockets: start-up, closed loops, open loops, memory."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from child import Child
from plan import Plan
from probe import Probe
from subjects import BIN, BUILD, Service

Record = dict[str, Any]

START_SECONDS = 180
POLL_SECONDS = 0.005
BULK_TEXTS = 32
BULK_CLIENTS = 16
MEMORY_CLIENTS = 8


class Running:
    """A started service, paused between its turns."""

    def __init__(self, service: Service, stack: ExitStack) -> None:
        self.service = service
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        log = BUILD / f"logs/service-{service.name.replace(' ', '-')}.log"
        self.started = time.monotonic()
        self.child = stack.enter_context(Child(service.command(self.port), log))

    def load(self, *arguments: str) -> Record:
        target = [f"--target=127.0.0.1:{self.port}", f"--protocol={self.service.protocol}"]
        watch = [f"--pid={self.child.pid}", "--json"]
        command = [str(BIN / "quartet-bench"), *target, *watch, *arguments]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        result: Record = json.loads(run.stdout)
        return result

    def start_up(self) -> Record:
        """Seconds from the start of the process, and what it holds after its first answer."""
        port_open: list[float] = []
        poll = threading.Thread(target=self._wait_for_port, args=(port_open,))
        poll.start()
        result = self.load(f"--wait-seconds={START_SECONDS}", "--seconds=0")
        answered = time.monotonic() - self.started
        poll.join()
        usage = self.load("--warm-up-seconds=0", "--seconds=0.1", "--rate=1", "--mode=open")
        return {
            "port_open_s": round(port_open[0], 3),
            "first_answer_s": round(answered, 3),
            "asked_s": result["seconds_to_first_answer"],
            "usage": usage["server"]["samples"][0],
        }

    def _wait_for_port(self, result: list[float]) -> None:
        while time.monotonic() - self.started < START_SECONDS:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(POLL_SECONDS)
        result.append(time.monotonic() - self.started)


def measure_services(plan: Plan, probe: Probe, say: Any) -> Iterator[Record]:
    with ExitStack() as stack:
        running = []
        for start in range(plan.starts):
            say(f"services, start {start + 1} of {plan.starts}")
            for service in plan.services:
                with ExitStack() as one:
                    each = Running(service, one)
                    figures = each.start_up()
                    yield {"kind": "start", "subject": service.name, "round": start, **figures}
                    if start == plan.starts - 1:
                        each.child.pause()
                        running.append(each)
                        stack.push(one.pop_all())
        capacity: dict[str, float] = {}
        for record in _closed(plan, running, probe, say):
            rate = record["figures"]["achieved_calls_per_s"]
            if record["figures"]["texts_per_call"] == 1:
                capacity.setdefault(record["subject"], 0)
                capacity[record["subject"]] = max(capacity[record["subject"]], rate)
            yield record
        yield from _open(plan, running, capacity, probe, say)
        yield from _memory(plan, running, probe, say)


def _turn(
    running: Running, kind: str, number: int, probe: Probe, loads: dict[str, list[str]]
) -> Iterator[Record]:
    """One service's turn: each load, with a probe between them."""
    before = probe.measure()
    for name, arguments in loads.items():
        running.child.resume()
        figures = running.load(*arguments)
        running.child.pause()
        after = probe.measure()
        yield {
            "kind": kind,
            "subject": running.service.name,
            "load": name,
            "round": number,
            "probes": [before, after],
            "figures": figures,
        }
        before = after


def _times(plan: Plan, seconds: float) -> list[str]:
    return [f"--warm-up-seconds={plan.warm_up_seconds}", f"--seconds={seconds}"]


def _closed(plan: Plan, all_running: list[Running], probe: Probe, say: Any) -> Iterator[Record]:
    times = _times(plan, plan.closed_seconds)
    channels = "--channels=4"
    loads = {
        f"{n} client{'s' * (n > 1)}": [f"--clients={n}", channels, *times] for n in plan.clients
    }
    bulk = [f"--clients={BULK_CLIENTS}", f"--texts-per-call={BULK_TEXTS}", channels]
    loads[f"{BULK_TEXTS} texts a call"] = [*bulk, *times]
    for number in range(plan.closed_rounds):
        say(f"closed loops, round {number + 1} of {plan.closed_rounds}")
        first = number % len(all_running)
        for running in all_running[first:] + all_running[:first]:
            yield from _turn(running, "closed", number, probe, loads)


def _open(
    plan: Plan, all_running: list[Running], capacity: dict[str, float], probe: Probe, say: Any
) -> Iterator[Record]:
    for number in range(plan.open_rounds):
        for share in plan.open_shares:
            say(f"open loops at {share:.0%} of capacity")
            for running in all_running:
                rate = max(capacity[running.service.name] * share, 0.5)
                arguments = ["--mode=open", f"--rate={rate:.2f}", "--channels=4"]
                load = {f"{share:.0%}": [*arguments, *_times(plan, plan.open_seconds)]}
                yield from _turn(running, "open", number, probe, load)


def _memory(plan: Plan, all_running: list[Running], probe: Probe, say: Any) -> Iterator[Record]:
    for running in all_running:
        say(f"memory of {running.service.name}")
        seconds = ["--warm-up-seconds=0", f"--seconds={plan.memory_seconds}"]
        load = [f"--clients={MEMORY_CLIENTS}", "--mix=mixed", *seconds]
        yield from _turn(running, "memory", 0, probe, {"mixed texts": load})
