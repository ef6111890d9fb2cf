"""From a sentence-transformers folder to a verified artefact."""

from pathlib import Path

import torch

from quartet_model.artefact import artefact_bytes
from quartet_model.atomic_file import atomic_file
from quartet_model.bert_weights import Weights
from quartet_model.build_encoder import build_encoder
from quartet_model.checkpoint import read_weights
from quartet_model.digests import weights_digest
from quartet_model.encoder import Encoder
from quartet_model.errors import PreparationError
from quartet_model.manifest import MANIFEST_FILE, build_manifest, manifest_file
from quartet_model.oracle import Oracle
from quartet_model.packed_encoder import (
    PackedEncoder,
    UnservedSizesError,
    build_packed_encoder,
)
from quartet_model.precision import Precision
from quartet_model.sentence_folder import SentenceFolder, read_sentence_folder
from quartet_model.sentencepiece_facts import SentencepieceFacts
from quartet_model.steps import say, step
from quartet_model.tokenizer_facts import (
    TokenizerFacts,
    check_tokenizer_files,
    read_tokenizer,
)
from quartet_model.verify import verify_artefact


def export_artefact(source: Path, name: str, output: Path, precision: Precision) -> None:
    # The order in which threads add up would show in the last bits of the golden vectors.
    torch.set_num_threads(1)
    folder = read_sentence_folder(source)
    # Both before sentence-transformers, which would quietly make up what is missing.
    weights = read_weights(folder)
    check_tokenizer_files(folder.encoder_folder)
    with step(f"load {name} into sentence-transformers"):
        oracle = Oracle(source)
    tokenizer = read_tokenizer(oracle.tokenizer_definition())
    _check_limits(folder, oracle, tokenizer)
    with atomic_file(output) as partial:
        with step(f"export {name} in {precision}"):
            partial.write_bytes(_export(folder, name, weights, oracle, tokenizer, precision))
        with step("compare with sentence-transformers"):
            agreement = verify_artefact(partial, oracle, precision)
        say(str(agreement))
    say(f"{output} is ready ({output.stat().st_size / 1e6:.1f} MB)")


def _export(
    folder: SentenceFolder,
    name: str,
    weights: Weights,
    oracle: Oracle,
    tokenizer: TokenizerFacts | SentencepieceFacts,
    precision: Precision,
) -> bytes:
    manifest = build_manifest(
        name=name,
        folder=folder,
        oracle=oracle,
        tokenizer=tokenizer,
        precision=precision,
        source_digest=weights_digest(weights),
    )
    encoder = _encoder(folder, weights, oracle.max_sequence_length, precision)
    extra_files = {
        MANIFEST_FILE: manifest_file(manifest),
        tokenizer.file_name: tokenizer.file_content(),
    }
    return artefact_bytes(encoder, extra_files)


def _encoder(
    folder: SentenceFolder, weights: Weights, max_sequence_length: int, precision: Precision
) -> Encoder | PackedEncoder:
    shape, pooling, normalized = folder.shape, folder.pooling, folder.normalized
    try:
        return build_packed_encoder(
            shape, weights, pooling, normalized, max_sequence_length, precision
        )
    except UnservedSizesError as error:
        if precision != "fp32":
            raise PreparationError(f"{error}; --precision fp32 serves any size") from error
        say(f"in plain operators, which are slower: {error}")
        return build_encoder(shape, weights, pooling, normalized)


def _check_limits(
    folder: SentenceFolder, oracle: Oracle, tokenizer: TokenizerFacts | SentencepieceFacts
) -> None:
    """Ids and positions must have a row in the tables that the graph looks them up in."""
    positions = folder.shape.max_position_embeddings
    # [CLS], one token of the text, [SEP].
    if not 3 <= oracle.max_sequence_length <= positions:
        raise PreparationError(
            f"{folder.root}: the longest sequence is {oracle.max_sequence_length} tokens; "
            f"supported is 3 to the model's {positions} positions"
        )
    if len(tokenizer.vocabulary) > folder.shape.vocab_size:
        raise PreparationError(
            f"{folder.root}: the tokenizer has {len(tokenizer.vocabulary)} tokens, the model "
            f"embeddings for {folder.shape.vocab_size}"
        )
