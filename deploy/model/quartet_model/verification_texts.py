"""The texts on which an artefact must agree with sentence-transformers.

Awkward ones first, then varied ones of many lengths, from a fixed seed: a failure can be repeated.
"""

import itertools
import random

AWKWARD_TEXTS = (
    "a",
    "I",
    "7",
    ".",
    "  padded  ",
    "tab\tand\nnewline\r\nmixed",
    "\u00a0no-break\u3000space\u2003",
    "!!!",
    "...",
    "?!?!",
    "(())[[]]{}",
    "#hashtag @mention $100 50% & more",
    "a-b_c/d\\e|f",
    "don't can't won't it's",
    "U.S.A. vs. U.K.",
    "C++20, C#, .NET",
    "e-mail: someone@example.com",
    "3.14159",
    "1,000,000",
    "2024-02-29T23:59:59Z",
    "+49 (0)30 1234567",
    "0x7fff_ffff",
    "½ ² ³ ¼",
    "Straße",
    "ÉCOLE école",
    "naïve café",
    "e\u0301 decomposed",
    "Ångström",
    "İstanbul ıssız",
    "Łódź",
    "Ελληνικά κείμενα ΣΊΣΥΦΟΣ",
    "Привет, мир! Ёлка",
    "שלום עולם",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "สวัสดีชาวโลก",
    "안녕하세요 세계",
    "こんにちは世界",
    "カタカナ ｶﾀｶﾅ",
    "你好，世界！",
    "中文English混合123",
    "𠀀𠀁 rare ideographs",
    "Tiếng Việt có dấu",
    "ქართული ენა",
    "Հայերեն",
    "ᏣᎳᎩ",
    "አማርኛ",
    "😀",
    "👍🏽👩‍👩‍👧‍👦🇩🇪",
    "text 🎉 between 🎈 emoji",
    "❤️ ☀️ ✔",
    "∑∫√∞≠≤≥",
    "→←↑↓",
    "£€¥₹₿",
    "ﬁ ﬂ ligatures",
    "zero\u200bwidth\u200djoin",
    "soft\u00adhyphen",
    "\ufeffbyte order mark",
    "control\x01\x02chars\x7f",
    "Zalgo t\u0336\u0321e\u0335x\u0334t",
    "x" * 99,
    "x" * 100,
    "x" * 101,
    "x" * 1000,
    "ab" * 300,
    "http://example.com/a/very/long/path?with=query&and=more#fragment",
    "[unused1] plain brackets",
    "special [CLS] tokens[SEP] [MASK] in [PAD] a [UNK] text [sep] <s> </s> <mask> <pad> <unk>",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "THE ALL CAPS TEXT",
    "mIxEd CaSe WoRdS",
    "the the the the the the",
    "<html><body>tags</body></html>",
    '{"json": [1, 2, 3], "nested": {"key": null}}',
    "SELECT * FROM table WHERE id = 1; --",
    "x = y ** 2",
    "\u202eright to left override",
    "“curly” ‘quotes’ „low‟ «angle»",
    "en–dash em—dash …ellipsis",
)
_WORDS = (
    "the a of and to in is that for on with as by at from this was are be have not "
    "but they which one time people year way day man thing woman life child world "
    "school state family student group country problem hand part place case week "
    "company system program question work government number night point home water "
    "room mother area money story fact month lot right study book eye job word "
    "business issue side kind head house service friend father power hour game line "
    "end member law car city community name president team minute idea body "
    "information back parent face others level quickly embedding transformer quantum "
    "photosynthesis Kubernetes mitochondria jurisprudence größer über façade señor "
    "Москва Αθήνα 東京 北京大学 데이터 العربية हिन्दी 42 2024 3.5 x86-64 🙂 🚀 "
).split()
_MARKS = (" ", " ", " ", " ", " ", " ", ", ", "; ", ". ", "  ", " - ", "\n")
_WORD_COUNTS = (1, 2, 3, 5, 8, 13, 20, 34, 60, 100, 126, 127, 128, 150, 250)
GENERATED = 150
# Around the limits that models of this class have, for a vocabulary that has each of these words.
_EXACT_WORDS = "the people of this world have one way to see what they do".split()
_EXACT_TOKENS = (3, 17, 127, 128, 129, 511, 512, 513)


def verification_texts() -> list[str]:
    generator = random.Random(20_240_229)
    generated = [
        _generate(generator, _WORD_COUNTS[index % len(_WORD_COUNTS)]) for index in range(GENERATED)
    ]
    return [*AWKWARD_TEXTS, *generated, *map(text_of_tokens, _EXACT_TOKENS)]


def text_of_tokens(count: int) -> str:
    """Two of them are [CLS] and [SEP]."""
    return " ".join(itertools.islice(itertools.cycle(_EXACT_WORDS), count - 2))


def _generate(generator: random.Random, words: int) -> str:
    return "".join(
        generator.choice(_WORDS) + generator.choice(_MARKS) for _ in range(words)
    ).strip()
