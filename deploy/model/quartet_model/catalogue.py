"""The models of `catalogue.toml`, each with what must be true of its artefact."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartet_model.errors import PreparationError


@dataclass(frozen=True)
class Entry:
    name: str
    summary: str
    license: str
    hub: str  # repository
    dimension: int
    max_sequence_length: int
    pooling: str
    normalized: bool
    tokenizer: str  # kind
    verified: tuple[str, ...]  # precisions; empty: never seen by this project


@dataclass(frozen=True)
class Catalogue:
    default: str
    entries: Mapping[str, Entry]

    def find(self, name: str) -> Entry:
        if name not in self.entries:
            raise PreparationError(
                f"{name} is no model of the catalogue; it has {', '.join(self.entries)}"
            )
        return self.entries[name]


def read_catalogue(path: Path) -> Catalogue:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    entries = {
        name: Entry(name=name, **{**entry, "verified": tuple(entry["verified"])})
        for name, entry in content["models"].items()
    }
    return Catalogue(content["default"], entries)


def check_manifest(entry: Entry, manifest: Mapping[str, Any]) -> None:
    """Refuses an artefact that is not what the catalogue says of the model."""
    found = {**manifest, "tokenizer": manifest["tokenizer"]["kind"]}
    for field in ("dimension", "max_sequence_length", "pooling", "normalized", "tokenizer"):
        wanted = getattr(entry, field)
        if found[field] != wanted:
            raise PreparationError(
                f"{entry.name}: {field} is {found[field]!r}, the catalogue says {wanted!r}"
            )
