"""What the server's sentencepiece tokenizer must know, taken from the tokenizer that really runs.

The artefact's model file is written out of its definition: folders often hold tokenizer.json alone,
and where they hold a sentencepiece.bpe.model too, it is the definition that runs.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sentencepiece import sentencepiece_model_pb2

from quartet_model.byte_pairs import check_byte_pairs, scores_of
from quartet_model.errors import PreparationError

MODEL_FILE = "sentencepiece.model"
_FIRST = ["<s>", "<pad>", "</s>", "<unk>"]
_MASK = "<mask>"
_MODEL_TYPES = {"Unigram": 1, "BPE": 2}  # as sentencepiece numbers them
_PRE_TOKENIZER = {
    "type": "Sequence",
    "pretokenizers": [
        {"type": "WhitespaceSplit"},
        {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True},
    ],
}


@dataclass(frozen=True)
class SentencepieceFacts:
    vocabulary: tuple[str, ...]
    scores: tuple[float, ...]
    character_map: bytes
    mask_takes_spaces: bool
    model_type: int

    @property
    def file_name(self) -> str:
        return MODEL_FILE

    def file_content(self) -> bytes:
        """In sentencepiece's own format and order."""
        model = sentencepiece_model_pb2.ModelProto()
        for special in ("<unk>", "<s>", "</s>"):
            model.pieces.add(piece=special, score=0)
        for piece, score in zip(self.vocabulary[4:-1], self.scores[4:-1], strict=True):
            model.pieces.add(piece=piece, score=score)
        model.trainer_spec.model_type = self.model_type
        model.normalizer_spec.precompiled_charsmap = self.character_map
        return bytes(model.SerializeToString(deterministic=True))

    def manifest(self) -> dict[str, Any]:
        return {
            "kind": "sentencepiece",
            "file": MODEL_FILE,
            "mask_takes_spaces": self.mask_takes_spaces,
        }


def sentencepiece_facts(content: Mapping[str, Any], origin: str) -> SentencepieceFacts:
    def require(setting: str, found: Any, supported: Any) -> None:
        if found != supported:
            raise PreparationError(f"{origin}: {setting} is {found!r}; supported is {supported!r}")

    model = content["model"]
    normalizer = content["normalizer"] or {"type": "Precompiled", "precompiled_charsmap": ""}
    require("normalizer.type", normalizer.get("type"), "Precompiled")
    require("pre_tokenizer", content["pre_tokenizer"], _PRE_TOKENIZER)
    require("model.byte_fallback", model.get("byte_fallback", False), False)
    require("post_processor", _frame(content["post_processor"] or {}), ["<s>", "A", "</s>"])
    vocabulary, scores = _pieces(model, origin)
    require("first tokens", list(vocabulary[:4]), _FIRST)
    require("last token", vocabulary[-1], _MASK)
    if any(float(np.float32(score)) != score for score in scores):
        raise PreparationError(f"{origin}: a score of model.vocab is no float32")
    require("scores of special tokens", {*scores[:4], scores[-1]}, {0.0})
    added = content["added_tokens"]
    require("added_tokens", sorted(t["content"] for t in added), sorted([*_FIRST, _MASK]))
    for token in added:
        asked = {name for name in ("single_word", "rstrip", "normalized") if token[name]}
        if token["lstrip"] and token["content"] != _MASK:
            asked.add("lstrip")
        require(f"added_tokens: what {token['content']} asks for", sorted(asked), [])
    return SentencepieceFacts(
        vocabulary=vocabulary,
        scores=scores,
        model_type=_MODEL_TYPES[model["type"]],
        character_map=base64.b64decode(normalizer["precompiled_charsmap"]),
        mask_takes_spaces=any(bool(token["lstrip"]) for token in added),
    )


def _pieces(model: Mapping[str, Any], origin: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """By id, with their scores."""
    if model["type"] == "Unigram":
        if model.get("unk_id") != _FIRST.index("<unk>"):
            raise PreparationError(
                f"{origin}: model.unk_id is {model.get('unk_id')!r}; supported is "
                f"{_FIRST.index('<unk>')}"
            )
        pieces = tuple(piece for piece, _ in model["vocab"])
        return pieces, tuple(float(score) for _, score in model["vocab"])
    check_byte_pairs(model, origin)
    ids: dict[str, int] = model["vocab"]
    pieces = tuple(sorted(ids, key=lambda piece: ids[piece]))
    if [ids[piece] for piece in pieces] != list(range(len(pieces))):
        raise PreparationError(f"{origin}: the ids of model.vocab are not 0, 1, 2, ... in a row")
    merges = [(str(left), str(right)) for left, right in model["merges"]]
    own = scores_of(pieces[len(_FIRST) : -1], merges, origin)
    return pieces, (*(0.0 for _ in _FIRST), *own, 0.0)


def _frame(post_processor: Mapping[str, Any]) -> list[str]:
    """The order of special tokens around a single text `A`."""
    pieces = post_processor.get("single", [])
    return [str(value["id"]) for piece in pieces for value in piece.values()]
