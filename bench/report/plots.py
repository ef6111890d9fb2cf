"""The plots of the report, as PNG files."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from rounds import steady_or_all
from tables import QUARTET, Results, unique

SIZE = (8, 4.5)


def _style(subject: str) -> dict[str, Any]:
    return {"linewidth": 2.5 if subject == QUARTET else 1.2, "marker": ".", "label": subject}


def _logarithmic(x_base: int) -> None:
    """Where there is a point: without one matplotlib refuses (no call was answered in any turn)."""
    if plt.gca().dataLim.y1 > 0:
        plt.xscale("log", base=x_base)
        plt.yscale("log")


def _save(path: Path, title: str, x: str, y: str, *, legend: bool = True) -> Path:
    plt.title(title)
    plt.xlabel(x)
    plt.ylabel(y)
    plt.grid(alpha=0.3)
    if legend:
        plt.legend(fontsize=8)
    plt.tight_layout()
    plt.savefig(path, dpi=100)
    plt.close()
    return path


def latency_by_offered_load(results: Results, path: Path) -> Path:
    plt.figure(figsize=SIZE)
    for subject in unique(record["subject"] for record in results.of("open")):
        records = steady_or_all(results.of("open", subject=subject), results.speed)
        figures = [r["figures"] for r in records]
        points = sorted(
            (f["offered_calls_per_s"], f["latency_ms"]["p99"])
            for f in figures
            if f["latency_ms"]["count"]
        )
        plt.plot([x for x, _ in points], [y for _, y in points], **_style(subject))
    _logarithmic(x_base=10)
    return _save(path, "p99 latency until overload", "offered calls/s, Poisson", "p99, ms")


def throughput_by_clients(results: Results, path: Path) -> Path:
    plt.figure(figsize=SIZE)
    for subject in unique(record["subject"] for record in results.of("closed")):
        points = []
        for load in unique(r["load"] for r in results.of("closed") if "client" in r["load"]):
            records = results.of("closed", subject=subject, load=load)
            texts = results.figure(records, lambda r: float(r["figures"]["texts_per_s"]))
            if texts:
                points.append((int(load.split()[0]), texts.median))
        plt.plot([x for x, _ in points], [y for _, y in points], **_style(subject))
    _logarithmic(x_base=2)
    return _save(path, "Throughput by clients", "clients, one text a call", "texts/s")


def memory_over_time(results: Results, path: Path) -> Path:
    plt.figure(figsize=SIZE)
    for record in results.of("memory"):
        samples = record["figures"]["server"]["samples"]
        points = [(sample["s"], sample["own_mb"]) for sample in samples]
        plt.plot([x for x, _ in points], [y for _, y in points], **_style(record["subject"]))
    plt.ylim(bottom=0)
    return _save(path, "Memory, 8 clients, texts of 5..128 tokens", "s", "MiB")


def start_up(results: Results, path: Path) -> Path:
    plt.figure(figsize=SIZE)
    subjects = unique(record["subject"] for record in results.of("start"))
    opened, answered = (
        [statistics.median(r[key] for r in results.of("start", subject=s)) for s in subjects]
        for key in ("port_open_s", "first_answer_s")
    )
    plt.barh(subjects, opened, label="until the port is open")
    rest = [max(a - o, 0) for a, o in zip(answered, opened, strict=True)]
    plt.barh(subjects, rest, left=opened, label="until the first answer")
    plt.gca().invert_yaxis()
    return _save(path, "Start-up", "s", "")


def share_of_limit(results: Results, path: Path) -> Path:
    plt.figure(figsize=SIZE)
    mode, name = "1 lane of 1 thread", "fours-short"
    limit = results.limit(1)
    precision = next(iter(limit))
    subjects = unique(record["subject"] for record in results.of("engine"))
    shares = []
    for subject in subjects:
        records = results.of("engine", subject=subject, mode=mode, set=name)
        texts = results.figure(records, lambda r: float(r["figures"]["texts_per_s"]))
        gops = texts.median * results.data["operations_per_text"][name] / 1e9 if texts else 0
        shares.append(100 * gops / limit[precision])
    plt.barh(subjects, shares)
    plt.gca().invert_yaxis()
    title = f"Share of one core's {precision} limit, {name}"
    return _save(path, title, f"% of {limit[precision]:.0f} Gop/s", "", legend=False)


PLOTS = {
    "latency": (latency_by_offered_load, "open"),
    "throughput": (throughput_by_clients, "closed"),
    "memory": (memory_over_time, "memory"),
    "start-up": (start_up, "start"),
    "limit": (share_of_limit, "engine"),
}


def draw(results: Results, folder: Path, prefix: str) -> dict[str, str]:
    """File names by plot; only of what was measured."""
    return {
        name: plot(results, folder / f"{prefix}-{name}.png").name
        for name, (plot, kind) in PLOTS.items()
        if results.of(kind)
    }
