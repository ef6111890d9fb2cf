"""Where the default model comes from, and what exactly must arrive (`sources.lock.json`)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Package:
    """One file inside one pinned wheel."""

    requirement: str
    sha256: str
    member: str

    @property
    def label(self) -> str:
        return f"{self.requirement} ({Path(self.member).name})"


@dataclass(frozen=True)
class Hub:
    """The model's repository on the Hugging Face hub."""

    repository: str
    revision: str
    weights: str
    vocabulary: str


@dataclass(frozen=True)
class SourcesLock:
    """Both sources, and the contents that both must deliver.

    The weights are pinned by the digest over their names, shapes and values, the vocabulary by its
    file: so it does not matter which source answered.
    """

    name: str
    weights_digest: str
    vocabulary_sha256: str
    hub: Hub
    weights_package: Package
    vocabulary_package: Package


def read_sources_lock(path: Path) -> SourcesLock:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return SourcesLock(
        name=content["name"],
        weights_digest=content["weights_digest"],
        vocabulary_sha256=content["vocabulary_sha256"],
        hub=Hub(**content["hub"]),
        weights_package=Package(**content["weights_package"]),
        vocabulary_package=Package(**content["vocabulary_package"]),
    )
