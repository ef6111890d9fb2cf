"""What the server's tokenizer must know, taken from the tokenizer that is really used.

Configuration files contradict each other (`do_lower_case` in sentence_bert_config.json is false for
models that lower-case), so the definition that `tokenizers` runs is read instead.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartet_model.errors import PreparationError
from quartet_model.sentencepiece_facts import SentencepieceFacts, read_sentencepiece
from quartet_model.tokenizer_definition import frame, require

VOCABULARY_FILE = "vocab.txt"
TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "sentencepiece.bpe.model")
_SPECIAL_TOKENS = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}


@dataclass(frozen=True)
class TokenizerFacts:
    vocabulary: tuple[str, ...]
    lower_case: bool
    strip_accents: bool
    split_cjk: bool

    @property
    def file_name(self) -> str:
        return VOCABULARY_FILE

    def file_content(self) -> bytes:
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
    if not any((folder / name).is_file() for name in TOKENIZER_FILES):
        raise PreparationError(f"{folder}: neither {' nor '.join(TOKENIZER_FILES)} is there")


def read_tokenizer(definition: str) -> TokenizerFacts | SentencepieceFacts:
    content: dict[str, Any] = json.loads(definition)
    if content["model"].get("type") == "Unigram":
        return read_sentencepiece(content)
    return _read_wordpiece(content)


def _read_wordpiece(content: Mapping[str, Any]) -> TokenizerFacts:
    normalizer = content["normalizer"] or {}
    model = content["model"]
    require("normalizer", normalizer.get("type"), "BertNormalizer")
    require("clean_text", normalizer.get("clean_text"), True)
    require("pre-tokenizer", (content["pre_tokenizer"] or {}).get("type"), "BertPreTokenizer")
    require("model", model.get("type"), "WordPiece")
    require("unknown token", model.get("unk_token"), "[UNK]")
    require("word prefix", model.get("continuing_subword_prefix"), "##")
    require("longest word", model.get("max_input_chars_per_word"), 100)
    require("frame of a text", frame(content["post_processor"] or {}), ["[CLS]", "A", "[SEP]"])
    extra = {token["content"] for token in content["added_tokens"]} - _SPECIAL_TOKENS
    require("added tokens", sorted(extra), [])
    lower_case = bool(normalizer["lowercase"])
    strip_accents = normalizer["strip_accents"]
    return TokenizerFacts(
        vocabulary=_ordered(model["vocab"]),
        lower_case=lower_case,
        # null means "as lower_case": the original BERT had one switch for both.
        strip_accents=lower_case if strip_accents is None else bool(strip_accents),
        split_cjk=bool(normalizer["handle_chinese_chars"]),
    )


def _ordered(vocabulary: Mapping[str, int]) -> tuple[str, ...]:
    """The tokens in the order of their ids; `vocab.txt` can say an id only by its line."""
    tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
    if [vocabulary[token] for token in tokens] != list(range(len(tokens))):
        raise PreparationError("tokenizer: the vocabulary's ids are not 0, 1, 2, ... without a gap")
    if any("\n" in token or "\r" in token for token in tokens):
        raise PreparationError("tokenizer: a token of the vocabulary contains a line break")
    absent = sorted(_SPECIAL_TOKENS - {"[MASK]", "[PAD]"} - set(tokens))
    require("special tokens missing from the vocabulary", absent, [])
    return tuple(tokens)
