"""Draws the dashboard without Grafana: its panels in its grid, plotted by matplotlib from what a
Prometheus answers to their queries. Needs the tests' Python packages (`./tests/run.sh`).

    build/venv/bin/python deploy/grafana/draw.py http://localhost:9090 picture.png --seconds=3600
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/deploy/grafana"))

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from dashboard import Json, all_panels

COLUMNS, COLUMN, LINE = 24, 0.6, 0.27  # of the grid, and their sizes in inches
STEPS = 240  # points of a line
RATE_INTERVAL = "10s"  # Grafana takes four scrape intervals or more


@dataclass
class Series:
    name: str
    labels: dict[str, str]
    times: list[float]  # seconds before now, negative
    values: list[float]


@dataclass
class Source:
    """A Prometheus, and the time that is looked at."""

    url: str
    end: float  # seconds since the epoch
    seconds: float

    def series(self, panel: Json) -> list[Series]:
        return [series for target in panel["targets"] for series in self._answer(target)]

    def _answer(self, target: Json) -> list[Series]:
        expr = target["expr"].replace("$__rate_interval", RATE_INTERVAL)
        query = {
            "query": expr.replace("$job", ".+").replace("$instance", ".+"),
            "start": self.end - self.seconds,
            "end": self.end,
            "step": self.seconds / STEPS,
        }
        url = f"{self.url}/api/v1/query_range?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=30) as response:
            results = json.load(response)["data"]["result"]
        return [self._series(target["legendFormat"], result) for result in results]

    def _series(self, legend: str, result: Json) -> Series:
        labels = result["metric"]
        name = re.sub(r"{{\s*(\w+)\s*}}", lambda label: labels.get(label[1], ""), legend)
        times = [float(at) - self.end for at, _ in result["values"]]
        return Series(name, labels, times, [float(value) for _, value in result["values"]])


def in_unit(value: float, unit: str) -> str:
    if unit == "percentunit":
        return f"{100 * value:.3g} %"
    if unit == "s":
        return f"{1e3 * value:.3g} ms" if value < 1 else f"{value:.3g} s"
    if unit == "bytes":
        return f"{value / 2**20:.4g} MiB"
    suffix = {"reqps": " req/s", "ops": " ops/s", "cps": " c/s"}.get(unit, "")
    return f"{value:.0f}{suffix}" if value >= 100 else f"{value:.3g}{suffix}"


def unit_of(panel: Json) -> str:
    return str(panel["fieldConfig"]["defaults"]["unit"])


def threshold_steps(panel: Json) -> list[tuple[float, str]]:
    thresholds = panel["fieldConfig"]["defaults"].get("thresholds", {})
    steps = thresholds.get("steps", []) if thresholds.get("mode") == "absolute" else []
    return [(step["value"], step["color"]) for step in steps]


def draw_stat(axes: Axes, panel: Json, found: list[Series]) -> None:
    axes.axis("off")
    for i, series in enumerate(found):
        value = series.values[-1]
        colours = [c for least, c in threshold_steps(panel) if least is None or value >= least]
        at = ((i + 0.5) / len(found), 0.4)
        name = f"\n{series.name}" if len(found) > 1 else ""
        axes.text(
            *at,
            in_unit(value, unit_of(panel)) + name,
            color=colours[-1] if colours else "tab:blue",
            ha="center",
            va="center",
            fontsize=11 if name else 14,
        )


def draw_lines(axes: Axes, panel: Json, found: list[Series]) -> None:
    for series in found:
        axes.plot(series.times, series.values, linewidth=1.1, label=series.name)
    custom = panel["fieldConfig"]["defaults"].get("custom", {})
    if custom.get("thresholdsStyle", {}).get("mode", "off") != "off":
        for value, colour in threshold_steps(panel):
            if value is not None and value <= axes.get_ylim()[1]:
                axes.axhline(value, color=colour, linestyle="--", linewidth=0.8)
    highest = max(value for series in found for value in series.values if math.isfinite(value))
    axes.set_ylim(bottom=0, top=1.1 * highest or 1)
    axes.grid(alpha=0.3)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: in_unit(y, unit_of(panel))))
    axes.legend(fontsize=5.5, ncol=3, loc="upper center", bbox_to_anchor=(0.5, -0.1), frameon=False)


def draw_bars(axes: Axes, panel: Json, found: list[Series]) -> None:
    values = [series.values[-1] for series in found]
    bars = axes.barh([series.name for series in found], values, color="tab:blue")
    axes.bar_label(bars, [in_unit(value, unit_of(panel)) for value in values], fontsize=6)
    axes.margins(x=0.15)
    axes.set_xticks([])


def draw_table(axes: Axes, panel: Json, found: list[Series]) -> None:
    axes.axis("off")
    options = panel["transformations"][0]["options"]
    order = options["indexByName"]
    names = [name for name in sorted(order, key=order.__getitem__) if name in found[0].labels]
    axes.table(
        [[series.labels.get(name, "")[:16] for name in names] for series in found],
        colLabels=[options["renameByName"].get(name, name) for name in names],
        cellLoc="left",
        loc="upper center",
        edges="horizontal",
    )


def draw_states(axes: Axes, _panel: Json, found: list[Series]) -> None:
    for y, series in enumerate(found):
        ends = [*series.times[1:], 0.0]
        for on, colour in ((True, "tab:green"), (False, "lightgrey")):
            spans = [
                (start, end - start)
                for start, end, value in zip(series.times, ends, series.values, strict=True)
                if bool(value) == on
            ]
            axes.broken_barh(spans, (y - 0.35, 0.7), color=colour)
        axes.annotate(series.name, (series.times[0], y), (4, 0), textcoords="offset points")
    axes.set_yticks([])


DRAW: dict[str, Callable[[Axes, Json, list[Series]], None]] = {
    "stat": draw_stat,
    "timeseries": draw_lines,
    "bargauge": draw_bars,
    "table": draw_table,
    "state-timeline": draw_states,
}


def place(figure: Figure, panel: Json, lines: int) -> Axes:
    """The panel's axes: its place in the grid, less room for title and labels."""
    grid, width, height = panel["gridPos"], COLUMNS * COLUMN, lines * LINE
    left, right = grid["x"] * COLUMN + 0.75, (grid["x"] + grid["w"]) * COLUMN - 0.15
    top, bottom = grid["y"] * LINE + 0.25, (grid["y"] + grid["h"]) * LINE - 0.4
    if panel["type"] == "stat":
        left, bottom = left - 0.5, bottom + 0.3
    return figure.add_axes(
        (left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height)
    )


def draw(source: Source, path: Path) -> dict[str, int]:
    """Writes the picture; how many series each panel has, by title."""
    lines = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in all_panels())
    plt.rcParams.update({"font.size": 6.5, "axes.titlesize": 8})
    figure = plt.figure(figsize=(COLUMNS * COLUMN, lines * LINE))
    counts = {}
    for panel in all_panels():
        if panel["type"] == "row":
            y = 1 - (panel["gridPos"]["y"] + 0.6) / lines
            figure.text(0.008, y, panel["title"], fontsize=10, weight="bold", va="center")
            continue
        axes = place(figure, panel, lines)
        axes.set_title(panel["title"], loc="left")
        # A quantile of nothing is NaN: an idle server has many.
        found = [s for s in source.series(panel) if any(map(math.isfinite, s.values))]
        counts[panel["title"]] = len(found)
        if found:
            DRAW[panel["type"]](axes, panel, found)
        else:
            axes.axis("off")
            axes.text(0.5, 0.5, "no data", ha="center", va="center", color="grey")
        if panel["type"] in ("timeseries", "state-timeline"):
            axes.set_xlim((-source.seconds, 0))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f} s"))
    figure.savefig(path, dpi=90)
    plt.close(figure)
    # A palette is enough, and a third of the bytes.
    Image.open(path).convert("RGB").quantize(160).save(path, optimize=True)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prometheus", help="http://HOST:PORT")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--seconds", type=float, default=3600, help="that are drawn")
    arguments = parser.parse_args()
    source = Source(arguments.prometheus, time.time(), arguments.seconds)
    draw(source, arguments.picture)


if __name__ == "__main__":
    main()
