"""For each alert, what makes it fire and what does not: series in promtool's notation, one sample a
minute, and the minute at which to look."""

from __future__ import annotations

from dataclasses import dataclass

Series = dict[str, str]

SELF = '{job="quartet", instance="a"}'
INFO = f"quartet_build_info{SELF}"


@dataclass
class Case:
    alert: str
    fires: Series
    stays_quiet: Series
    minute: int = 30
    too_early: int | None = None  # a minute at which what fires later is not yet firing


def steady(name: str, value: float, labels: str = "") -> Series:
    return {f'{name}{{job="quartet", instance="a"{labels}}}': f"{value}x480"}


def rising(name: str, per_minute: float, labels: str = "") -> Series:
    return {f'{name}{{job="quartet", instance="a"{labels}}}': f"0+{per_minute}x480"}


def memory(part: float) -> Series:
    return steady("quartet_cgroup_memory_working_set_bytes", part * 1e9) | steady(
        "quartet_cgroup_memory_limit_bytes", 1e9
    )


def cpu(part: float) -> Series:
    return rising("process_cpu_seconds_total", part * 2 * 60) | steady(
        "quartet_cgroup_cpu_limit_cores", 2
    )


def no_cpu_limit() -> Series:
    series = 'quartet_cgroup_cpu_limit_cores{job="quartet", instance="a"}'
    return rising("process_cpu_seconds_total", 120) | {series: " ".join(["+Inf"] * 60)}


def throttled(part: float) -> Series:
    return rising("quartet_cgroup_cpu_periods_total", 600) | rising(
        "quartet_cgroup_cpu_throttled_periods_total", 600 * part
    )


def latency(name: str, below: str, above: str, labels: str = "") -> Series:
    """All samples lie between two edges of the buckets."""
    return (
        rising(f"{name}_bucket", 0, f'{labels}, le="{below}"')
        | rising(f"{name}_bucket", 600, f'{labels}, le="{above}"')
        | rising(f"{name}_bucket", 600, f'{labels}, le="+Inf"')
    )


def embed_seconds(below: str, above: str) -> Series:
    return latency("grpc_server_handling_seconds", below, above, ', grpc_method="Embed"')


def handled(**per_minute: float) -> Series:
    series: Series = {}
    for code, rate in per_minute.items():
        labels = f', grpc_method="Embed", grpc_code="{code}"'
        series |= rising("grpc_server_handled_total", rate, labels)
    return series


def refused(part: float) -> Series:
    calls = handled(OK=600 * (1 - part), ResourceExhausted=600 * part)
    return calls | rising("quartet_rejected_total", 600 * part, ', reason="queue_full"')


def restarts(count: int) -> Series:
    starts = [f"{index}" for index in range(count + 1)]
    series = 'process_start_time_seconds{job="quartet", instance="a"}'
    return {series: " ".join(starts) + f" {count}x480", INFO: "1x480"}


def event(name: str, labels: str = "") -> Series:
    """Once, at minute 28."""
    return {f'{name}{{job="quartet", instance="a"{labels}}}': "0x27 1x480"}


CASES = [
    Case("QuartetMemoryHigh", memory(0.71), memory(0.70), too_early=9),
    Case("QuartetMemoryCritical", memory(0.86), memory(0.85), too_early=1),
    Case(
        "QuartetMemoryGrows",
        rising("process_resident_anonymous_memory_bytes", 60 * 3100) | {INFO: "1x480"},
        rising("process_resident_anonymous_memory_bytes", 60 * 2900) | {INFO: "1x480"},
        minute=470,
    ),
    Case(
        "QuartetOutOfMemoryKill",
        event("quartet_cgroup_memory_events_total", ', event="oom_kill"'),
        event("quartet_cgroup_memory_events_total", ', event="high"'),
    ),
    Case("QuartetCpuHigh", cpu(0.81), cpu(0.79), too_early=14),
    Case("QuartetCpuCritical", cpu(0.96), no_cpu_limit(), too_early=9),
    Case("QuartetThrottled", throttled(0.26), throttled(0.24), too_early=9),
    Case("QuartetSlow", embed_seconds("2", "5"), embed_seconds("1", "2"), too_early=4),
    Case("QuartetVerySlow", embed_seconds("5", "10"), embed_seconds("2", "5"), too_early=4),
    Case(
        "QuartetQueueSlow",
        latency("quartet_queue_seconds", "0.5", "1"),
        latency("quartet_queue_seconds", "0.25", "0.5"),
        too_early=9,
    ),
    Case("QuartetRefuses", refused(0.06), refused(0.04), too_early=9),
    Case("QuartetErrors", handled(OK=985, Internal=15), handled(OK=950, InvalidArgument=50)),
    Case(
        "QuartetForwardsFail",
        event("quartet_failed_forwards_total"),
        rising("quartet_failed_forwards_total", 0),
    ),
    Case(
        "QuartetModelRefused",
        event("quartet_model_reloads_total", ', result="refused"'),
        event("quartet_model_reloads_total", ', result="swapped"'),
    ),
    Case("QuartetStuck", steady("quartet_alive", 0), steady("quartet_alive", 1)),
    Case(
        "QuartetNotReady",
        steady("quartet_ready", 0)
        | rising("grpc_server_started_total", 60, ', grpc_method="Embed"'),
        steady("quartet_ready", 0)
        | rising("grpc_server_started_total", 0, ', grpc_method="Embed"'),
    ),
    Case("QuartetRestarts", restarts(6), restarts(5)),
    Case("QuartetRestartsOften", restarts(21), restarts(20)),
    Case(
        "QuartetDescriptorsHigh",
        steady("process_open_fds", 71) | steady("process_max_fds", 100) | {INFO: "1x480"},
        steady("process_open_fds", 71) | steady("process_max_fds", 100),  # another program's
        too_early=9,
    ),
    # Promtool's clock starts at zero.
    Case(
        "QuartetCertificateExpires",
        steady("quartet_tls_certificate_expiry_seconds", 7 * 86400),
        steady("quartet_tls_certificate_expiry_seconds", 8 * 86400),
        too_early=9,
    ),
    Case(
        "QuartetReloadFailed",
        steady("quartet_reload_failed", 1, ', files="tls"'),
        steady("quartet_reload_failed", 0, ', files="tls"'),
        too_early=4,
    ),
    Case("QuartetDown", steady("up", 0), steady("up", 1), too_early=1),
    Case("QuartetAbsent", {'up{job="other"}': "1x480"}, steady("up", 0), too_early=4),
]
