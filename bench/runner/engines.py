"""Engines without a service: rounds in which each has a turn, in another order every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
from child import Child
from plan import Mode, Plan
from probe import Probe
from subjects import BUILD, REFERENCE_ENGINE, ROOT, Engine
from texts import ENGINE_SETS, VERIFY

Record = dict[str, Any]


def mode_name(mode: Mode) -> str:
    threads, lanes = mode
    return f"{lanes} lane{'s' * (lanes > 1)} of {threads} thread{'s' * (threads > 1)}"


def measure_engines(plan: Plan, probe: Probe, say: Any) -> Iterator[Record]:
    for mode in plan.modes:
        say(f"engines, {mode_name(mode)}")
        with ExitStack() as stack:
            children = {engine: _start(engine, mode, stack) for engine in plan.engines}
            for engine, child in children.items():
                yield _loaded(engine, mode, child)
            yield from _rounds(plan, mode, children, probe, say)
            if mode == plan.modes[0]:
                yield from _accuracy(children)


def _start(engine: Engine, mode: Mode, stack: ExitStack) -> Child:
    log = BUILD / f"logs/engine-{engine.name.replace(' ', '-')}.log"
    return stack.enter_context(Child(engine.command(*mode), log, talks=True))


def _loaded(engine: Engine, mode: Mode, child: Child) -> Record:
    ready = child.answer()
    child.pause()
    facts = {"load_s": ready["load_s"], "settings": ready["settings"]}
    return {"kind": "engine loaded", "subject": engine.name, "mode": mode_name(mode), **facts}


def _rounds(
    plan: Plan, mode: Mode, children: dict[Engine, Child], probe: Probe, say: Any
) -> Iterator[Record]:
    engines = list(children)
    before = probe.measure()
    for number in range(plan.engine_rounds):
        say(f"  round {number + 1} of {plan.engine_rounds}")
        first = number % len(engines)
        for engine in engines[first:] + engines[:first]:
            child = children[engine]
            child.resume()
            seconds = plan.engine_seconds
            answers = [child.ask({"run": s.name, "seconds": seconds}) for s in ENGINE_SETS]
            child.pause()
            after = probe.measure()
            for answer in answers:
                yield {
                    "kind": "engine",
                    "subject": engine.name,
                    "mode": mode_name(mode),
                    "set": answer["set"],
                    "round": number,
                    "probes": [before, after],
                    "figures": answer,
                }
            before = after


def _accuracy(children: dict[Engine, Child]) -> Iterator[Record]:
    """The cosine of every verification text's vector to that of torch in float32."""
    command = REFERENCE_ENGINE.command(1, 1, ROOT / "build/venv/bin/python")
    with Child(command, BUILD / "logs/reference.log", talks=True) as reference:
        reference.answer()
        expected = _vectors("reference", reference)
    for engine, child in children.items():
        child.resume()
        cosines = (_vectors(engine.name, child) * expected).sum(1)
        child.pause()
        figures = {"min": float(cosines.min()), "mean": float(cosines.mean())}
        yield {"kind": "accuracy", "subject": engine.name, "texts": len(cosines), **figures}


def _vectors(name: str, child: Child) -> np.ndarray[Any, np.dtype[np.float64]]:
    path = BUILD / f"vectors-{name.replace(' ', '-')}"
    rows = child.ask({"vectors": VERIFY.name, "to": str(path)})["rows"]
    vectors = np.fromfile(path, "<f4").reshape(rows, -1).astype(np.float64)
    unit: np.ndarray[Any, np.dtype[np.float64]] = vectors / np.linalg.norm(
        vectors, axis=1, keepdims=True
    )
    return unit
