"""Makes one Markdown page with tables and plots of a JSON file that bench/runner wrote."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import tables
from plots import draw
from rounds import STEADY_SHARE, is_steady
from tables import Results, unique


def _introduction(results: Results, command: str) -> str:
    data, machine = results.data, results.data["machine"]
    turns = [record for record in results.records if "probes" in record]
    aside = sum(not is_steady(record, results.speed) for record in turns)
    hardware = f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['memory_gib']} GiB"
    return f"""Made by `{command}` in {data["minutes"]} minutes, without installing and building.

- Commit {machine["commit"]}; {hardware}; Linux {machine["kernel"]}.
- Subjects take turns, in another order each round; those not measured are stopped with SIGSTOP.
  Nothing is pinned. The load generator runs on the same CPUs.
- Figures are medians [lowest..highest] of the turns that count. A turn is set aside when the probe
  of the cores before or after it is below {STEADY_SHARE:.0%} of what they reach at their best:
  {aside} of {len(turns)} turns. "(unsteady)": all turns of that figure were, so all count.
- "Quartet's lead", or "x" in brackets, is how many times better Quartet is; below 1 it is worse.
"""


def _settings_of_services() -> str:
    return """- **quartet**: defaults.
- **seed**: gunicorn, 3 sync workers, Flask, sentence-transformers, 2 torch threads a worker;
  `recycling`: max_requests 50.
- **infinity**: torch engine, `--no-bettertransformer`, defaults else.
- **onnxruntime, openvino**: the engine on 2 lanes of 1 thread behind grpc.aio with Quartet's proto,
  dynamic batches of up to 8 texts of like length.
"""


def page(results: Results, plots: dict[str, str], command: str) -> str:
    def image(name: str) -> str:
        return f"![{name}]({plots[name]})\n" if name in plots else ""

    sections: list[tuple[str, str]] = []
    if results.of("closed"):
        sections += [
            ("Services at a glance", tables.headline(results)),
            ("Closed loops", image("throughput") + "\n" + tables.closed_loops(results)),
            ("Open loops", image("latency") + "\n" + tables.open_loops(results)),
            ("Start-up", image("start-up") + "\n" + tables.starts(results)),
            ("Memory", image("memory") + "\n" + tables.memory(results)),
        ]
    if results.of("engine"):
        sections += [
            ("The limit", tables.limits(results) + "\n" + image("limit")),
            ("Engines in process", tables.engines(results)),
            ("Accuracy: cosine to torch in float32", tables.accuracy(results)),
        ]
    sections.append(("What was set", _settings_of_services() + tables.settings(results)))
    body = "\n".join(f"## {title}\n\n{text}" for title, text in sections)
    subjects = len(unique(record["subject"] for record in results.records))
    title = f"# Quartet beside its peers: {subjects} subjects"
    return f"{title}\n\n{_introduction(results, command)}\n{body}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    results = Results(json.loads(options.results.read_text()))
    options.folder.mkdir(parents=True, exist_ok=True)
    plan = results.data["plan"]
    command = " ".join(["bench/run.sh", plan, *results.data["what"]])
    plots = draw(results, options.folder, plan)
    written = options.folder / f"{plan}.md"
    written.write_text(page(results, plots, command))
    print(written)


if __name__ == "__main__":
    main()
