"""What both kinds of tokenizers ask of a definition in tokenizers' JSON."""

from collections.abc import Mapping
from typing import Any

from quartet_model.errors import PreparationError


def require(what: str, found: Any, supported: Any) -> None:
    if found != supported:
        raise PreparationError(f"tokenizer: {what} is {found!r}; supported is {supported!r}")


def frame(post_processor: Mapping[str, Any]) -> list[str]:
    """The order of special tokens around a single text `A`."""
    if post_processor.get("type") == "BertProcessing":
        return [post_processor["cls"][0], "A", post_processor["sep"][0]]
    pieces = post_processor.get("single", [])
    return [str(value["id"]) for piece in pieces for value in piece.values()]
