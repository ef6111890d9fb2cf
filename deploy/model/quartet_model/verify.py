"""The gate in front of an artefact's final name: does it give sentence-transformers' vectors?"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

from quartet_model.artefact import Artefact
from quartet_model.artefact_tokenizer import TokenIds, artefact_tokenizer
from quartet_model.bert_weights import Array
from quartet_model.errors import PreparationError
from quartet_model.oracle import Oracle
from quartet_model.precision import GATES, Gate, Precision
from quartet_model.progress import progress
from quartet_model.verification_texts import verification_texts

Doubles = npt.NDArray[np.float64]

BATCH_ITEMS = 4  # the largest batch that the server makes


ADVICE: dict[Precision, str] = {
    "int8": "; try --precision bf16, which rounds less",
    "bf16": "; --precision fp32 does not round",
    "fp32": "",
}


@dataclass(frozen=True)
class Agreement:
    texts: int
    min_cosine: float
    mean_cosine: float
    rank_correlation: float
    max_difference: float
    mate_difference: float

    def __str__(self) -> str:
        return (
            f"{self.texts} texts, one by one and in batches of {BATCH_ITEMS}: cosine min "
            f"{self.min_cosine:.8f}, mean {self.mean_cosine:.8f}, rank correlation of similarities "
            f"{self.rank_correlation:.6f}, max abs difference {self.max_difference:.2e}, by batch "
            f"mates {self.mate_difference:.2e}"
        )

    def passes(self, gate: Gate) -> bool:
        # Written so that a NaN fails, too.
        return (
            self.min_cosine >= gate.min_cosine
            and self.mean_cosine >= gate.mean_cosine
            and self.rank_correlation >= gate.rank_correlation
            and self.max_difference <= gate.difference
            and self.mate_difference <= gate.mate_difference
        )


def verify_artefact(path: Path, oracle: Oracle, precision: Precision) -> Agreement:
    """Compares the file itself, as it will be loaded; raises unless it agrees."""
    texts = verification_texts()
    wanted_ids = oracle.token_ids(texts)
    check_ids(texts, artefact_tokenizer(path)(texts), wanted_ids)
    agreement = compare(Artefact(path), wanted_ids, oracle.vectors(texts))
    gate = GATES[precision]
    if not agreement.passes(gate):
        advice = ADVICE[precision]
        raise PreparationError(
            f"the exported model disagrees with sentence-transformers: {agreement} (needed for "
            f"{precision}: {gate}){advice}"
        )
    return agreement


def check_ids(texts: Sequence[str], found: TokenIds, wanted: TokenIds) -> None:
    """What the artefact says of its tokenizer must make the ids that sentence-transformers does."""
    different = [
        text for text, ours, theirs in zip(texts, found, wanted, strict=True) if ours != theirs
    ]
    if different:
        raise PreparationError(
            f"the artefact's tokenizer gives other ids than sentence-transformers for "
            f"{len(different)} of {len(texts)} texts, among them {different[0][:40]!r}"
        )


def compare(artefact: Artefact, sequences: TokenIds, wanted: Array) -> Agreement:
    with progress("texts", 2 * len(sequences), " texts") as bar:

        def vectors(batch: TokenIds) -> Array:
            bar.update(len(batch))
            return artefact.vectors(batch)

        alone = np.concatenate([vectors([sequence]) for sequence in sequences])
        batched = np.concatenate(
            [
                vectors(sequences[start : start + BATCH_ITEMS])
                for start in range(0, len(sequences), BATCH_ITEMS)
            ]
        )
    cosines = np.concatenate([_cosines(alone, wanted), _cosines(batched, wanted)])
    return Agreement(
        texts=len(sequences),
        min_cosine=float(cosines.min()),
        mean_cosine=float(cosines.mean()),
        rank_correlation=_rank_correlation(_similarities(alone), _similarities(wanted)),
        max_difference=float(np.abs([alone - wanted, batched - wanted]).max()),
        mate_difference=float(np.abs(alone - batched).max()),
    )


def _unit(vectors: Array) -> Doubles:
    doubles = vectors.astype(np.float64)
    unit: Doubles = doubles / np.linalg.norm(doubles, axis=1, keepdims=True)
    return unit


def _cosines(left: Array, right: Array) -> Doubles:
    cosines: Doubles = (_unit(left) * _unit(right)).sum(1)
    return cosines


def _similarities(vectors: Array) -> Doubles:
    """Of all pairs."""
    unit = _unit(vectors)
    rows, columns = np.triu_indices(len(unit), 1)
    similarities: Doubles = (unit[rows] * unit[columns]).sum(1)
    return similarities


def _rank_correlation(left: Doubles, right: Doubles) -> float:
    return float(spearmanr(left, right).statistic)
