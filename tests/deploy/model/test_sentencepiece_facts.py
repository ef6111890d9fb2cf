"""The artefact's sentencepiece.model holds what transformers' XLM-RoBERTa tokenizer really does."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer
from transformers import XLMRobertaTokenizer

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
