"""What the server's WordPiece tokenizer must know, taken from the tokenizer that is really used.

Configuration files contradict each other (`do_lower_case` in sentence_bert_config.json is false for
models that lower-case), so the definition that `tokenizers` runs is read instead.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartet_model.errors import PreparationError

VOCABULARY_FILE = "vocab.txt"
_SPECIAL_TOKENS = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}


@dataclass(frozen=True)
class TokenizerFacts:
    vocabulary: tuple[str, ...]
    lower_case: bool
    strip_accents: bool
    split_cjk: bool

    def vocabulary_file(self) -> bytes:
        return "".join(f"{token}\n" for token in self.vocabulary).encode()

    def manifest(self) -> dict[str, Any]:
        return {
            "kind": "wordpiece",
            "file": VOCABULARY_FILE,
            "lower_case": self.lower_case,
            "strip_accents": self.strip_accents,
            "split_cjk": self.split_cjk,
            "unknown_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "max_word_characters": 100,
        }


def check_tokenizer_files(folder: Path) -> None:
    # transformers makes up a vocabulary of five tokens when there is none.
    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.txt")):
        raise PreparationError(f"{folder}: neither tokenizer.json nor vocab.txt is there")


def read_tokenizer(definition: str) -> TokenizerFacts:
    content: dict[str, Any] = json.loads(definition)
    normalizer = content["normalizer"] or {}
    model = content["model"]
    _require("normalizer", normalizer.get("type"), "BertNormalizer")
    _require("clean_text", normalizer.get("clean_text"), True)
    _require("pre-tokenizer", (content["pre_tokenizer"] or {}).get("type"), "BertPreTokenizer")
    _require("model", model.get("type"), "WordPiece")
    _require("unknown token", model.get("unk_token"), "[UNK]")
    _require("word prefix", model.get("continuing_subword_prefix"), "##")
    _require("longest word", model.get("max_input_chars_per_word"), 100)
    _require("frame of a text", _frame(content["post_processor"] or {}), ["[CLS]", "A", "[SEP]"])
    extra = {token["content"] for token in content["added_tokens"]} - _SPECIAL_TOKENS
    _require("added tokens", sorted(extra), [])
    lower_case = bool(normalizer["lowercase"])
    strip_accents = normalizer["strip_accents"]
    return TokenizerFacts(
        vocabulary=_ordered(model["vocab"]),
        lower_case=lower_case,
        # null means "as lower_case": the original BERT had one switch for both.
        strip_accents=lower_case if strip_accents is None else bool(strip_accents),
        split_cjk=bool(normalizer["handle_chinese_chars"]),
    )


def _require(what: str, found: Any, supported: Any) -> None:
    if found != supported:
        raise PreparationError(f"tokenizer: {what} is {found!r}; supported is {supported!r}")


def _frame(post_processor: Mapping[str, Any]) -> list[str]:
    """The order of special tokens around a single text `A`."""
    if post_processor.get("type") == "BertProcessing":
        return [post_processor["cls"][0], "A", post_processor["sep"][0]]
    pieces = post_processor.get("single", [])
    return [str(value["id"]) for piece in pieces for value in piece.values()]


def _ordered(vocabulary: Mapping[str, int]) -> tuple[str, ...]:
    """The tokens in the order of their ids; `vocab.txt` can say an id only by its line."""
    tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
    if [vocabulary[token] for token in tokens] != list(range(len(tokens))):
        raise PreparationError("tokenizer: the vocabulary's ids are not 0, 1, 2, ... without a gap")
    if any("\n" in token or "\r" in token for token in tokens):
        raise PreparationError("tokenizer: a token of the vocabulary contains a line break")
    absent = sorted(_SPECIAL_TOKENS - {"[MASK]", "[PAD]"} - set(tokens))
    _require("special tokens missing from the vocabulary", absent, [])
    return tuple(tokens)
