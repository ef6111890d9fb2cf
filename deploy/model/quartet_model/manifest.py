"""`manifest.json`: everything the server must know about a model, in the artefact itself."""

import json
from typing import Any

from quartet_model.golden import golden_answers
from quartet_model.oracle import Oracle
from quartet_model.precision import GOLDEN_TOLERANCE, Precision
from quartet_model.sentence_folder import SentenceFolder
from quartet_model.tokenizer_facts import Facts

FORMAT_VERSION = 3


def build_manifest(
    *,
    name: str,
    folder: SentenceFolder,
    oracle: Oracle,
    tokenizer: Facts,
    precision: Precision,
    source_digest: str,
) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "name": name,
        # The hub's commit says which repository state was read, the digest what the weights are;
        # a local folder has only the second, so that is the revision of both.
        "revision": source_digest[:12],
        "architecture": folder.architecture.model_type,
        "dimension": folder.head.dimension(folder.shape.hidden_size),
        "max_sequence_length": oracle.max_sequence_length,
        "pooling": folder.head.pooling,
        "normalized": folder.head.normalized,
        "precision": precision,
        "vocabulary_size": len(tokenizer.vocabulary),
        "source_digest": source_digest,
        "tokenizer": tokenizer.manifest(),
        "golden": golden_answers(oracle),
        "golden_tolerance": GOLDEN_TOLERANCE[precision],
    }


def manifest_file(manifest: dict[str, Any]) -> bytes:
    return json.dumps(manifest, ensure_ascii=False).encode()
