"""Files of API keys, and calls with one."""

from __future__ import annotations

import hashlib
from pathlib import Path


def line(name: str, key: str) -> str:
    """Of the file: whose key it is."""
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()}\n"


def put(file: Path, content: str) -> None:
    """In one piece, as one rotates."""
    fresh = file.with_suffix(".next")
    fresh.write_text(content)
    fresh.rename(file)


def bearer(key: str) -> list[tuple[str, str]]:
    """Metadata of a call."""
    return [("authorization", f"Bearer {key}")]
