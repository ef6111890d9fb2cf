"""Progress bars, on a terminal only: in a pipe the lines of `steps.py` are enough."""

from typing import Any

from tqdm import tqdm


def progress(what: str, total: int | None, unit: str) -> "tqdm[Any]":
    """A bar to be used as a context; it leaves no trace on the screen."""
    return tqdm(
        desc=f"model: {what}",
        total=total,
        unit=unit,
        unit_scale=unit == "B",
        leave=False,
        disable=None,  # unless standard error is a terminal
    )
