"""Random texts for comparisons of tokenizers, and how ours are called."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable, Sequence, Set
from pathlib import Path

from tokenizers import Encoding

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests/data/tokenization"
TOOL = Path(os.environ["QUARTET_BIN_DIR"]) / "tokenize_lines"
SEED = int(os.environ.get("QUARTET_TEST_SEED", "0")) or int.from_bytes(os.urandom(4), "big")
STRINGS = int(os.environ.get("QUARTET_TEST_STRINGS", "6000"))

# First and last code points of blocks: letters, marks, symbols and punctuation of many scripts.
BLOCKS = [
    (0x20, 0x7E), (0x20, 0x7E), (0xA0, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F),
    (0x370, 0x3FF), (0x400, 0x52F), (0x530, 0x58F), (0x590, 0x5FF), (0x600, 0x6FF),
    (0x900, 0x97F), (0x980, 0x9FF), (0xB80, 0xBFF), (0xE00, 0xE7F), (0xF00, 0xFFF),
    (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF),
    (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F), (0x20A0, 0x20FF), (0x2100, 0x21FF),
    (0x2200, 0x22FF), (0x2600, 0x27BF), (0x3000, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE00, 0xFE6F),
    (0xFF00, 0xFFEF), (0x10400, 0x1044F), (0x1D100, 0x1D1FF), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1FAFF), (0x20000, 0x2A6DF), (0x2F800, 0x2FA1F), (0xE0000, 0xE01EF),
]  # fmt: skip
CONTROLS = ["\x00", "\x01", "\t", "\n", "\r", "\x0b", "\x7f", "\x85", "\u200b", "\u200d", "\ufeff",
            "\ufffd", "\u2028", "\u00ad", "\u202e", "\ufe0f"]  # fmt: skip
# Seldom beside each other otherwise; grapheme clusters break or join at them: consonants, linkers,
# marks, joiners, pictographs, regional indicators, jamo, and what normalizing replaces.
CLUSTER_CHARACTERS = (
    "कড়ਕકଡ଼కകကកᬓꦏ" + "\u0958\u095f\u09dc\u09df\u0b5c\u0b5d\U00011392\U00011a0b"
    "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1b44\ua9c0\U000113d0"
    "\u0343\u0343\u0343\u0344\u0301\u0903\u0ccb\u093c\u0897\U00011f5a\U000113ca\U0001171e"
    "\u200c\u200d\u200d\ufe0f\u200b\u2065\u0600\U000113d1\U00011a3a"
    "\u2122\u2139\u3297\u2605\u26bd©\U0001f600\U0001f3fb\U0001fade\U0001f1e9"
    "\u1100\u1161\u11a8\uac00a "
)


class Generator:
    """Strings of many kinds out of one seed: of `words`, of `special` pieces, and of anything."""

    def __init__(
        self, seed: int, words: Sequence[str], special: Sequence[str], excluded: Set[int]
    ) -> None:
        self.random = random.Random(seed)
        self.words, self.special, self.excluded = words, special, excluded
        self.kinds: list[Callable[[], str]] = [
            self.sentence,
            self.sentence,
            self.one_block,
            self.mixed,
            self.anything,
            self.marks,
            self.long_word,
        ]

    def string(self) -> str:
        text = self.random.choice(self.kinds)()
        return "".join(c for c in text if ord(c) not in self.excluded)

    def code_point(self, first: int = 0, last: int = 0x10FFFF) -> str:
        code = self.random.randint(first, last)
        return "?" if 0xD800 <= code <= 0xDFFF else chr(code)

    def from_block(self) -> str:
        return self.code_point(*self.random.choice(BLOCKS))

    def word(self) -> str:
        word = self.random.choice(self.words)
        shape = self.random.random()
        if shape < 0.1:
            return word.upper()
        if shape < 0.2:
            return word.title() + self.random.choice(self.words)
        if shape < 0.25:
            return word.replace("e", "é").replace("u", "u\u0308")
        return word

    def sentence(self) -> str:
        separators = [" "] * 12 + [", ", ". ", "-", "'", "  ", "\t", "/", " … "]
        count = self.random.choice([1, 3, 8, 15, 40, 150])
        words = [self.word() for _ in range(self.random.randint(1, count))]
        return "".join(word + self.random.choice(separators) for word in words)

    def one_block(self) -> str:
        block = self.random.choice(BLOCKS)
        return "".join(
            " " if self.random.random() < 0.15 else self.code_point(*block)
            for _ in range(self.random.randint(1, 60))
        )

    def mixed(self) -> str:
        pieces: list[Callable[[], str]] = [
            self.word,
            self.from_block,
            lambda: self.random.choice(CONTROLS),
            lambda: self.random.choice(self.special),
            lambda: " ",
        ]
        return "".join(self.random.choice(pieces)() for _ in range(self.random.randint(1, 40)))

    def anything(self) -> str:
        return "".join(self.code_point() for _ in range(self.random.randint(1, 30)))

    def marks(self) -> str:
        base = self.random.choice(["a", "e", "ㅎ", "क", "ا", "k"])
        blocks = [(0x300, 0x36F), (0x1AB0, 0x1ABE), (0x20D0, 0x20F0), (0x1D165, 0x1D172)]
        count = self.random.randint(1, 12)
        return base + "".join(self.code_point(*self.random.choice(blocks)) for _ in range(count))

    def clusters(self) -> str:
        count = self.random.randint(2, 30)
        return "".join(self.random.choices(CLUSTER_CHARACTERS, k=count))

    def long_word(self) -> str:
        letters = self.random.choice(["x", "ab", "é", "ü\u0301", "한", "a\u200b", "İ"])
        return letters * self.random.randint(30, 130) + self.random.choice(["", " tail", "!"])


def words_of_many_scripts(seed: int) -> list[str]:
    """Syllables of many scripts, one script a word; seldom ones are seldom."""
    generator = Generator(seed, ["-"], ["-"], set())
    small = [(first, min(last, first + 120)) for first, last in BLOCKS]

    def word() -> str:
        block = generator.random.choice(small[:2] * 8 + small)
        syllables = [
            generator.code_point(block[0], block[0] + generator.random.randint(3, 60))
            for _ in range(6)
        ]
        return "".join(generator.random.choices(syllables, k=generator.random.randint(1, 9)))

    return [word() for _ in range(4000)]


def code_points_in(path: Path) -> set[int]:
    """What a file of lines FIRST..LAST: COMMENT lists, in hexadecimal."""
    code_points: set[int] = set()
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            first, last = line.split(":")[0].split("..")
            code_points.update(range(int(first, 16), int(last, 16) + 1))
    return code_points


def code_points_to_check(seed: int, sample: int = 10_000) -> list[int]:
    """Every code point where Unicode 17 has characters, and a sample of all the others.

    The others are unassigned or private and all alike: going through them takes minutes.
    """
    assigned = [*range(0x34000), *range(0xE0000, 0xE0200)]
    others = [*range(0x34000, 0xE0000), *range(0xE0200, 0x110000)]
    chosen = assigned + random.Random(seed).sample(others, sample)
    return sorted(c for c in chosen if not 0xD800 <= c <= 0xDFFF)


def texts_in(path: Path) -> list[str]:
    """What a file of JSON strings, one a line, lists."""
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def our_lines(texts: list[str], file: Path, kind: str, mode: str, max_length: int) -> list[str]:
    """One line for each text, as tests/tokenization/tokenize_lines.cc says."""
    frames = []
    for text in texts:
        data = text.encode()
        frames.append(b"%s %d\n%s\n" % (mode.encode(), len(data), data))
    result = subprocess.run(
        [TOOL, file, str(max_length), kind],
        input=b"".join(frames),
        capture_output=True,
        check=True,
    )
    lines = result.stdout.decode().splitlines()
    assert len(lines) == len(texts)
    return lines


def expected_line(ids: list[int], mode: str, max_length: int) -> str:
    """Their ids without truncation, cut as our modes are defined."""
    inner, most = ids[1:-1], max_length - 2
    truncated = len(inner) > most
    if truncated and mode == "reject":
        return f"rejected has {len(ids)} tokens, the limit is {max_length}"
    kept = inner[-most:] if mode == "start" else inner[:most]
    return " ".join(["ok", str(int(truncated)), *map(str, [ids[0], *kept, ids[-1]])])


def described(text: str, theirs: Encoding) -> str:
    """Their tokens as `describe` prints ours; their offsets are in characters."""
    starts = [0]
    for character in text:
        starts.append(starts[-1] + len(character.encode()))
    return "".join(
        f"{token}:{starts[begin]}:{starts[end]}:{special} "
        for token, (begin, end), special in zip(
            theirs.ids, theirs.offsets, theirs.special_tokens_mask, strict=True
        )
    )
