"""A folder of XLM-RoBERTa's kind, exported and served. No weights of such a model are to be had
here: these are random, of a small model, and its sentencepiece model is trained on the spot, once
of unigrams and once of byte pairs."""

from __future__ import annotations

import io
import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import numpy as np
import pytest
import sentencepiece
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from sentencepiece.sentencepiece_model_pb2 import ModelProto as SentencepieceModel
from tokenizers import Tokenizer
from tokenizers.models import BPE
from transformers import (
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
    XLMRobertaTokenizer,
)
from transformers.convert_slow_tokenizer import generate_merges

from running_server import ROOT, RunningServer

SENTENCES = [
    "A man is eating a piece of bread.",
    "Ein Mann isst ein Stück Brot.",
    "一个男人正在吃一块面包。",
    "Мужчина ест кусок хлеба.",
    "رجل يأكل قطعة من الخبز",
    "एक आदमी रोटी खा रहा है।",
]
AWKWARD = ["ﷺ ﬁ ①", "e\u0301\u0302 <mask> x", " \t ", "👍🏽 emoji", "a\0b", "bread " * 600]
HIDDEN = 128
MOST_TOKENS = 512
LENGTHS = [3, 17, 127, 128, 129, 511, 512, 513]
# What the default limit lets in: each takes a few milliseconds to tokenize.
HOSTILE = ["x" * 32_000, "a" + "\u0301" * 16_000, "\ufdfa" * 10_000, " " * 32_000]


def train(folder: Path, model_type: str) -> SentencepieceModel:
    lines = [*(ROOT / "README.md").read_text().splitlines(), *(SENTENCES * 50)]
    pieces = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=pieces,
        model_type=model_type,
        normalization_rule_name="nmt_nfkc",
        vocab_size=1500,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "sentencepiece.bpe.model").write_bytes(pieces.getvalue())
    return SentencepieceModel.FromString(pieces.getvalue())


def merging(unigram: Any, model: SentencepieceModel) -> PreTrainedTokenizerFast:
    """transformers' class for XLM-RoBERTa only knows unigrams: folders with byte pairs have a
    tokenizer.json and no class of their own."""
    scores = {piece.piece: piece.score for piece in model.pieces}
    merges = generate_merges({piece: place for place, piece in enumerate(scores)}, scores)
    backend = unigram.backend_tokenizer
    bpe = Tokenizer(BPE(unigram.get_vocab(), merges, unk_token="<unk>", fuse_unk=True))
    bpe.normalizer, bpe.pre_tokenizer = backend.normalizer, backend.pre_tokenizer
    bpe.post_processor = backend.post_processor
    bpe.add_special_tokens(list(unigram.added_tokens_decoder.values()))
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=bpe,
        unk_token="<unk>",
        pad_token="<pad>",
        mask_token=unigram.added_tokens_decoder[unigram.mask_token_id],
        model_max_length=512,
    )


@pytest.fixture(scope="module", params=["unigram", "bpe"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("multilingual")
    encoder = home / "encoder"
    encoder.mkdir()
    model = train(encoder, request.param)
    tokenizer: Any = XLMRobertaTokenizer.from_pretrained(str(encoder))
    if request.param == "bpe":
        tokenizer = merging(tokenizer, model)
        (encoder / "sentencepiece.bpe.model").unlink()
    tokenizer.save_pretrained(encoder)
    torch.manual_seed(1)
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=256,
        max_position_embeddings=514,
        type_vocab_size=1,
        initializer_range=0.3,
    )
    XLMRobertaModel(config).save_pretrained(encoder)
    modules = [Transformer(str(encoder), max_seq_length=MOST_TOKENS), Pooling(HIDDEN, "mean")]
    SentenceTransformer(modules=modules, device="cpu").save(str(home / "model"))
    kind = json.loads((home / "model/tokenizer.json").read_text())["model"]["type"]
    assert kind.lower() == request.param
    return home / "model"


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[RunningServer]:
    artefact = folder.parent / "small.pt"
    prepare = [sys.executable, str(ROOT / "deploy/model/prepare.py"), "export", str(folder)]
    options = ["--precision=fp32", f"--output={artefact}"]
    result = subprocess.run([*prepare, *options], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    running = RunningServer(model=artefact)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def stub_of_it(served: RunningServer, api: SimpleNamespace) -> Iterator[Any]:
    with grpc.insecure_channel(served.address) as channel:
        yield api.services.EmbeddingServiceStub(channel)


def cosines(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(wanted, axis=1)
    result: np.ndarray = (found * wanted).sum(1) / norms
    return result


def test_vectors_in_every_script_are_sentence_transformers(
    stub_of_it: Any, api: SimpleNamespace, folder: Path
) -> None:
    texts = SENTENCES + AWKWARD
    answer = stub_of_it.Embed(api.messages.EmbedRequest(texts=texts))
    found = np.array([embedding.values for embedding in answer.embeddings])
    wanted = SentenceTransformer(str(folder), device="cpu").encode(texts)
    assert cosines(found, wanted).min() >= 0.99999
    assert [each.truncated for each in answer.embeddings] == [False] * (len(texts) - 1) + [True]


@pytest.mark.parametrize("order", ["alone", "together"])
def test_vectors_at_every_length(
    stub_of_it: Any, api: SimpleNamespace, folder: Path, order: str
) -> None:
    oracle = SentenceTransformer(str(folder), device="cpu")
    # Two tokens are <s> and </s>.
    common = set((ROOT / "README.md").read_text().split())
    words = sorted(word for word in common if len(oracle.tokenizer(word)["input_ids"]) == 3)
    texts = [" ".join(itertools.islice(itertools.cycle(words), n - 2)) for n in LENGTHS]
    calls = [[text] for text in texts] if order == "alone" else [texts, texts[::-1], texts[1::2]]
    for call in calls:
        answer = stub_of_it.Embed(api.messages.EmbedRequest(texts=call))
        found = np.array([embedding.values for embedding in answer.embeddings])
        assert cosines(found, oracle.encode(call)).min() >= 0.99999
        lengths = [LENGTHS[texts.index(text)] for text in call]
        assert [(each.token_count, each.truncated) for each in answer.embeddings] == [
            (min(length, MOST_TOKENS), length > MOST_TOKENS) for length in lengths
        ]


def test_the_model_says_its_tokenizer(stub_of_it: Any, api: SimpleNamespace) -> None:
    info = stub_of_it.GetModelInfo(api.messages.GetModelInfoRequest())
    assert (info.tokenizer, info.dimensions) == ("sentencepiece", HIDDEN)
    tokens = stub_of_it.Tokenize(api.messages.TokenizeRequest(text="Stück Brot")).tokens
    assert (tokens[0].piece, tokens[-1].piece) == ("<s>", "</s>")
    assert "".join(token.piece for token in tokens[1:-1]) == "▁Stück▁Brot"
    assert tokens[-2].end == len("Stück Brot".encode())


@pytest.mark.parametrize("text", HOSTILE, ids=["a word", "marks", "ligatures", "spaces"])
def test_hostile_texts_are_served(stub_of_it: Any, api: SimpleNamespace, text: str) -> None:
    answer = stub_of_it.Embed(api.messages.EmbedRequest(texts=[text]), timeout=30)
    assert 2 <= answer.embeddings[0].token_count <= MOST_TOKENS
