"""Tokenize shows what Embed uses, as the model's own tokenizer has it."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

MOST = 128
TEXTS = ["A man is eating.", "naïve Ångström 你好", "[SEP] unaffable", "word " * 200, "\u200b"]


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_those_of_sentence_transformers(
    text: str, stub: Any, api: Any, sentence_transformer: Any
) -> None:
    answer = stub.Tokenize(api.messages.TokenizeRequest(text=text))
    tokenizer = sentence_transformer.tokenizer
    theirs = tokenizer(text, truncation=False, return_offsets_mapping=True)
    ids = theirs["input_ids"]
    assert [token.id for token in answer.tokens] == ids
    assert [token.piece for token in answer.tokens] == tokenizer.convert_ids_to_tokens(ids)
    for token, (begin, end) in zip(answer.tokens, theirs["offset_mapping"], strict=True):
        assert text.encode()[token.begin : token.end].decode() == text[begin:end]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_not_cut_is_what_embed_counts(text: str, stub: Any, api: Any) -> None:
    for truncation in (api.messages.TRUNCATION_END, api.messages.TRUNCATION_START):
        request = api.messages.TokenizeRequest(text=text, truncation=truncation)
        tokens = stub.Tokenize(request)
        embed = api.messages.EmbedRequest(texts=[text], truncation=truncation)
        embedding = stub.Embed(embed).embeddings[0]
        assert len(tokens.ids) == embedding.token_count
        assert tokens.truncated == embedding.truncated == (len(tokens.tokens) > MOST)
        assert sum(token.cut for token in tokens.tokens) == max(len(tokens.tokens) - MOST, 0)
        assert [token.id for token in tokens.tokens if not token.cut] == list(tokens.ids)


def test_a_text_that_may_not_be_cut_is_refused_with_its_number(stub: Any, api: Any) -> None:
    request = api.messages.TokenizeRequest(
        text="word " * 200, truncation=api.messages.TRUNCATION_REJECT
    )
    error = stub.Tokenize.future(request).exception()
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "text: has 202 tokens, the limit is 128"
