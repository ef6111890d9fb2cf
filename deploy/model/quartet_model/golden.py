"""Texts with known answers inside the artefact: the server's self-test at every start."""

from typing import Any

from quartet_model.oracle import Oracle

GOLDEN_TEXTS = (
    "Hello, world!",
    "a",
    "The quick brown fox jumps over the lazy dog, while 42 researchers measure 3.14159 times.",
    " ".join(
        f"Sentence {number} makes this text longer than any model here accepts, so it is cut."
        for number in range(1, 61)
    ),
    "我喜欢机器学习。東京は日本の首都です。",
    "Crème brûlée à l'Ångström – naïve façade, Übermut, ŁÓDŹ",
    "Great job 👍🏽 see you 👩‍👩‍👧‍👦 at 🇩🇪 5️⃣ o'clock 🎉",
    "?!... ---;;; (@#$%^&*) ~~~ «»",
)


def golden_answers(oracle: Oracle) -> list[dict[str, Any]]:
    whole = oracle.token_ids(GOLDEN_TEXTS, truncate=False)
    used = oracle.token_ids(GOLDEN_TEXTS)
    vectors = oracle.vectors(GOLDEN_TEXTS)
    return [
        {
            "text": text,
            "token_ids": ids,
            "truncated": len(ids) < len(whole_ids),
            "vector": [float(value) for value in vector],
        }
        for text, whole_ids, ids, vector in zip(GOLDEN_TEXTS, whole, used, vectors, strict=True)
    ]
