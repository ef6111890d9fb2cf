"""All that an artefact and its source have to do with each other, in figures."""

import time
from collections.abc import Callable
from pathlib import Path

import torch

from quartet_model.artefact import Artefact
from quartet_model.artefact_contents import read_contents
from quartet_model.artefact_tokenizer import artefact_tokenizer
from quartet_model.checkpoint import read_weights
from quartet_model.digests import weights_digest
from quartet_model.errors import PreparationError
from quartet_model.export import loadable
from quartet_model.oracle import Oracle
from quartet_model.packed_encoder import load_encoder_library
from quartet_model.sentence_folder import read_sentence_folder
from quartet_model.steps import say, step
from quartet_model.verification_texts import verification_texts
from quartet_model.verify import BATCH_ITEMS, verify_artefact

# The part of an artefact's code that only the fused encoder has.
_PACKED = "code/__torch__/quartet_model/packed_encoder.py"
# sentence-transformers' default.
_USUAL_BATCH = 32


def report(path: Path, source: Path) -> None:
    torch.set_num_threads(1)
    folder = read_sentence_folder(source)
    weights = read_weights(folder)
    contents = read_contents(path)
    manifest = contents.manifest
    say(f"{path}: {manifest['name']} in {manifest['precision']}, {contents.fingerprint}")
    found = weights_digest(weights)
    if manifest["source_digest"] != found:
        raise PreparationError(
            f"{path} was made from other weights: their digest is {manifest['source_digest']}, "
            f"that of {source} is {found}"
        )
    if _PACKED in contents.records:
        load_encoder_library()
    with loadable(folder, weights) as loaded, step("load the source into sentence-transformers"):
        oracle = Oracle(loaded)
    with step("compare with sentence-transformers"):
        agreement = verify_artefact(path, oracle, manifest["precision"])
    say(f"ids equal on {agreement.texts} of {agreement.texts} texts")
    say(str(agreement))
    before, after = throughput(path, oracle)
    say(
        f"texts a second on one thread, tokenizing included: sentence-transformers {before:.0f} "
        f"(batches of {_USUAL_BATCH}), the artefact {after:.0f} (batches of {BATCH_ITEMS})"
    )


def throughput(path: Path, oracle: Oracle) -> tuple[float, float]:
    """Texts a second, of sentence-transformers and of the artefact."""
    texts = verification_texts()
    artefact, tokenize = Artefact(path), artefact_tokenizer(path)

    def ours() -> None:
        ids = tokenize(texts)
        for start in range(0, len(ids), BATCH_ITEMS):
            artefact.vectors(ids[start : start + BATCH_ITEMS])

    def theirs() -> None:
        oracle.vectors(texts, batch_size=_USUAL_BATCH)

    return _rate(theirs, len(texts)), _rate(ours, len(texts))


def _rate(run: Callable[[], None], texts: int) -> float:
    """Of the faster of two runs: the first one warms up."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return texts / min(seconds)
