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

from quartet_model.errors import PreparationError

MODEL_FILE = "sentencepiece.model"
_FIRST = ["<s>", "<pad>", "</s>", "<unk>"]
_MASK = "<mask>"
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

    @property
    def file_name(self) -> str:
        return MODEL_FILE

    def file_content(self) -> bytes:
        """A unigram model in sentencepiece's own format and order."""
        model = sentencepiece_model_pb2.ModelProto()
        for special in ("<unk>", "<s>", "</s>"):
            model.pieces.add(piece=special, score=0)
        for piece, score in zip(self.vocabulary[4:-1], self.scores[4:-1], strict=True):
            model.pieces.add(piece=piece, score=score)
        model.trainer_spec.model_type = 1
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
    require("model.unk_id", model.get("unk_id"), _FIRST.index("<unk>"))
    require("post_processor", _frame(content["post_processor"] or {}), ["<s>", "A", "</s>"])
    vocabulary = tuple(piece for piece, _ in model["vocab"])
    require("first tokens", list(vocabulary[:4]), _FIRST)
    require("last token", vocabulary[-1], _MASK)
    scores = tuple(float(score) for _, score in model["vocab"])
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
        character_map=base64.b64decode(normalizer["precompiled_charsmap"]),
        mask_takes_spaces=any(bool(token["lstrip"]) for token in added),
    )


def _frame(post_processor: Mapping[str, Any]) -> list[str]:
    """The order of special tokens around a single text `A`."""
    pieces = post_processor.get("single", [])
    return [str(value["id"]) for piece in pieces for value in piece.values()]
