"""Reads a sentence-transformers folder's configuration, or says why it is not supported.

Supported is what `encoder.py` and `head.py` compute: an architecture of `architectures/`, one
Pooling module of one mode, and Dense and Normalize modules. Everything else is refused by name: a
model that loads but gives slightly different vectors would be worse.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from quartet_model.architectures import Architecture, architecture_of
from quartet_model.encoder_shape import EncoderShape
from quartet_model.errors import PreparationError
from quartet_model.head_shape import ACTIVATIONS, POOLINGS, DenseShape, HeadShape, Pooling

_LEGACY_POOLING_KEYS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_AFTER_POOLING = ("Dense", "Normalize")
# Of a Dense module's activation, as it is saved or can be written.
_ACTIVATION_MODULES = ("torch.nn.modules.activation", "torch.nn.modules.linear", "torch.nn")
# Where the vector stands between modules.
_VECTOR = "sentence_embedding"


@dataclass(frozen=True)
class SentenceFolder:
    root: Path
    encoder_folder: Path
    architecture: Architecture
    shape: EncoderShape
    head: HeadShape


def read_sentence_folder(root: Path) -> SentenceFolder:
    if not root.is_dir():
        raise PreparationError(f"{root} is not a folder")
    (_, encoder_folder), (_, pooling_folder), *rest = _read_modules(root)
    path = root / encoder_folder / "config.json"
    config = read_json(path, dict)
    architecture = architecture_of(config, path)
    shape = architecture.read_shape(config, path)
    return SentenceFolder(
        root=root,
        encoder_folder=root / encoder_folder,
        architecture=architecture,
        shape=shape,
        head=HeadShape(
            pooling=_read_pooling(root / pooling_folder / "config.json"),
            steps=_read_steps(root, rest, shape.hidden_size),
        ),
    )


def _read_modules(root: Path) -> list[tuple[str, str]]:
    """The folder's modules, kind and path; Transformer and Pooling are first."""
    path = root / "modules.json"
    entries = read_json(path, list)
    try:
        types = [str(entry["type"]) for entry in entries]
        paths = [str(entry["path"]) for entry in entries]
    except (KeyError, TypeError) as error:
        raise PreparationError(f"{path}: every module needs a type and a path") from error
    own = all(name.startswith("sentence_transformers.") for name in types)
    kinds = [name.rpartition(".")[2] for name in types]
    if (
        not own
        or kinds[:2] != ["Transformer", "Pooling"]
        or not set(kinds[2:]) <= set(_AFTER_POOLING)
    ):
        raise PreparationError(
            f"{path} has the modules {', '.join(kinds if own else types) or '(none)'}; "
            f"supported are Transformer, Pooling and after them {' and '.join(_AFTER_POOLING)}"
        )
    return list(zip(kinds, paths, strict=True))


def _read_pooling(path: Path) -> Pooling:
    config = read_json(path, dict)
    _require(path, config, "include_prompt", True)
    mode = config.get("pooling_mode")
    modes = mode if isinstance(mode, list) else [mode]
    if mode is None:
        modes = [name for key, name in _LEGACY_POOLING_KEYS.items() if config.get(key)]
    for supported in POOLINGS:
        if modes == [supported]:
            return supported
    raise PreparationError(
        f"{path}: pooling is {' + '.join(map(str, modes)) or '(none)'}; supported is one of "
        f"{', '.join(POOLINGS)}"
    )


def _read_steps(
    root: Path, modules: Sequence[tuple[str, str]], hidden_size: int
) -> tuple[DenseShape | Literal["Normalize"], ...]:
    steps: list[DenseShape | Literal["Normalize"]] = []
    size = hidden_size
    for kind, folder in modules:
        path = root / folder / "config.json"
        # Normalize had no settings for years, and needs no file.
        config = read_json(path, dict) if kind == "Dense" or path.is_file() else {}
        _require(path, config, "module_input_name", _VECTOR)
        _require(path, config, "module_output_name", _VECTOR, None)
        if kind == "Dense":
            dense = _read_dense(path, folder, config, size)
            steps.append(dense)
            size = dense.outputs
        else:
            steps.append("Normalize")
    return tuple(steps)


def _read_dense(path: Path, folder: str, config: Mapping[str, Any], size: int) -> DenseShape:
    _require(path, config, "use_residual", False)
    bias, outputs = config.get("bias", True), config.get("out_features")
    if not isinstance(bias, bool):
        raise PreparationError(f"{path}: bias is {bias!r}; it must be true or false")
    if not isinstance(outputs, int) or isinstance(outputs, bool) or outputs <= 0:
        raise PreparationError(f"{path}: out_features is {outputs!r}; it must be a number above 0")
    if config.get("in_features") != size:
        raise PreparationError(
            f"{path}: in_features is {config.get('in_features')!r}; the vectors that come in have "
            f"{size} components"
        )
    named = config.get("activation_function", "torch.nn.modules.activation.Tanh")
    for activation in ACTIVATIONS:
        if named in (f"{module}.{activation}" for module in _ACTIVATION_MODULES):
            return DenseShape(folder, size, outputs, bias, activation)
    raise PreparationError(
        f"{path}: activation_function is {named!r}; supported are torch's {', '.join(ACTIVATIONS)}"
    )


def _require(path: Path, config: Mapping[str, Any], key: str, *supported: Any) -> None:
    """The first of `supported` is what sentence-transformers assumes for a key left out."""
    found = config.get(key, supported[0])
    if found not in supported:
        raise PreparationError(f"{path}: {key} is {found!r}; supported is {supported[0]!r}")


def read_json(path: Path, kind: type) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PreparationError(f"{path} is missing") from error
    except (OSError, ValueError) as error:
        raise PreparationError(f"{path} is not readable JSON: {error}") from error
    if not isinstance(content, kind):
        raise PreparationError(f"{path} does not hold a JSON {kind.__name__}")
    return content
