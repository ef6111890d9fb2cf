"""What the server's WordPiece tokenizer must know, taken from the tokenizer that is really used.

Configuration files contradict each other (`do_lower_case` in sentence_bert_config.json is false for
models that lower-case), so the definition that `tokenizers` runs is read. Where the folder has a
`tokenizer.json` that asks for something else, nobody can say what the model was trained with: it is
refused, as is everything that the server does not do exactly.
"""

import json
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from quartet_model.errors import PreparationError
from quartet_model.sentencepiece_facts import SentencepieceFacts, sentencepiece_facts

VOCABULARY_FILE = "vocab.txt"
_DEFINITION_FILE = "tokenizer.json"
_TOKENIZER_FILES = (_DEFINITION_FILE, VOCABULARY_FILE, "sentencepiece.bpe.model")
_LONGEST_WORD = 1 << 16  # characters, what the server accepts


@dataclass(frozen=True)
class TokenizerFacts:
    """Named as in the manifest."""

    vocabulary: tuple[str, ...]
    lower_case: bool
    strip_accents: bool
    split_cjk: bool
    unknown_token: str
    cls_token: str
    sep_token: str
    max_word_characters: int
    added_tokens: tuple[str, ...]  # found literally in a text, before anything else

    @property
    def file_name(self) -> str:
        return VOCABULARY_FILE

    def file_content(self) -> bytes:
        return "".join(f"{token}\n" for token in self.vocabulary).encode()

    def manifest(self) -> dict[str, Any]:
        settings = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "vocabulary"
        }
        return {"kind": "wordpiece", "file": VOCABULARY_FILE} | settings


def check_tokenizer_files(folder: Path) -> None:
    # transformers makes up a vocabulary of five tokens when there is none.
    if not any((folder / name).is_file() for name in _TOKENIZER_FILES):
        raise PreparationError(f"{folder}: neither {' nor '.join(_TOKENIZER_FILES)} is there")


Facts = TokenizerFacts | SentencepieceFacts


def read_tokenizer(definition: str, folder: Path) -> Facts:
    """`definition`: of the tokenizer that sentence-transformers makes of `folder`."""
    facts = parse_definition(definition, f"the tokenizer that transformers makes of {folder}")
    path = folder / _DEFINITION_FILE
    # Of XLM-RoBERTa's, transformers takes pieces and normalizer from that file, the rest never.
    if path.is_file() and isinstance(facts, TokenizerFacts):
        asked = parse_definition(path.read_text(encoding="utf-8"), str(path))
        for field in fields(facts):
            ours, theirs = getattr(facts, field.name), getattr(asked, field.name)
            if ours != theirs:
                raise PreparationError(
                    f"{path}: {field.name} is {_short(theirs)}, but what transformers makes of it "
                    f"and of tokenizer_config.json has {_short(ours)}"
                )
    return facts


def parse_definition(definition: str, origin: str) -> Facts:
    """Of tokenizers' JSON, or the reason why the server can't do that."""
    try:
        content: dict[str, Any] = json.loads(definition)
    except ValueError as error:
        raise PreparationError(f"{origin} is not readable JSON: {error}") from error
    try:
        if content["model"].get("type") in ("Unigram", "BPE"):
            return sentencepiece_facts(content, origin)
        return _facts(content, origin)
    except (KeyError, TypeError, AttributeError) as error:
        raise PreparationError(f"{origin} is no tokenizer's definition: {error!r}") from error


def _facts(content: Mapping[str, Any], origin: str) -> TokenizerFacts:
    def require(setting: str, found: Any, *supported: Any) -> None:
        if found not in supported:
            raise PreparationError(
                f"{origin}: {setting} is {found!r}; supported is "
                f"{' or '.join(repr(value) for value in supported)}"
            )

    normalizer, model = content["normalizer"] or {}, content["model"]
    require("normalizer.type", normalizer.get("type"), "BertNormalizer")
    require("normalizer.clean_text", normalizer.get("clean_text"), True)
    require("pre_tokenizer.type", (content["pre_tokenizer"] or {}).get("type"), "BertPreTokenizer")
    # Old files leave the model's type out.
    require("model.type", model.get("type", "WordPiece"), "WordPiece")
    require("model.continuing_subword_prefix", model.get("continuing_subword_prefix"), "##")
    longest = model.get("max_input_chars_per_word")
    if longest not in range(1, _LONGEST_WORD + 1):
        raise PreparationError(
            f"{origin}: model.max_input_chars_per_word is {longest!r}; supported is 1 to "
            f"{_LONGEST_WORD}"
        )
    words = model["vocab"]
    cls_token, sep_token = _frame(content["post_processor"] or {}, words, origin)
    unknown_token = str(model.get("unk_token"))
    absent = [token for token in (unknown_token, cls_token, sep_token) if token not in words]
    if absent:
        raise PreparationError(f"{origin}: model.vocab lacks the special token {absent[0]!r}")
    added, beyond = _added_tokens(content["added_tokens"], words, origin)
    lower_case = bool(normalizer["lowercase"])
    strip_accents = normalizer["strip_accents"]
    return TokenizerFacts(
        vocabulary=(*_ordered(words, origin), *beyond),
        lower_case=lower_case,
        # null means "as lower_case": the original BERT had one switch for both.
        strip_accents=lower_case if strip_accents is None else bool(strip_accents),
        split_cjk=bool(normalizer["handle_chinese_chars"]),
        unknown_token=unknown_token,
        cls_token=cls_token,
        sep_token=sep_token,
        max_word_characters=longest,
        added_tokens=added,
    )


def _frame(
    post_processor: Mapping[str, Any], words: Mapping[str, int], origin: str
) -> tuple[str, str]:
    """The special tokens before and after a single text."""
    if post_processor.get("type") in ("BertProcessing", "RobertaProcessing"):
        pieces = [post_processor["cls"][0], "A", post_processor["sep"][0]]
        ids = {token: [number] for token, number in (post_processor["cls"], post_processor["sep"])}
        segments = {0}
    else:
        single = [value for piece in post_processor.get("single", []) for value in piece.values()]
        pieces = [str(value["id"]) for value in single]
        segments = {int(value["type_id"]) for value in single}
        ids = {
            token: special["ids"]
            for token, special in post_processor.get("special_tokens", {}).items()
        }
    if len(pieces) != 3 or pieces[1] != "A" or segments != {0}:  # a token, the text, a token
        raise PreparationError(
            f"{origin}: post_processor makes {' '.join(pieces) or 'nothing'} of a text A, in the "
            f"segments {sorted(segments)}; supported is one special token on each side, all in "
            "segment 0"
        )
    for token in (pieces[0], pieces[2]):
        if ids.get(token) != [words.get(token)]:
            raise PreparationError(
                f"{origin}: post_processor gives {token!r} the ids {ids.get(token)}, model.vocab "
                f"{words.get(token)}"
            )
    return pieces[0], pieces[2]


def _added_tokens(
    tokens: Sequence[Mapping[str, Any]], words: Mapping[str, int], origin: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All of them, and those that the vocabulary lacks in the order of their ids.

    `lstrip` and `rstrip` swallow white space, which makes no token anyway.
    """
    beyond: list[str] = []
    for token in sorted(tokens, key=lambda token: int(token["id"])):
        content = str(token["content"])
        for setting in ("normalized", "single_word"):
            if token[setting]:
                raise PreparationError(
                    f"{origin}: added_tokens: {content!r} has {setting} true; supported is false"
                )
        expected = words.get(content, len(words) + len(beyond))
        if token["id"] != expected:
            raise PreparationError(
                f"{origin}: added_tokens: {content!r} has the id {token['id']}; supported is "
                f"{expected}, the one of the vocabulary or the next one behind it"
            )
        if content not in words:
            # Else the server could take a word of the text for it, which only looks like it in
            # lower case: to it, the token is one of the vocabulary.
            if not (len(content) > 1 and set(content) & set(string.punctuation)):
                raise PreparationError(
                    f"{origin}: added_tokens: {content!r} is not in model.vocab; supported then "
                    "are only tokens with a punctuation mark, such as '<x>'"
                )
            beyond.append(content)
        _check_line(content, origin)
    return tuple(sorted(str(token["content"]) for token in tokens)), tuple(beyond)


def _ordered(vocabulary: Mapping[str, int], origin: str) -> tuple[str, ...]:
    """The tokens in the order of their ids; `vocab.txt` can say an id only by its line."""
    tokens = sorted(vocabulary, key=lambda token: vocabulary[token])
    if [vocabulary[token] for token in tokens] != list(range(len(tokens))):
        raise PreparationError(
            f"{origin}: the ids of model.vocab are not 0, 1, 2, ... without a gap"
        )
    for token in tokens:
        _check_line(token, origin)
    return tuple(tokens)


def _check_line(token: str, origin: str) -> None:
    if "\n" in token or token != token.rstrip("\r "):
        raise PreparationError(
            f"{origin}: the token {token!r} has a line break or a space at its end, which "
            f"{VOCABULARY_FILE} can't say"
        )


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{len(value)} tokens, the last {value[-1]!r}" if value else "no tokens"
    return repr(value)
