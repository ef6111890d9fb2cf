"""sentence-transformers itself, as the judge of what the right token ids and vectors are."""

import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from quartet_model.bert_weights import Array
from quartet_model.errors import PreparationError


class Oracle:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._model = _load(folder)

    @property
    def max_sequence_length(self) -> int:
        return int(self._model.max_seq_length or 0)

    def tokenizer_definition(self) -> str:
        """The tokenizer that is really used, as tokenizers' JSON: not what some file says of it."""
        side = self._model.tokenizer.truncation_side
        if side != "right":
            raise PreparationError(
                f"{self._folder}: truncation_side of tokenizer_config.json is {side!r}; supported "
                "is 'right'"
            )
        return str(self._model.tokenizer.backend_tokenizer.to_str())

    def token_ids(self, texts: Sequence[str], truncate: bool = True) -> list[list[int]]:
        encoded = self._model.tokenizer(
            list(texts), truncation=truncate, max_length=self.max_sequence_length
        )
        return [list(ids) for ids in encoded["input_ids"]]

    def vectors(self, texts: Sequence[str], batch_size: int = 1) -> Array:
        """One text at a time: padding to a longer mate would move the last bits."""
        # The empty prompt keeps a default prompt of the model away: the server adds none either.
        found = self._model.encode(
            list(texts),
            batch_size=batch_size,
            prompt="",
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(found, dtype=np.float32)


def _load(folder: Path) -> SentenceTransformer:
    # The pooler's weights are absent on purpose; the library's reports about it would only worry.
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                # Without this a checkpoint in half precision would be judged in half precision.
                model_kwargs={"dtype": torch.float32},
            ).eval()
    except Exception as error:  # whatever the library raises, the folder is not usable
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise PreparationError(f"sentence-transformers can't load {folder}: {reason}") from error
