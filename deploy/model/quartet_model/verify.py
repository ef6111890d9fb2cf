"""The gate in front of an artefact's final name: does it give sentence-transformers' vectors?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quartet_model.artefact import Artefact
from quartet_model.bert_weights import Array
from quartet_model.errors import PreparationError
from quartet_model.oracle import Oracle
from quartet_model.verification_texts import verification_texts

MIN_COSINE = 0.99999
MAX_DIFFERENCE = 1e-4
MAX_MATE_DIFFERENCE = 1e-5
BATCH_ITEMS = 4  # the largest batch that the server makes


@dataclass(frozen=True)
class Agreement:
    texts: int
    min_cosine: float
    max_difference: float
    max_mate_difference: float

    def __str__(self) -> str:
        return (
            f"{self.texts} texts, one by one and in batches of {BATCH_ITEMS}: "
            f"min cosine {self.min_cosine:.8f}, max abs difference {self.max_difference:.2e}, "
            f"max difference by batch mates {self.max_mate_difference:.2e}"
        )


def verify_artefact(path: Path, oracle: Oracle) -> Agreement:
    """Compares the file itself, as it will be loaded; raises unless it agrees."""
    texts = verification_texts()
    agreement = compare(Artefact(path), oracle.token_ids(texts), oracle.vectors(texts))
    # Written so that a NaN fails, too.
    if not (
        agreement.min_cosine >= MIN_COSINE
        and agreement.max_difference <= MAX_DIFFERENCE
        and agreement.max_mate_difference <= MAX_MATE_DIFFERENCE
    ):
        raise PreparationError(
            f"the exported model disagrees with sentence-transformers: {agreement} (needed: cosine "
            f">= {MIN_COSINE}, differences <= {MAX_DIFFERENCE:.0e} and {MAX_MATE_DIFFERENCE:.0e})"
        )
    return agreement


def compare(artefact: Artefact, sequences: Sequence[Sequence[int]], wanted: Array) -> Agreement:
    alone = np.concatenate([artefact.vectors([sequence]) for sequence in sequences])
    batched = np.concatenate(
        [
            artefact.vectors(sequences[start : start + BATCH_ITEMS])
            for start in range(0, len(sequences), BATCH_ITEMS)
        ]
    )
    return Agreement(
        texts=len(sequences),
        min_cosine=min_cosine(np.concatenate([alone, batched]), np.concatenate([wanted, wanted])),
        max_difference=float(np.abs([alone - wanted, batched - wanted]).max()),
        max_mate_difference=float(np.abs(alone - batched).max()),
    )


def min_cosine(left: Array, right: Array) -> float:
    a, b = left.astype(np.float64), right.astype(np.float64)
    cosines = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return float(cosines.min())
