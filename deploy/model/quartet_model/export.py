"""From a sentence-transformers folder to a verified artefact."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from quartet_model.artefact import artefact_bytes
from quartet_model.artefact_contents import MANIFEST_FILE
from quartet_model.atomic_file import atomic_file
from quartet_model.bert_weights import Weights
from quartet_model.build_encoder import build_encoder
from quartet_model.catalogue import Entry, check_manifest
from quartet_model.checkpoint import SAFETENSORS, find_checkpoint, read_weights, write_safetensors
from quartet_model.digests import weights_digest
from quartet_model.encoder import Encoder
from quartet_model.errors import PreparationError
from quartet_model.manifest import build_manifest, manifest_file
from quartet_model.oracle import Oracle
from quartet_model.packed_encoder import (
    PackedEncoder,
    UnservedModelError,
    build_packed_encoder,
)
from quartet_model.precision import Precision
from quartet_model.prompts import read_prompts
from quartet_model.sentence_folder import SentenceFolder, read_sentence_folder
from quartet_model.steps import say, step
from quartet_model.tokenizer_facts import (
    Facts,
    check_tokenizer_files,
    read_tokenizer,
)
from quartet_model.verify import verify_artefact


def export_artefact(
    source: Path, name: str, output: Path, precision: Precision, entry: Entry | None = None
) -> None:
    """`entry`: of the catalogue, if the model is one of it; the artefact must be as it says."""
    # The order in which threads add up would show in the last bits of the golden vectors.
    torch.set_num_threads(1)
    folder = read_sentence_folder(source)
    # All before sentence-transformers, which would quietly make up what is missing.
    prompts = read_prompts(source)
    weights = read_weights(folder)
    check_tokenizer_files(folder.encoder_folder)
    with loadable(folder, weights) as path, step(f"load {name} into sentence-transformers"):
        oracle = Oracle(path)
    tokenizer = read_tokenizer(oracle.tokenizer_definition(), folder.encoder_folder)
    _check_limits(folder, oracle, tokenizer)
    manifest = build_manifest(
        name=name,
        folder=folder,
        oracle=oracle,
        tokenizer=tokenizer,
        precision=precision,
        source_digest=weights_digest(weights),
    ) | asdict(prompts)
    if entry is not None:
        check_manifest(entry, manifest)
    extra_files = {
        MANIFEST_FILE: manifest_file(manifest),
        tokenizer.file_name: tokenizer.file_content(),
    }
    with atomic_file(output) as partial:
        with step(f"export {name} in {precision}"):
            encoder = _encoder(folder, weights, oracle.max_sequence_length, precision)
            partial.write_bytes(artefact_bytes(encoder, extra_files))
        with step("compare with sentence-transformers"):
            agreement = verify_artefact(partial, oracle, precision)
        say(f"ids equal on {agreement.texts} of {agreement.texts} texts")
        say(str(agreement))
    say(f"{output} is ready ({output.stat().st_size / 1e6:.1f} MB)")


@contextmanager
def loadable(folder: SentenceFolder, weights: Weights) -> Iterator[Path]:
    """The folder as sentence-transformers can load it, which has no weights in ONNX."""
    if find_checkpoint(folder.encoder_folder).suffix != ".onnx":
        yield folder.root
        return
    with TemporaryDirectory(prefix="quartet-model-") as scratch:
        copy = Path(scratch) / folder.root.resolve().name
        shutil.copytree(folder.root, copy, ignore=shutil.ignore_patterns("*.onnx"))
        encoder_folder = copy / folder.encoder_folder.relative_to(folder.root)
        write_safetensors(weights, encoder_folder / SAFETENSORS)
        yield copy


def _encoder(
    folder: SentenceFolder, weights: Weights, max_sequence_length: int, precision: Precision
) -> Encoder | PackedEncoder:
    try:
        packed = build_packed_encoder(
            folder.shape, weights, folder.head, max_sequence_length, precision
        )
    except UnservedModelError as error:
        if precision != "fp32":
            raise PreparationError(f"{error}; --precision fp32 serves any") from error
        say(f"in plain operators, which are slower: {error}")
        return build_encoder(folder.shape, weights, folder.head)
    say(f"on this CPU it runs as {packed.path()}")
    return packed


def _check_limits(folder: SentenceFolder, oracle: Oracle, tokenizer: Facts) -> None:
    """Ids and positions must have a row in the tables that the graph looks them up in."""
    positions = folder.shape.most_tokens
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
