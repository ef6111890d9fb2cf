"""Byte pair encoding as a sentencepiece model says it: by a score of each piece, without merges.

transformers makes merges out of such scores, and the server merges in their order. Here is the way
back, for tokenizer.json, which has the merges only.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from transformers.convert_slow_tokenizer import generate_merges

from quartet_model.errors import PreparationError

Merges = Sequence[tuple[str, str]]

# What each such model has before its own pieces. A text can spell them in characters that are
# normalized to theirs, and merges are made for them as for any.
_FIRST = {"<unk>": 0.0, "<s>": 0.0, "</s>": 0.0}


def merges_of(scores: Mapping[str, float]) -> Merges:
    """As transformers makes them of a sentencepiece model with these pieces of its own."""
    all_scores = _FIRST | dict(scores)
    places = {piece: place for place, piece in enumerate(all_scores)}
    return list(generate_merges(places, all_scores))


def scores_of(pieces: Sequence[str], merges: Merges, origin: str) -> tuple[float, ...]:
    """Scores of a model's own pieces whose merges are just these; refuses merges that none have."""
    ranks: dict[str, int] = {}
    for left, right in merges:
        ranks.setdefault(left + right, len(ranks) + 1)
    # What no merge makes, the characters, has a score too; it decides nothing.
    scores = {piece: float(-ranks.get(piece, len(ranks) + 1)) for piece in pieces}
    if list(merges) != merges_of(scores):
        raise PreparationError(
            f"{origin}: model.merges are not those of a sentencepiece model with its pieces; "
            "supported are all pairs of pieces that make a piece, in the order of the pieces made"
        )
    return tuple(scores.values())


def check_byte_pairs(model: Mapping[str, Any], origin: str) -> None:
    """The settings of tokenizers' BPE that the server does not have are off."""
    supported: dict[str, tuple[Any, ...]] = {
        "unk_token": ("<unk>",),
        "fuse_unk": (True,),
        "dropout": (None,),
        "continuing_subword_prefix": (None, ""),
        "end_of_word_suffix": (None, ""),
        "ignore_merges": (False, None),
    }
    for name, values in supported.items():
        if model.get(name) not in values:
            raise PreparationError(
                f"{origin}: model.{name} is {model.get(name)!r}; supported is {values[0]!r}"
            )
