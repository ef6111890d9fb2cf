"""Remembers from which inputs an artefact was made, so that a second run has nothing to do.

Everything here must stay quick: it runs before torch is loaded.
"""

import json
from pathlib import Path

from quartet_model.digests import file_digest, tree_digest
from quartet_model.precision import Precision

# Below deploy/model/: the code, the configuration templates, the pins.
_INPUTS = (
    "quartet_model/**/*.py",
    "folder_templates/**/*.json",
    "requirements.txt",
)


def stamp_path(artefact: Path) -> Path:
    return artefact.with_name(f".{artefact.stem}.stamp")


def inputs_digest(preparation: Path) -> str:
    files = [path for pattern in _INPUTS for path in preparation.glob(pattern)]
    return tree_digest(files, preparation)


def is_up_to_date(artefact: Path, preparation: Path, precision: Precision, source: str) -> bool:
    """`source`: what tells this source of the model from every other."""
    try:
        recorded = json.loads(stamp_path(artefact).read_text(encoding="utf-8"))
        # The artefact is read, too: one that was damaged or replaced is made again.
        current = _content(artefact, preparation, precision, source)
    except (OSError, ValueError):
        return False
    return bool(recorded == current)


def write_stamp(artefact: Path, preparation: Path, precision: Precision, source: str) -> None:
    content = json.dumps(_content(artefact, preparation, precision, source), indent=2)
    stamp_path(artefact).write_text(content + "\n", encoding="utf-8")


def _content(
    artefact: Path, preparation: Path, precision: Precision, source: str
) -> dict[str, str]:
    return {
        "artefact": file_digest(artefact),
        "inputs": inputs_digest(preparation),
        "precision": precision,
        "source": source,
    }
