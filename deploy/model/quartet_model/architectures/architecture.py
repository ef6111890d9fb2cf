"""How an architecture's settings and names map onto the one encoder structure of `encoder.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quartet_model.encoder_shape import EncoderShape
from quartet_model.errors import PreparationError

_SIZES = (
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
)
# Of every architecture.
_REQUIRED = {"is_decoder": False, "add_cross_attention": False}
# What transformers assumes for a key that config.json leaves out.
_DEFAULTS = {"type_vocab_size": 2, "layer_norm_eps": 1e-12}


@dataclass(frozen=True)
class Architecture:
    model_type: str
    prefix: str  # of the encoder's weights in the checkpoint of a larger model
    activation_key: str = "hidden_act"
    # Settings with the one value that the encoder computes, which transformers assumes, too.
    required: Mapping[str, Any] = field(default_factory=dict)
    # What transformers assumes for further keys.
    defaults: Mapping[str, Any] = field(default_factory=dict)
    # What config.json doesn't decide, whatever it says.
    fixed: Mapping[str, Any] = field(default_factory=dict)
    # BERT's key of a size -> this architecture's, where they differ.
    size_keys: Mapping[str, str] = field(default_factory=dict)
    # Parts of weights' names, BERT's -> this architecture's; each applies where it is found.
    names: tuple[tuple[str, str], ...] = ()
    positions_skip_padding: bool = False  # RoBERTa's rule, see EncoderShape.padding_id

    def weight_name(self, berts_name: str) -> str:
        """What this architecture calls the weight that BERT has under this name."""
        name = berts_name
        for theirs, own in self.names:
            name = name.replace(theirs, own)
        return name

    def read_shape(self, given: Mapping[str, Any], path: Path) -> EncoderShape:
        """`given` is what the config.json at `path` holds."""
        required = {self.activation_key: "gelu", **_REQUIRED, **self.required}
        config = {**required, **_DEFAULTS, **self.defaults, **given, **self.fixed}
        for key, value in required.items():
            if config[key] != value:
                raise PreparationError(f"{path}: {key} is {config[key]!r}; supported is {value!r}")
        sizes = {name: self._size(config, name, path) for name in _SIZES}
        if sizes["hidden_size"] % sizes["num_attention_heads"]:
            raise PreparationError(
                f"{path}: {self._key('hidden_size')} {sizes['hidden_size']} is no multiple of "
                f"{self._key('num_attention_heads')} {sizes['num_attention_heads']}"
            )
        return EncoderShape(
            **sizes,
            layer_norm_eps=float(_positive(config, "layer_norm_eps", path, int, float)),
            padding_id=_padding_id(config, path) if self.positions_skip_padding else None,
            relative_attention_buckets=self.required.get("relative_attention_num_buckets", 0),
        )

    def _key(self, name: str) -> str:
        return self.size_keys.get(name, name)

    def _size(self, config: Mapping[str, Any], name: str, path: Path) -> int:
        key = self._key(name)
        return int(self.fixed[key] if key in self.fixed else _positive(config, key, path, int))


def _positive(config: Mapping[str, Any], key: str, path: Path, *kinds: type) -> Any:
    value: Any = config.get(key)
    if not _is_number(value, *kinds) or value <= 0:
        raise PreparationError(f"{path}: {key} is {value!r}; it must be a number above 0")
    return value


def _padding_id(config: Mapping[str, Any], path: Path) -> int:
    value, positions = config["pad_token_id"], config["max_position_embeddings"]
    if not _is_number(value, int) or not 0 <= value < positions - 1:
        raise PreparationError(
            f"{path}: pad_token_id is {value!r}; it must be a number from 0, and positions begin "
            f"after it (max_position_embeddings is {positions!r})"
        )
    return int(value)


def _is_number(value: Any, *kinds: type) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)
