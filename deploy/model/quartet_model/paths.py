"""Where things lie: what this folder has, and what is made from it."""

from pathlib import Path

from quartet_model.precision import DEFAULT_PRECISION, Precision

PREPARATION = Path(__file__).resolve().parents[1]
CATALOGUE = PREPARATION / "catalogue.toml"
LOCK = PREPARATION / "sources.lock.json"
MODELS = PREPARATION.parents[1] / "build" / "models"


def source_folder(name: str) -> Path:
    """Of a model of the catalogue, once it is fetched."""
    return MODELS / "sources" / name


def artefact_path(name: str, precision: Precision) -> Path:
    suffix = "" if precision == DEFAULT_PRECISION else f"-{precision}"
    return MODELS / f"{name}{suffix}.pt"
