"""Tiny random models, on disk and in memory, as the tests' stand-in for real ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from transformers import BertConfig, BertModel

REPOSITORY = Path(__file__).resolve().parents[3]
PREPARATION = REPOSITORY / "deploy" / "model"

MakeFolder = Callable[..., Path]

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,!?-"
_WORDS = ("the", "time", "people", "world", "##ing", "##ed", "system", "日", "é")
VOCABULARY = (
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *_LETTERS,
    *(f"##{letter}" for letter in _LETTERS),
    *_WORDS,
)


def tiny_bert() -> BertModel:
    """Two layers of random weights, large enough that a swapped or changed one shows."""
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=64,
    )
    return randomized(BertModel(config))


Model = TypeVar("Model", bound=torch.nn.Module)


def randomized(model: Model) -> Model:
    """Random weights in place of those that a library begins to train with, which hide much."""
    generator = torch.Generator().manual_seed(1)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator) * 0.3
        is_norm = "norm" in name.lower() and name.endswith(".weight")
        parameter.data = noise + 1 if is_norm else noise
    model.train(False)
    return model


def write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
