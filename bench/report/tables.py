"""The tables of the report, in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rounds import PRECISIONS, Figure, Record, figure, is_steady, machine_speed

QUARTET = "quartet"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def number(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def spread(each: Figure | None) -> str:
    if each is None:
        return "-"
    mark = "" if each.steady else " (unsteady)"
    return f"{number(each.median)} [{number(each.low)}..{number(each.high)}]{mark}"


def unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


class Results:
    """What bench/runner wrote."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.records: list[Record] = data["records"]
        self.speed = machine_speed(self.records)

    def of(self, kind: str, **wanted: object) -> list[Record]:
        return [
            record
            for record in self.records
            if record["kind"] == kind and all(record[key] == wanted[key] for key in wanted)
        ]

    def figure(self, records: list[Record], value: Callable[[Record], float]) -> Figure | None:
        return figure(records, value, self.speed)

    def limit(self, threads: int) -> dict[str, float]:
        """Gop/s by precision: the best that was seen, for it is a limit."""
        seen = [limits[str(threads)] for limits in self.data["limits_gops"]]
        return {
            precision: max(limits[precision] for limits in seen)
            for precision in PRECISIONS
            if seen[0][precision] is not None
        }


def _lead(own: Figure | None, other: Figure | None, *, more_is_better: bool) -> str:
    """How many times better Quartet is."""
    if own is None or other is None or not own.median or not other.median:
        return "-"
    ratio = own.median / other.median if more_is_better else other.median / own.median
    return f"{number(ratio)}x"


def _calls(record: Record) -> str:
    statuses = {s: n for s, n in record["figures"]["calls_by_status"].items() if s != "OK"}
    return ", ".join(f"{n} {status}" for status, n in statuses.items())


def headline(results: Results) -> str:
    """One line a service."""
    columns: list[tuple[str, str, Callable[[Record], float], bool]] = [
        ("texts/s, 16 clients", "16 clients", lambda r: r["figures"]["texts_per_s"], True),
        ("p50 ms, 1 client", "1 client", lambda r: r["figures"]["latency_ms"]["p50"], False),
        ("p99 ms, 16 clients", "16 clients", lambda r: r["figures"]["latency_ms"]["p99"], False),
        ("MiB under load", "16 clients", _own_memory, False),
    ]
    subjects = unique(record["subject"] for record in results.of("closed"))
    rows = []
    for subject in subjects:
        row = [subject]
        for _, load, value, more in columns:
            own = results.figure(results.of("closed", subject=QUARTET, load=load), value)
            each = results.figure(results.of("closed", subject=subject, load=load), value)
            text = number(each.median) if each else "-"
            row.append(
                text if subject == QUARTET else f"{text} ({_lead(own, each, more_is_better=more)})"
            )
        starts = [r["first_answer_s"] for r in results.of("start", subject=subject)]
        own_starts = [r["first_answer_s"] for r in results.of("start", subject=QUARTET)]
        start = statistics.median(starts)
        lead = f" ({number(start / statistics.median(own_starts))}x)" if own_starts else ""
        rows.append([*row, number(start) + ("" if subject == QUARTET else lead)])
    return markdown(["service", *[column[0] for column in columns], "first answer, s"], rows)


def _own_memory(record: Record) -> float:
    return float(record["figures"]["server"]["samples"][-1]["own_mb"])


def closed_loops(results: Results) -> str:
    tables = []
    for load in unique(record["load"] for record in results.of("closed")):
        rows = []
        for subject in unique(record["subject"] for record in results.of("closed")):
            records = results.of("closed", subject=subject, load=load)
            own = results.of("closed", subject=QUARTET, load=load)
            texts = results.figure(records, _texts_per_s)
            rows.append(
                [
                    subject,
                    spread(texts),
                    _lead(results.figure(own, _texts_per_s), texts, more_is_better=True),
                    *[spread(results.figure(records, _latency(p))) for p in ("p50", "p99")],
                    spread(results.figure(records, _cpu_ms_per_text)),
                    "; ".join(filter(None, map(_calls, records))) or "none",
                ]
            )
        header = ["texts/s", "Quartet's lead", "p50 ms", "p99 ms", "server CPU ms a text", "failed"]
        tables.append(f"**{load}**\n\n" + markdown(["service", *header], rows))
    return "\n".join(tables)


def _texts_per_s(record: Record) -> float:
    return float(record["figures"]["texts_per_s"])


def _latency(percentile: str) -> Callable[[Record], float]:
    return lambda record: float(record["figures"]["latency_ms"][percentile])


def _cpu_ms_per_text(record: Record) -> float:
    figures = record["figures"]
    texts = figures["texts_per_s"] * figures["seconds"]
    return float(figures["server"]["cpu_s"] * 1000 / max(texts, 1))


def open_loops(results: Results) -> str:
    rows = []
    for record in results.of("open"):
        figures = record["figures"]
        latency = [number(figures["latency_ms"][p]) for p in ("p50", "p99", "p99.9", "max")]
        rates = [figures["offered_calls_per_s"], figures["achieved_calls_per_s"]]
        steady = "yes" if is_steady(record, results.speed) else "no"
        share = rates[1] / rates[0] if rates[0] else 0
        texts = [*map(number, rates), f"{share:.1%}", *latency, _calls(record) or "none", steady]
        rows.append([record["subject"], record["load"], *texts])
    header = [
        "of capacity",
        "offered calls/s",
        "achieved",
        "share",
        "p50 ms",
        "p99",
        "p99.9",
        "max",
    ]
    return markdown(["service", *header, "failed", "steady"], rows)


def starts(results: Results) -> str:
    rows = []
    for subject in unique(record["subject"] for record in results.of("start")):
        records = results.of("start", subject=subject)
        phases = [[r[key] for r in records] for key in ("port_open_s", "first_answer_s")]
        texts = [
            f"{number(statistics.median(p))} [{number(min(p))}..{number(max(p))}]" for p in phases
        ]
        usage = records[-1]["usage"]
        memory = [number(usage[key]) for key in ("rss_mb", "anon_mb", "file_mb", "own_mb")]
        rows.append([subject, *texts, *memory, str(usage["processes"])])
    header = [
        "port open, s",
        "first answer, s",
        "RSS MiB",
        "anonymous",
        "file",
        "together",
        "processes",
    ]
    return markdown(["service", *header], rows)


def memory(results: Results) -> str:
    rows = []
    for record in results.of("memory"):
        samples = record["figures"]["server"]["samples"]
        ends = [samples[0], samples[-1]]
        grown = [number(s[key]) for key in ("rss_mb", "anon_mb", "own_mb") for s in ends]
        texts = record["figures"]["texts_per_s"] * record["figures"]["seconds"]
        rows.append([record["subject"], number(texts), *grown])
    header = ["texts", "RSS first", "RSS last", "anonymous first", "last", "together first", "last"]
    return markdown(["service", *header], rows)


def engines(results: Results) -> str:
    tables = []
    for mode in unique(record["mode"] for record in results.of("engine")):
        threads = 1 if mode == "1 lane of 1 thread" else 2
        for name in unique(record["set"] for record in results.of("engine")):
            own = results.of("engine", subject=QUARTET, mode=mode, set=name)
            rows = [
                [subject, *_engine_row(results, subject, mode, name, threads, own)]
                for subject in unique(record["subject"] for record in results.of("engine"))
            ]
            header = ["p50 ms", "texts/s", "Quartet's lead", "CPU ms a text", "RSS MiB"]
            shares = [f"of {precision} limit" for precision in results.limit(threads)]
            tables.append(f"**{name}, {mode}**\n\n" + markdown(["engine", *header, *shares], rows))
    return "\n".join(tables)


def _engine_row(
    results: Results, subject: str, mode: str, name: str, threads: int, own: list[Record]
) -> list[str]:
    records = results.of("engine", subject=subject, mode=mode, set=name)
    texts = results.figure(records, _texts_per_s)
    if texts is None:
        return ["-"] * 5
    gops = texts.median * results.data["operations_per_text"][name] / 1e9
    return [
        spread(results.figure(records, lambda r: float(r["figures"]["p50_ms"]))),
        spread(texts),
        _lead(results.figure(own, _texts_per_s), texts, more_is_better=True),
        number(statistics.median(r["figures"]["cpu_ms_per_text"] for r in records)),
        number(statistics.median(r["figures"]["rss_mb"] for r in records)),
        *[f"{gops / limit:.1%}" for limit in results.limit(threads).values()],
    ]


def accuracy(results: Results) -> str:
    rows = [
        [record["subject"], f"{record['min']:.6f}", f"{record['mean']:.6f}"]
        for record in results.of("accuracy")
    ]
    return markdown(["engine", "lowest cosine", "mean cosine"], rows)


def limits(results: Results) -> str:
    rows = [
        [f"{threads} thread{'s' * (threads > 1)}", *map(number, results.limit(threads).values())]
        for threads in (1, 2)
    ]
    return markdown(["Gop/s", *results.limit(1)], rows)


def settings(results: Results) -> str:
    lines = []
    for record in results.of("engine loaded"):
        listed = "; ".join(f"{name}: {value}" for name, value in record["settings"].items())
        lines.append(f"- **{record['subject']}**, {record['mode']}: {listed}")
    return "\n".join(lines) + "\n"
