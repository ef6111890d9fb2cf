"""Real English sentences that every machine with Python has: the prose of its language manual."""

from __future__ import annotations

import pydoc_data.topics
import re


def real_sentences(count: int) -> list[str]:
    """`count` different sentences of 4 to 80 words, always the same for one version of Python."""
    prose = re.sub(r"\s+", " ", " ".join(pydoc_data.topics.topics.values()))
    sentences = dict.fromkeys(re.split(r"(?<=[.!?])\s+", prose))
    fitting = [s for s in sentences if 4 <= len(s.split()) <= 80]
    assert len(fitting) >= count
    return fitting[:count]
