"""Reads an artefact as the zip archive that it is, without torch and without running anything."""

import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartet_model.digests import file_digest
from quartet_model.errors import PreparationError

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class ArtefactContents:
    fingerprint: str
    size: int  # bytes, of the file
    records: Mapping[str, int]  # name below the archive's root -> bytes
    manifest: Mapping[str, Any]


def read_contents(path: Path) -> ArtefactContents:
    """Every byte is read and checked against the archive's own sums."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
            if damaged is not None:
                raise PreparationError(f"{path} is damaged: {damaged} has another checksum")
            names = {info.filename.partition("/")[2]: info for info in archive.infolist()}
            member = names.get(f"extra/{MANIFEST_FILE}")
            if member is None:
                raise PreparationError(f"{path} is no artefact: it has no {MANIFEST_FILE}")
            manifest = json.loads(archive.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise PreparationError(f"{path} is no artefact, or cut short: {error}") from error
    except ValueError as error:
        raise PreparationError(f"{path}: {MANIFEST_FILE} is not readable JSON: {error}") from error
    if not isinstance(manifest, dict):
        raise PreparationError(f"{path}: {MANIFEST_FILE} does not hold a JSON dict")
    return ArtefactContents(
        fingerprint=file_digest(path),
        size=path.stat().st_size,
        records={name: info.file_size for name, info in names.items()},
        manifest=manifest,
    )


def read_extra_file(path: Path, name: str) -> bytes:
    """Of a file that is an artefact."""
    with zipfile.ZipFile(path) as archive:
        root = archive.namelist()[0].partition("/")[0]
        return archive.read(f"{root}/extra/{name}")


def describe(contents: ArtefactContents) -> dict[str, str]:
    """What to show, in order."""
    plain = {
        name: _shown(value)
        for name, value in contents.manifest.items()
        if not isinstance(value, (dict, list))
    }
    tokenizer = contents.manifest.get("tokenizer", {})
    return {
        "fingerprint": contents.fingerprint,
        "size": _sizes(contents),
        **plain,
        "tokenizer": ", ".join(f"{name} {_shown(value)}" for name, value in tokenizer.items()),
        "golden": _golden(contents.manifest.get("golden", [])),
    }


def _sizes(contents: ArtefactContents) -> str:
    def total(prefix: str) -> float:
        return sum(size for name, size in contents.records.items() if name.startswith(prefix))

    extra = {name: size for name, size in contents.records.items() if name.startswith("extra/")}
    weights = total("data/") + total("constants/")
    parts = {
        "weights": weights,
        **{name.removeprefix("extra/"): size for name, size in sorted(extra.items())},
        "code": sum(contents.records.values()) - weights - sum(extra.values()),
    }
    shown = ", ".join(f"{name} {size / 1e6:.2f}" for name, size in parts.items())
    return f"{contents.size / 1e6:.2f} MB: {shown}"


def _golden(golden: list[Mapping[str, Any]]) -> str:
    if not golden:
        return "none"
    tokens = [len(answer["token_ids"]) for answer in golden]
    norms = [math.hypot(*answer["vector"]) for answer in golden]
    truncated = sum(answer["truncated"] for answer in golden)
    return (
        f"{len(golden)} texts of {min(tokens)} to {max(tokens)} tokens, {truncated} truncated; "
        f"vectors of length {min(norms):.3f} to {max(norms):.3f}"
    )


def _shown(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
