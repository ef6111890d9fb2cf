"""Measures subjects side by side and writes what was seen as one JSON file.

bench/run.sh calls this when everything is installed and built.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from engines import measure_engines
from machine import facts
from plan import PLANS, Plan
from probe import Probe
from services import measure_services
from texts import ENGINE_SETS, operations_per_text, write_sets

PARTS = {"engines": measure_engines, "services": measure_services}


def say(what: str) -> None:
    print(f"bench: {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def measure(plan: Plan, parts: list[str]) -> dict[str, Any]:
    started = time.monotonic()
    machine = facts()
    write_sets()
    probe = Probe()
    try:
        limits = [probe.limit()]
        records = [record for part in parts for record in PARTS[part](plan, probe, say)]
        limits.append(probe.limit())
    finally:
        probe.stop()
    return {
        "machine": machine,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "operations_per_text": {each.name: operations_per_text(each) for each in ENGINE_SETS},
        "limits_gops": limits,
        "records": records,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", choices=PLANS)
    parser.add_argument("what", nargs="*", help="engines, services, or subjects' names; all")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    plan = PLANS[options.plan]
    names = set(options.what) - PARTS.keys()
    if names:
        plan = replace(
            plan,
            engines=[engine for engine in plan.engines if engine.name in names],
            services=[service for service in plan.services if service.name in names],
        )
    parts = [part for part in PARTS if part in options.what] or list(PARTS)
    result = {"plan": options.plan, "what": options.what, **measure(plan, parts)}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(result) + "\n")
    say(f"wrote {options.out} after {result['minutes']} minutes")


if __name__ == "__main__":
    main()
