"""In which numbers an artefact computes, and how near to sentence-transformers that must be."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

Precision = Literal["int8", "bf16", "fp32"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
DEFAULT_PRECISION: Precision = "int8"


@dataclass(frozen=True)
class Gate:
    """What an artefact must reach on the verification texts to get its final name."""

    min_cosine: float
    mean_cosine: float
    # Spearman's, between the similarities of all pairs of texts: what search results are made of.
    rank_correlation: float
    difference: float  # in any component
    mate_difference: float  # of a text's vector alone and in a batch, in any component


GATES: dict[Precision, Gate] = {
    "fp32": Gate(0.99999, 0.999999, 0.99999, 1e-4, 1e-5),
    "bf16": Gate(0.9999, 0.99995, 0.9995, math.inf, 0.0),
    # Rows are quantized one by one and integer sums are exact, so mates change nothing at all.
    "int8": Gate(0.997, 0.999, 0.995, math.inf, 0.0),
}

# What the server's self-test allows at start, |vector - golden| / |golden|: it must find a broken
# computation on any CPU, the gate above has judged the model already.
GOLDEN_TOLERANCE: dict[Precision, float] = {"fp32": 1e-4, "bf16": 0.02, "int8": 0.1}
