"""Every model of the catalogue whose weights are here gives sentence-transformers' vectors, at any
length.

At hand is the default model always, and what `prepare.py fetch` put beside it or into the folder
QUARTET_TEST_SOURCES.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from graphs import Graph, check, graphs, vectors
from quartet_model.bert_weights import Array
from quartet_model.catalogue import read_catalogue
from quartet_model.oracle import Oracle
from quartet_model.paths import CATALOGUE, MODELS
from quartet_model.sentence_folder import read_sentence_folder
from quartet_model.verification_texts import text_of_tokens
from small_oracles import oracle_vector

SOURCES = (MODELS / "sources", Path(os.environ.get("QUARTET_TEST_SOURCES", MODELS / "sources")))
CATALOGUED = read_catalogue(CATALOGUE)
FOLDERS = {
    name: source / name
    for source in SOURCES
    for name in CATALOGUED.entries
    if (source / name).is_dir()
}
# As ids: no text has one token, and none of a model's tokens is left out.
LENGTHS = (1, 2, 3, 17, 127, 128, 129, 511, 512)
# As texts: cut where the model cuts.
TEXT_LENGTHS = (3, 17, 127, 128, 129, 511, 512, 513)
BATCH_ITEMS = 4


@dataclass(frozen=True)
class Model:
    oracle: Oracle
    transformer: SentenceTransformer
    graphs: dict[str, Graph]
    vocabulary: int

    @property
    def lengths(self) -> list[int]:
        return [length for length in LENGTHS if length <= self.oracle.max_sequence_length]

    def ids(self, length: int) -> list[int]:
        """The first thousand of BERT's vocabulary are special, unused or single characters."""
        generator = np.random.default_rng(seed=length)
        return [int(number) for number in generator.integers(1000, self.vocabulary, length)]


@pytest.fixture(scope="module", params=list(FOLDERS))
def model(request: pytest.FixtureRequest) -> Iterator[Model]:
    source = FOLDERS[request.param]
    folder = read_sentence_folder(source)
    oracle = Oracle(source)
    yield Model(
        oracle=oracle,
        transformer=SentenceTransformer(str(source), device="cpu", local_files_only=True),
        graphs=graphs(folder, oracle.max_sequence_length),
        vocabulary=folder.shape.vocab_size,
    )


def test_the_default_model_is_among_them() -> None:
    assert CATALOGUED.default in FOLDERS


def compare(model: Model, sequences: list[list[int]], wanted: Array) -> None:
    """Alone, and in batches of long and short ones."""
    for name, graph in model.graphs.items():
        for start in range(len(sequences)):
            check(vectors(graph, [sequences[start]]), wanted[start][None], f"{name}, {start}")
            # A stride that shares no divisor with their number: all differ, short beside long.
            batch = [(start + 5 * place) % len(sequences) for place in range(BATCH_ITEMS)]
            found = vectors(graph, [sequences[place] for place in batch])
            check(found, wanted[batch], f"{name}, batch {batch}")


def test_vectors_of_ids_at_every_length(model: Model) -> None:
    assert len(model.lengths) >= 6
    sequences = [model.ids(length) for length in model.lengths]
    wanted = [oracle_vector(model.transformer, sequence).numpy() for sequence in sequences]
    compare(model, sequences, np.stack(wanted))


def test_vectors_of_texts_at_every_length_and_cut_ones(model: Model) -> None:
    texts = [text_of_tokens(length) for length in TEXT_LENGTHS]
    whole = model.oracle.token_ids(texts, truncate=False)
    assert [len(ids) for ids in whole] == list(TEXT_LENGTHS)
    sequences = model.oracle.token_ids(texts)
    most = model.oracle.max_sequence_length
    assert [len(ids) for ids in sequences] == [min(length, most) for length in TEXT_LENGTHS]
    compare(model, sequences, model.oracle.vectors(texts))
