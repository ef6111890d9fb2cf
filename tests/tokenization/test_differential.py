"""Ids and offsets are those of Hugging Face's tokenizers, for thousands of strings that change
every run.

QUARTET_TEST_SEED repeats a run, the seed stands in every failure; QUARTET_TEST_STRINGS=50000 takes
more strings of each vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from random_texts import (
    DATA,
    ROOT,
    SEED,
    STRINGS,
    Generator,
    code_points_in,
    code_points_to_check,
    described,
    expected_line,
    our_lines,
    texts_in,
    words_of_many_scripts,
)
from tokenizers import BertWordPieceTokenizer

VOCAB = ROOT / "build/models/sources/paraphrase-MiniLM-L3-v2/vocab.txt"

EXCLUDED = code_points_in(DATA / "unicode_version_differences.txt")
AWKWARD = texts_in(DATA / "awkward_cases.txt")
SPECIAL = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "[sep]", "[SEP", "##ing", "[[SEP]]"]


def english_words() -> list[str]:
    lines = VOCAB.read_text(encoding="utf-8").splitlines()
    return [word for word in lines if word.isalpha() and len(word) > 1]


@dataclass(frozen=True)
class Family:
    """A vocabulary, what is done to a text before it, and texts for it."""

    vocab: Path
    case: str
    words: list[str]

    def texts(self, count: int, seed: int = SEED) -> list[str]:
        generator = Generator(seed, self.words, SPECIAL, EXCLUDED)
        return [generator.string() for _ in range(count)]

    def oracle(self) -> BertWordPieceTokenizer:
        uncased = self.case == "uncased"
        return BertWordPieceTokenizer(
            str(self.vocab), lowercase=uncased, strip_accents=uncased, handle_chinese_chars=True
        )


def trained_vocabulary(folder: Path, words: list[str]) -> Path:
    """A cased one, as no published one is at hand."""
    generator = Generator(SEED, words, ["-"], EXCLUDED)

    def lines() -> Iterator[str]:
        for _ in range(4000):
            yield generator.sentence()

    tokenizer = BertWordPieceTokenizer(lowercase=False, strip_accents=False)
    tokenizer.train_from_iterator(lines(), vocab_size=8000, show_progress=False)
    tokenizer.save_model(str(folder))
    return folder / "vocab.txt"


@pytest.fixture(scope="module", params=["uncased", "cased", "multilingual"])
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Family:
    if request.param == "uncased":
        return Family(VOCAB, "uncased", english_words())
    words = english_words() if request.param == "cased" else words_of_many_scripts(SEED)
    return Family(trained_vocabulary(tmp_path_factory.mktemp("vocab"), words), "cased", words)


def assert_cut(family: Family, texts: list[str], mode: str, max_length: int) -> None:
    lines = our_lines(texts, family.vocab, family.case, mode, max_length)
    for text, ours, theirs in zip(texts, lines, family.oracle().encode_batch(texts), strict=True):
        expected = expected_line(theirs.ids, mode, max_length)
        assert ours == expected, f"seed {SEED}, {mode}: {text!r}"


@pytest.mark.parametrize("mode", ["end", "start", "reject"])
def test_awkward_cases(family: Family, mode: str) -> None:
    assert len(AWKWARD) > 50
    assert_cut(family, AWKWARD, mode, 16)


def test_ids_and_offsets(family: Family) -> None:
    texts = AWKWARD + family.texts(STRINGS)
    lines = our_lines(texts, family.vocab, family.case, "describe", 512)
    for text, ours, theirs in zip(texts, lines, family.oracle().encode_batch(texts), strict=True):
        assert ours == described(text, theirs), f"seed {SEED}: {text!r}"


@pytest.mark.parametrize(("mode", "max_length"), [("end", 128), ("start", 16), ("reject", 32)])
def test_cut_texts(family: Family, mode: str, max_length: int) -> None:
    assert_cut(family, family.texts(STRINGS // 4, SEED + max_length), mode, max_length)


def write_vocabulary_of(code_points: list[int], path: Path) -> None:
    """Every character is a piece, so that ids tell words apart which are [UNK] for a real model."""
    visible = [chr(c) for c in code_points if not chr(c).isspace()]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *visible, *(f"##{c}" for c in visible)]
    path.write_text("\n".join(pieces), encoding="utf-8", newline="\n")


def test_every_code_point_but_the_listed_ones(tmp_path: Path) -> None:
    """A code point that is listed and no longer differs must leave the list."""
    code_points = code_points_to_check(SEED)
    vocab = tmp_path / "vocab.txt"
    write_vocabulary_of(code_points, vocab)
    texts = [f"a{chr(c)}b" for c in code_points]
    differing: set[int] = set()
    for case in ("uncased", "cased"):
        lines = our_lines(texts, vocab, case, "end", 128)
        theirs = Family(vocab, case, []).oracle().encode_batch(texts)
        for code_point, ours, encoding in zip(code_points, lines, theirs, strict=True):
            if ours != expected_line(encoding.ids, "end", 128):
                differing.add(code_point)
    assert differing == EXCLUDED, f"seed {SEED}"
