"""Reads a sentence-transformers folder's configuration, or says why it is not supported.

Supported is what the encoder of `encoder.py` computes: BERT, one Pooling module (mean or CLS) and,
if wanted, a Normalize module. Everything else is refused by name: a model that loads but gives
slightly different vectors would be worse.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartet_model.encoder_shape import EncoderShape, Pooling
from quartet_model.errors import PreparationError

_LEGACY_POOLING_KEYS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_REQUIRED_ENCODER_CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "is_decoder": False,
}
# What transformers assumes for a key that config.json leaves out.
_ENCODER_DEFAULTS = {
    "hidden_act": "gelu",
    "position_embedding_type": "absolute",
    "is_decoder": False,
    "type_vocab_size": 2,
    "layer_norm_eps": 1e-12,
}


@dataclass(frozen=True)
class SentenceFolder:
    root: Path
    encoder_folder: Path
    shape: EncoderShape
    pooling: Pooling
    normalized: bool


def read_sentence_folder(root: Path) -> SentenceFolder:
    if not root.is_dir():
        raise PreparationError(f"{root} is not a folder")
    modules = _read_modules(root)
    encoder_folder = root / modules["Transformer"]
    return SentenceFolder(
        root=root,
        encoder_folder=encoder_folder,
        shape=_read_shape(encoder_folder / "config.json"),
        pooling=_read_pooling(root / modules["Pooling"] / "config.json"),
        normalized="Normalize" in modules,
    )


def _read_modules(root: Path) -> dict[str, str]:
    """The folder's modules, kind to path, in the one order that is supported."""
    path = root / "modules.json"
    entries = _read_json(path, list)
    try:
        types = [str(entry["type"]) for entry in entries]
        paths = [str(entry["path"]) for entry in entries]
    except (KeyError, TypeError) as error:
        raise PreparationError(f"{path}: every module needs a type and a path") from error
    own = all(name.startswith("sentence_transformers.") for name in types)
    kinds = [name.rpartition(".")[2] for name in types]
    if not own or kinds not in (
        ["Transformer", "Pooling"],
        ["Transformer", "Pooling", "Normalize"],
    ):
        raise PreparationError(
            f"{path} has the modules {', '.join(kinds if own else types) or '(none)'}; "
            "supported are Transformer, Pooling and optionally Normalize"
        )
    return dict(zip(kinds, paths, strict=True))


def _read_shape(path: Path) -> EncoderShape:
    config = _ENCODER_DEFAULTS | _read_json(path, dict)
    for key, supported in _REQUIRED_ENCODER_CONFIG.items():
        if config.get(key) != supported:
            raise PreparationError(
                f"{path}: {key} is {config.get(key)!r}; supported is {supported!r}"
            )
    values: dict[str, Any] = {}
    for key, kind in EncoderShape.__annotations__.items():
        value = config.get(key)
        if not isinstance(value, (int, kind)) or isinstance(value, bool) or value <= 0:
            raise PreparationError(f"{path}: {key} is {value!r}; it must be a number above 0")
        values[key] = value
    shape = EncoderShape(**values)
    if shape.hidden_size % shape.num_attention_heads:
        raise PreparationError(
            f"{path}: hidden_size {shape.hidden_size} is no multiple of "
            f"num_attention_heads {shape.num_attention_heads}"
        )
    return shape


def _read_pooling(path: Path) -> Pooling:
    config = _read_json(path, dict)
    mode = config.get("pooling_mode")
    modes = mode if isinstance(mode, list) else [mode]
    if mode is None:
        modes = [name for key, name in _LEGACY_POOLING_KEYS.items() if config.get(key)]
    if modes == ["mean"]:
        return "mean"
    if modes == ["cls"]:
        return "cls"
    raise PreparationError(
        f"{path}: pooling is {' + '.join(map(str, modes)) or '(none)'}; supported is mean or cls"
    )


def _read_json(path: Path, kind: type) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PreparationError(f"{path} is missing") from error
    except (OSError, ValueError) as error:
        raise PreparationError(f"{path} is not readable JSON: {error}") from error
    if not isinstance(content, kind):
        raise PreparationError(f"{path} does not hold a JSON {kind.__name__}")
    return content
