"""The ids are those of Hugging Face's tokenizers, for thousands of strings that change every run.

QUARTET_TEST_SEED repeats a run; the seed stands in every failure.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from random_texts import (
    DATA,
    ROOT,
    SEED,
    Generator,
    code_points_in,
    code_points_to_check,
    described,
    expected_line,
    our_lines,
    texts_in,
)
from tokenizers import BertWordPieceTokenizer, Encoding

VOCAB = ROOT / "build/models/sources/paraphrase-MiniLM-L3-v2/vocab.txt"
STRINGS = 24_000

EXCLUDED = code_points_in(DATA / "unicode_version_differences.txt")
AWKWARD = texts_in(DATA / "awkward_cases.txt")
WORDS = [
    word
    for word in VOCAB.read_text(encoding="utf-8").splitlines()
    if word.isalpha() and len(word) > 1
]
SPECIAL = ["[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "[sep]", "[SEP", "##ing", "[[SEP]]"]


def generator(seed: int) -> Generator:
    return Generator(seed, WORDS, SPECIAL, EXCLUDED)


def our_ids(
    texts: list[str], case: str, mode: str, max_length: int, vocab: Path = VOCAB
) -> list[str]:
    return our_lines(texts, vocab, case, mode, max_length)


def their_encodings(texts: list[str], case: str, vocab: Path = VOCAB) -> list[Encoding]:
    uncased = case == "uncased"
    tokenizer = BertWordPieceTokenizer(
        str(vocab), lowercase=uncased, strip_accents=uncased, handle_chinese_chars=True
    )
    return list(tokenizer.encode_batch(texts))


def assert_identical(texts: list[str], case: str, mode: str, max_length: int) -> None:
    lines = our_ids(texts, case, mode, max_length)
    for text, ours, theirs in zip(texts, lines, their_encodings(texts, case), strict=True):
        expected = expected_line(theirs.ids, mode, max_length)
        assert ours == expected, f"seed {SEED}, {case}, {mode}: {text!r}"


@pytest.mark.parametrize("mode", ["end", "start", "reject"])
@pytest.mark.parametrize("case", ["uncased", "cased"])
def test_awkward_cases(case: str, mode: str) -> None:
    assert len(AWKWARD) > 50
    assert_identical(AWKWARD, case, mode, 16)


@pytest.mark.parametrize(
    ("case", "mode", "max_length", "share"),
    [
        ("uncased", "end", 128, 0.6),
        ("uncased", "start", 16, 0.1),
        ("uncased", "reject", 32, 0.1),
        ("cased", "end", 128, 0.2),
    ],
)
def test_random_strings(case: str, mode: str, max_length: int, share: float) -> None:
    texts_of = generator(SEED + max_length)
    texts = [texts_of.string() for _ in range(int(STRINGS * share))]
    assert_identical(texts, case, mode, max_length)


@pytest.mark.parametrize("case", ["uncased", "cased"])
def test_offsets(case: str) -> None:
    texts_of = generator(SEED)
    texts = AWKWARD + [texts_of.string() for _ in range(STRINGS // 4)]
    lines = our_ids(texts, case, "describe", 512)
    for text, ours, theirs in zip(texts, lines, their_encodings(texts, case), strict=True):
        assert ours == described(text, theirs), f"seed {SEED}, {case}: {text!r}"


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
        lines = our_ids(texts, case, "end", 128, vocab)
        theirs = their_encodings(texts, case, vocab)
        for code_point, ours, encoding in zip(code_points, lines, theirs, strict=True):
            if ours != expected_line(encoding.ids, "end", 128):
                differing.add(code_point)
    assert differing == EXCLUDED, f"seed {SEED}"
