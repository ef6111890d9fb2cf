"""The artefact's sentencepiece.model holds what transformers' XLM-RoBERTa tokenizer really does."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, models
from transformers import XLMRobertaTokenizer
from transformers.convert_slow_tokenizer import generate_merges

from quartet_model.artefact_tokenizer import _sentencepiece
from quartet_model.errors import PreparationError
from quartet_model.sentencepiece_facts import SentencepieceFacts
from quartet_model.tokenizer_facts import parse_definition


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["the people of the world", "le monde et les gens"] * 20),
        model_writer=model,
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    path = tmp_path / "sentencepiece.bpe.model"
    path.write_bytes(model.getvalue())
    return path


@pytest.fixture
def definition(model_file: Path) -> dict[str, Any]:
    mask = AddedToken("<mask>", lstrip=True, special=True)
    fast = XLMRobertaTokenizer.from_pretrained(model_file.parent, mask_token=mask)
    content: dict[str, Any] = json.loads(fast.backend_tokenizer.to_str())
    return content


def test_pieces_scores_and_normalizer_are_the_models(
    model_file: Path, definition: dict[str, Any]
) -> None:
    facts = parse_definition(json.dumps(definition), "it")
    assert isinstance(facts, SentencepieceFacts)
    original = sentencepiece_model_pb2.ModelProto.FromString(model_file.read_bytes())
    written = sentencepiece_model_pb2.ModelProto.FromString(facts.file_content())
    found = [(piece.piece, piece.score) for piece in written.pieces]
    assert found == [(piece.piece, piece.score) for piece in original.pieces]
    assert (
        written.normalizer_spec.precompiled_charsmap
        == original.normalizer_spec.precompiled_charsmap
    )
    assert len(facts.vocabulary) == len(original.pieces) + 2
    assert facts.manifest() == {
        "kind": "sentencepiece",
        "file": "sentencepiece.model",
        "mask_takes_spaces": True,
    }


def test_the_file_alone_makes_the_same_tokenizer(definition: dict[str, Any]) -> None:
    facts = parse_definition(json.dumps(definition), "it")
    alone = _sentencepiece(facts.manifest(), facts.file_content())
    original = Tokenizer.from_str(json.dumps(definition))
    for text in ("the gens  of <mask>", "\ufb01ne \ufdfa", "＜s＞<s>", "", "\t x"):
        assert alone.encode(text).ids == original.encode(text).ids


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "another normalizer": ({"normalizer": {"type": "NFKC"}}, "it: normalizer.type is 'NFKC'"),
    "another pre-tokenizer": ({"pre_tokenizer": None}, "pre_tokenizer is None"),
    "another frame": ({"post_processor": None}, r"post_processor is \[\]"),
    "fewer added tokens": ({"added_tokens": []}, r"added_tokens is \[\]"),
}


@pytest.mark.parametrize(("change", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_the_server_does_not_do_is_refused(
    definition: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    with pytest.raises(PreparationError, match=message):
        parse_definition(json.dumps(definition | change), "it")


@pytest.fixture
def byte_pairs(definition: dict[str, Any]) -> dict[str, Any]:
    """The same, merging; as tokenizer.json of a folder without a class of its own may ask."""
    words = ["the people", "le peuple", "people <s>"] * 20
    tokenizer = Tokenizer.from_str(json.dumps(definition))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(words),
        model_writer=model,
        model_type="bpe",
        vocab_size=40,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    file = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    scores = {piece.piece: piece.score for piece in file.pieces}
    merges = generate_merges({piece: place for place, piece in enumerate(scores)}, scores)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *list(scores)[3:], "<mask>"]
    ids = {piece: place for place, piece in enumerate(pieces)}
    tokenizer.model = models.BPE(ids, merges, unk_token="<unk>", fuse_unk=True)
    content: dict[str, Any] = json.loads(tokenizer.to_str())
    for token in content["added_tokens"]:
        token["id"] = ids[token["content"]]
    return content


def test_the_file_alone_makes_the_same_merges(byte_pairs: dict[str, Any]) -> None:
    facts = parse_definition(json.dumps(byte_pairs), "it")
    assert isinstance(facts, SentencepieceFacts)
    written = sentencepiece_model_pb2.ModelProto.FromString(facts.file_content())
    assert written.trainer_spec.model_type == written.trainer_spec.BPE
    alone = _sentencepiece(facts.manifest(), facts.file_content())
    original = Tokenizer.from_str(json.dumps(byte_pairs))
    found = json.loads(alone.to_str())["model"]["merges"]
    assert len(found) > 10
    assert found == byte_pairs["model"]["merges"]
    for text in ("the people  of <mask>", "le peu ple zz", "＜s＞<s>", "", "\t x"):
        assert alone.encode(text).ids == original.encode(text).ids


BYTE_PAIR_REFUSALS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "merges in another order": (lambda model: model["merges"].reverse(), "merges are not those"),
    "a merge less": (lambda model: model["merges"].pop(), "model.merges are not those"),
    "dropout": (lambda model: model.update(dropout=0.5), "model.dropout is 0.5; supported is None"),
    "unknown ones apart": (lambda model: model.update(fuse_unk=False), "fuse_unk is False"),
    "a gap": (lambda model: model["vocab"].update({"<mask>": 999}), "model.vocab are not 0, 1, 2"),
    "bytes": (lambda model: model.update(byte_fallback=True), "byte_fallback is True"),
}


@pytest.mark.parametrize(
    ("change", "message"), BYTE_PAIR_REFUSALS.values(), ids=BYTE_PAIR_REFUSALS.keys()
)
def test_merges_that_the_server_does_not_make_are_refused(
    byte_pairs: dict[str, Any], change: Callable[[dict[str, Any]], object], message: str
) -> None:
    change(byte_pairs["model"])
    with pytest.raises(PreparationError, match=message):
        parse_definition(json.dumps(byte_pairs), "it")
