"""What a text costs our tokenizers and Hugging Face's, in turns; what the worst texts cost ours.

    QUARTET_BIN_DIR=$PWD/build/release/bin build/venv/bin/python bench/tokenizers/compare.py

WordPiece has the default model's vocabulary; the sentencepiece models are trained here, on the
words that the texts are made of. Each text's time is that of its fastest turn.
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
HOSTILE = {
    "one word": "a",
    "a word of many scripts": "aж中",
    "marks": "\u0301",
    "marks in reverse order": "\u0301\u0323",
    "U+FDFA": "\ufdfa",
    "words without a piece": "qxzqxzqxzqxzqxzqxzЖ ",
    "spaces": " ",
    "punctuation": "!",
}


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


def sentencepiece_pair(folder: Path, model_type: str) -> Pair:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts_of(1, 20_000)),
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
    """Milliseconds: cut at the end, as a call does that says nothing else; and cut at the start,
    where all of the text must be looked at."""
    texts = [(piece * limit).encode()[:limit].decode(errors="ignore") for piece in HOSTILE.values()]
    end, start = (our_nanoseconds(pair, texts, cut, turns) for cut in ("end", "start"))
    return {
        name: {"cut_at_end": round(a / 1e6, 3), "cut_at_start": round(b / 1e6, 3)}
        for name, a, b in zip(HOSTILE, end, start, strict=True)
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
