"""The architectures that are served: one file each, found by `model_type` of config.json."""

from pathlib import Path
from typing import Any

from quartet_model.architectures.architecture import Architecture
from quartet_model.architectures.bert import BERT
from quartet_model.architectures.distilbert import DISTILBERT
from quartet_model.architectures.mpnet import MPNET
from quartet_model.architectures.roberta import ROBERTA, XLM_ROBERTA
from quartet_model.errors import PreparationError

__all__ = ["ARCHITECTURES", "BERT", "Architecture", "architecture_of"]

ARCHITECTURES = {one.model_type: one for one in (BERT, DISTILBERT, MPNET, ROBERTA, XLM_ROBERTA)}


def architecture_of(config: dict[str, Any], path: Path) -> Architecture:
    """`config` is what `path` holds."""
    model_type = config.get("model_type")
    if not isinstance(model_type, str) or model_type not in ARCHITECTURES:
        raise PreparationError(
            f"{path}: model_type is {model_type!r}; supported are {', '.join(ARCHITECTURES)}"
        )
    return ARCHITECTURES[model_type]
