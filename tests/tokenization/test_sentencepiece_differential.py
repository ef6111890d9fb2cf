"""Ids and offsets are those of transformers' XLM-RoBERTa tokenizer, for ever new strings.

The models are trained here, on generated text of many scripts. QUARTET_TEST_SEED repeats a run, the
seed stands in every failure; QUARTET_TEST_STRINGS=50000 takes more strings of each model.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sentencepiece
from random_texts import (
    DATA,
    SEED,
    STRINGS,
    Generator,
    code_points_to_check,
    described,
    expected_line,
    our_lines,
    texts_in,
    words_of_many_scripts,
)
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, models
from transformers import XLMRobertaTokenizer
from transformers.convert_slow_tokenizer import generate_merges

AWKWARD = texts_in(DATA / "awkward_cases.txt") + texts_in(DATA / "sentencepiece_cases.txt")
SPECIAL = ["<s>", "</s>", "<pad>", "<unk>", "<mask>", " <mask>", "\t <mask>", "<mask><mask>",
           "<Mask>", "<mask", "＜s＞", "＜mask＞", "▁", "▁▁", "▁ ", "\ufdfa", "ﬁ", "㌖", "¨",
           "\r\n", "e\u0301\u0302", "ﬁ\u0301", "\u2126\u0301"]  # fmt: skip


@dataclass(frozen=True)
class Trained:
    file: Path
    oracle: Tokenizer
    generator: Generator


def train(folder: Path, model_type: str, rule: str) -> Trained:
    vocabulary = words_of_many_scripts(SEED)
    generator = Generator(SEED, vocabulary, SPECIAL, set())
    generator.kinds.append(generator.clusters)

    def lines() -> Iterator[str]:
        for _ in range(4000):
            yield " ".join(generator.sentence().replace("\0", "").split("\n"))

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines(),
        model_writer=model,
        model_type=model_type,
        normalization_rule_name=rule,
        vocab_size=6000,
        hard_vocab_limit=False,
        character_coverage=0.995,
        max_sentence_length=16_000,
        num_threads=2,
        minloglevel=2,
    )
    file = folder / "sentencepiece.bpe.model"
    file.write_bytes(model.getvalue())
    return Trained(file, oracle_of(file, model_type), generator)


def oracle_of(file: Path, model_type: str) -> Tokenizer:
    # <mask> as the published models configure it.
    mask = AddedToken("<mask>", lstrip=True, special=True)
    fast = XLMRobertaTokenizer.from_pretrained(file.parent, mask_token=mask)
    unigram: Tokenizer = fast.backend_tokenizer
    if model_type == "unigram":
        return unigram
    # transformers' class is always a unigram: the same with its conversion of BPE models inside.
    proto = sentencepiece_model_pb2.ModelProto.FromString(file.read_bytes())
    scores = {piece.piece: piece.score for piece in proto.pieces}
    merges = generate_merges({piece: place for place, piece in enumerate(scores)}, scores)
    pieces = json.loads(unigram.to_str())["model"]["vocab"]
    ids = {piece: place for place, (piece, _) in enumerate(pieces)}
    bpe = Tokenizer(models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True))
    bpe.normalizer, bpe.pre_tokenizer = unigram.normalizer, unigram.pre_tokenizer
    bpe.post_processor = unigram.post_processor
    bpe.add_special_tokens(list(fast.added_tokens_decoder.values()))
    return bpe


@pytest.fixture(scope="module", params=["unigram nmt_nfkc", "unigram nmt_nfkc_cf", "bpe nmt_nfkc"])
def trained(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    model_type, rule = request.param.split()
    return train(tmp_path_factory.mktemp(model_type), model_type, rule)


@pytest.mark.parametrize("mode", ["end", "start", "reject"])
def test_awkward_cases(trained: Trained, mode: str) -> None:
    lines = our_lines(AWKWARD, trained.file, "sentencepiece", mode, 16)
    for text, ours, theirs in zip(
        AWKWARD, lines, trained.oracle.encode_batch(AWKWARD), strict=True
    ):
        assert ours == expected_line(theirs.ids, mode, 16), f"seed {SEED}, {mode}: {text!r}"


def assert_described(texts: list[str], file: Path, oracle: Tokenizer) -> None:
    lines = our_lines(texts, file, "sentencepiece", "describe", 512)
    for text, ours, theirs in zip(texts, lines, oracle.encode_batch(texts), strict=True):
        assert ours == described(text, theirs), f"seed {SEED}: {text!r}"


def test_ids_and_offsets(trained: Trained) -> None:
    assert len(AWKWARD) > 120
    texts = [trained.generator.string() for _ in range(STRINGS)]
    texts.append(" ".join(texts[:500]))  # of words that come again, and long ones:
    texts.append("".join("".join(texts[:200]).split()))
    assert_described(AWKWARD + texts, trained.file, trained.oracle)


@pytest.mark.parametrize("mode", ["end", "start"])
def test_a_cut_text_is_the_beginning_or_the_end_of_the_whole(trained: Trained, mode: str) -> None:
    """Neither of which is made from all of it."""
    texts = [trained.generator.string() for _ in range(STRINGS // 10)]
    lines = our_lines(texts, trained.file, "sentencepiece", mode, 24)
    for text, ours, theirs in zip(texts, lines, trained.oracle.encode_batch(texts), strict=True):
        assert ours == expected_line(theirs.ids, mode, 24), f"seed {SEED}, {mode}: {text!r}"


CONTEXTS: dict[str, Callable[[str], str]] = {
    "between letters": lambda c: f"a{c}b",
    "before a mark": lambda c: f"{c}\u0301 b",
    "before a letter with a mark": lambda c: f"{c}e\u0301",
    # U+0343 is another character unless it stands in a cluster of two that is looked up whole.
    "where clusters break": lambda c: (
        f"\u0958\u0343{c} {c}\u0958\u0343 {c}\u094d\u0958\u0343 \u0915{c}\u0958\u0343 "
        f"\u0915\u094d{c}\u0958\u0343 {c}\u200d\u2122\u0343"
    ),
}


def test_every_code_point(tmp_path: Path) -> None:
    characters = [chr(c) for c in code_points_to_check(SEED)]
    trained = train(tmp_path, "unigram", "nmt_nfkc")
    proto = sentencepiece_model_pb2.ModelProto.FromString(trained.file.read_bytes())
    # Every character is a piece, so that ids tell those apart which are unknown to a real model.
    del proto.pieces[3:]
    for character in characters[1:]:
        proto.pieces.add(piece=character, score=-1)
    trained.file.write_bytes(proto.SerializeToString())
    oracle = oracle_of(trained.file, "unigram")
    differing: set[int] = set()
    for in_context in CONTEXTS.values():
        texts = [in_context(character) for character in characters]
        lines = our_lines(texts, trained.file, "sentencepiece", "describe", 512)
        for character, text, ours, theirs in zip(
            characters, texts, lines, oracle.encode_batch(texts), strict=True
        ):
            if ours != described(text, theirs):
                differing.add(ord(character))
    assert not differing, f"seed {SEED}: {sorted(map(hex, differing))}"
