"""What a text costs our tokenizers and Hugging Face's, in turns; what the worst texts cost ours.

    QUARTET_BIN_DIR=$PWD/build/release/bin build/venv/bin/python bench/tokenizers/compare.py

WordPiece has the default model's vocabulary; the sentencepiece models are trained here, on the
words that the texts are made of, and on what the worst texts become: text of unknown characters
would cost less than it does with a model of many languages. Each text's time is that of its fastest
turn.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import BertWordPieceTokenizer, Tokenizer, models
from transformers import XLMRobertaTokenizer
from transformers.convert_slow_tokenizer import generate_merges

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-tokenizer-bench"
VOCABULARY = ROOT / "build/models/sources/paraphrase-MiniLM-L3-v2/vocab.txt"
MAX_LENGTH = 512
DEFAULT_LIMIT = 32_768  # bytes of a text: --max-text-bytes
LARGEST_LIMIT = 1 << 20
# One character that normalizing makes several, with spaces among them or without.
EXPANDING = "\ufdfa\ufdfb" + "".join(map(chr, range(0x3300, 0x3358)))
HOSTILE = {
    "one word": "a",
    "a word of many scripts": "aж中",
    "marks": "\u0301",
    "marks in reverse order": "\u0301\u0323",
    "U+FDFA": "\ufdfa",
    "U+FDFA before a letter": "".join(f"\ufdfa{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "U+FDFB": "\ufdfb",
    "U+3300": "\u3300",
    "all that expand": EXPANDING,
    "words without a piece": "qxzqxzqxzqxzqxzqxzЖ ",
    "spaces": " ",
    "punctuation": "!",
}
CUTS = ("end", "start", "reject")


@dataclass(frozen=True)
class Pair:
    """The same tokenizer twice."""

    kind: str
    file: Path
    theirs: Tokenizer


def words() -> list[str]:
    lines = VOCABULARY.read_text(encoding="utf-8").splitlines()
    return [word for word in lines if word.isalpha() and len(word) > 2]


def texts_of(seed: int, count: int) -> list[str]:
    """Of 5 to 20 words, the frequent ones more often."""
    chooser = random.Random(seed)
    known = words()
    return [
        " ".join(
            known[int(len(known) * chooser.random() ** 3)] for _ in range(chooser.randint(5, 20))
        )
        for _ in range(count)
    ]


def training_texts() -> Iterator[str]:
    chooser = random.Random(3)
    for text in texts_of(1, 20_000):
        yield text
        yield unicodedata.normalize("NFKC", "".join(chooser.choices(EXPANDING, k=2)))


def sentencepiece_pair(folder: Path, model_type: str) -> Pair:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=training_texts(),
        model_writer=model,
        model_type=model_type,
        normalization_rule_name="nmt_nfkc",
        vocab_size=16_000,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    file = folder / "sentencepiece.bpe.model"
    file.write_bytes(model.getvalue())
    slow: Any = XLMRobertaTokenizer.from_pretrained(folder)
    theirs: Tokenizer = slow.backend_tokenizer
    if model_type == "bpe":
        theirs.model = byte_pairs(model.getvalue(), slow.get_vocab())
    return Pair("sentencepiece", file, theirs)


def byte_pairs(model: bytes, ids: dict[str, int]) -> models.BPE:
    """What transformers' class lacks, which is a unigram for any model."""
    pieces = sentencepiece_model_pb2.ModelProto.FromString(model).pieces
    scores = {piece.piece: piece.score for piece in pieces}
    merges = generate_merges({piece: place for place, piece in enumerate(scores)}, scores)
    return models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True)


def our_nanoseconds(pair: Pair, texts: list[str], truncation: str, turns: int) -> list[int]:
    frames = b"".join(b"%d\n%s\n" % (len(text.encode()), text.encode()) for text in texts)
    arguments = (pair.file, pair.kind, truncation, str(MAX_LENGTH), str(turns))
    result = subprocess.run([PROGRAM, *arguments], input=frames, capture_output=True, check=True)
    return [int(line) for line in result.stdout.split()]


def their_nanoseconds(pair: Pair, texts: list[str]) -> list[int]:
    taken = []
    for text in texts:
        begin = time.perf_counter_ns()
        pair.theirs.encode(text)
        taken.append(time.perf_counter_ns() - begin)
    return taken


def compare(pair: Pair, texts: list[str], rounds: int) -> dict[str, float]:
    ours: list[list[int]] = []
    theirs: list[list[int]] = []
    for _ in range(rounds):
        ours.append(our_nanoseconds(pair, texts, "end", 1))
        theirs.append(their_nanoseconds(pair, texts))
    a, b = (sum(map(min, zip(*turns, strict=True))) / len(texts) / 1000 for turns in (ours, theirs))
    return {"ours_us": round(a, 2), "theirs_us": round(b, 2), "ratio": round(a / b, 3)}


def hostile(pair: Pair, limit: int, turns: int) -> dict[str, dict[str, float]]:
    """Milliseconds: cut at the end, as a call does that says nothing else; cut at the start, where
    all of the text must be normalized; and refused, where all of its tokens are counted."""
    pieces = dict(HOSTILE)
    chooser = random.Random(4)
    pieces["words without spaces"] = "".join(chooser.choices(words(), k=limit // 4))
    texts = [
        (piece * (limit // len(piece) + 1)).encode()[:limit].decode(errors="ignore")
        for piece in pieces.values()
    ]
    taken = [our_nanoseconds(pair, texts, cut, turns) for cut in CUTS]
    return {
        name: {cut: round(time / 1e6, 3) for cut, time in zip(CUTS, times, strict=True)}
        for name, times in zip(pieces, zip(*taken, strict=True), strict=True)
    }


def measure(count: int, rounds: int) -> dict[str, Any]:
    texts = texts_of(2, count)
    with tempfile.TemporaryDirectory() as scratch:
        wordpiece = BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)
        pairs = {"wordpiece": Pair("uncased", VOCABULARY, wordpiece)}
        for model_type in ("unigram", "bpe"):
            folder = Path(scratch) / model_type
            folder.mkdir()
            pairs[model_type] = sentencepiece_pair(folder, model_type)
        return {
            name: {
                "per_text": compare(pair, texts, rounds),
                "hostile_ms": hostile(pair, DEFAULT_LIMIT, rounds),
                "hostile_1_mb_ms": hostile(pair, LARGEST_LIMIT, rounds),
            }
            for name, pair in pairs.items()
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    json.dump(measure(arguments.texts, arguments.rounds), sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
