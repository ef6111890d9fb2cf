"""Small models of every real architecture, with random weights, as sentence-transformers folders.

transformers builds the encoder and sentence-transformers what comes after it, and both write the
folder; so their code says what the right vectors are. The weights mean nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import (
    Dense,
    Normalize,
    Pooling,
    Transformer,
)
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    MPNetConfig,
    MPNetModel,
    PreTrainedModel,
    RobertaConfig,
    RobertaModel,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from tiny_model import VOCABULARY, randomized, write_json

HIDDEN = 64
MOST_TOKENS = 512
# With the ids that RoBERTa's family has for its special tokens: 1 is the padding.
WORDS = ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]", *VOCABULARY[5:])
PADDING_ID = 1

_SIZES: dict[str, Any] = {
    "vocab_size": len(WORDS),
    "hidden_size": HIDDEN,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 128,
}


def small_encoder(model_type: str) -> PreTrainedModel:
    after_padding: dict[str, Any] = {
        "max_position_embeddings": MOST_TOKENS + 2,
        "pad_token_id": PADDING_ID,
    }
    makers: dict[str, Callable[[], PreTrainedModel]] = {
        "bert": lambda: BertModel(BertConfig(**_SIZES)),
        "roberta": lambda: RobertaModel(RobertaConfig(**_SIZES, **after_padding)),
        "xlm-roberta": lambda: XLMRobertaModel(
            XLMRobertaConfig(**_SIZES, **after_padding, type_vocab_size=1, layer_norm_eps=1e-5)
        ),
        "distilbert": lambda: DistilBertModel(
            DistilBertConfig(
                vocab_size=len(WORDS), dim=HIDDEN, n_layers=2, n_heads=2, hidden_dim=128
            )
        ),
        "mpnet": lambda: MPNetModel(MPNetConfig(**_SIZES, **after_padding)),
    }
    return randomized(makers[model_type]())


def save_small_model(
    folder: Path, model_type: str, pooling: str, after: Sequence[torch.nn.Module] = ()
) -> Path:
    """Writes the folder; `after` are modules after the pooling."""
    encoder = folder / "encoder"
    small_encoder(model_type).save_pretrained(encoder)
    (encoder / "vocab.txt").write_text("".join(f"{word}\n" for word in WORDS))
    write_json(encoder / "tokenizer_config.json", {"tokenizer_class": "BertTokenizer"})
    transformer = Transformer(str(encoder), max_seq_length=MOST_TOKENS)
    modules = [transformer, Pooling(HIDDEN, pooling), *after]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return folder / "model"


def dense(
    outputs: int, activation: torch.nn.Module, *, inputs: int = HIDDEN, bias: bool = True
) -> Dense:
    return randomized(Dense(inputs, outputs, bias=bias, activation_function=activation))


def normalize() -> Normalize:
    return Normalize()


def oracle_vector(model: SentenceTransformer, token_ids: Sequence[int]) -> torch.Tensor:
    """Of token ids instead of a text, alone."""
    ids = torch.tensor([list(token_ids)])
    with torch.inference_mode():
        found = model({"input_ids": ids, "attention_mask": torch.ones_like(ids)})
    vector: torch.Tensor = found["sentence_embedding"][0]
    return vector
