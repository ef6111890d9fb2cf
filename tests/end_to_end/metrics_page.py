"""Values of a scraped page of metrics."""

from __future__ import annotations

# They are there when files are read again, with TLS or keys: test_tls.py, test_keys.py.
METRICS_OF_FILES = {
    "quartet_reload_failed",
    "quartet_reloads_total",
    "quartet_tls_certificate_expiry_seconds",
}


def metric(page: str, name: str) -> float:
    """The value of the one line that starts with `name`, labels included."""
    values = [line.rsplit(" ", 1)[1] for line in page.splitlines() if line.startswith(name + " ")]
    assert len(values) == 1, f"{len(values)} lines of {name}"
    return float(values[0])


def started_watches(page: str) -> float:
    """Streams of health that were opened."""
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in page.splitlines()
        if line.startswith("grpc_server_started_total") and '"Watch"' in line
    )


def handled_embeds(page: str) -> float:
    """Calls of Embed that were answered, with whatever code."""
    return sum(
        float(line.rsplit(" ", 1)[1])
        for line in page.splitlines()
        if line.startswith("grpc_server_handled_total") and '"Embed"' in line
    )
