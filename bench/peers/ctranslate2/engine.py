"""Peer: CTranslate2, its BERT encoder; it pools CLS only, so the mean is taken in numpy."""

import functools
import os
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "common"))

import numpy as np
from engine_worker import Engine, Ids, Vectors, made_apart, main, short_digest

CONVERT_VERSION = "1"  # raise it when what convert() writes changes
COMPUTE_TYPES = {"fp32": "float32", "int8": "int8_float32"}
# By default CTranslate2 takes MKL on Intel's CPUs only, else oneDNN. AMD EPYC (Zen 4), 1 thread,
# 16 tokens: float32 3.8 ms with MKL, 5.0 without; int8 11.3 ms with MKL, 1.1 without.
USE_MKL = {"fp32": "1", "int8": "0"}


def convert(target: str, model_folder: str, variant: str) -> None:
    from ctranslate2.converters import TransformersConverter

    quantization = {"fp32": None, "int8": "int8_float32"}[variant]
    TransformersConverter(model_folder).convert(target, quantization=quantization)


class CTranslate2Engine:
    def __init__(self, encoder: Any, settings: dict[str, str]) -> None:
        from ctranslate2 import StorageView

        self.encoder = encoder
        self.settings = settings
        self.view = StorageView.from_array

    def embed(self, ids: Ids, mask: Ids) -> Vectors:
        lengths = mask.sum(1, dtype=np.int32)
        # With the lengths it drops the padding itself.
        output = self.encoder.forward_batch(self.view(ids.astype(np.int32)), self.view(lengths))
        hidden = np.asarray(output.last_hidden_state)
        return np.stack(
            [text[:length].mean(0) for text, length in zip(hidden, lengths, strict=True)]
        )


def load(
    model_folder: Path, work_folder: Path, threads: int, lanes: int, *, variant: str
) -> Engine:
    digest = short_digest(
        model_folder / "model.safetensors", FOLDER / "requirements.txt", CONVERT_VERSION
    )
    model = made_apart(
        work_folder / "ctranslate2" / f"{variant}-{digest}",
        FOLDER / "engine.py",
        "convert",
        str(model_folder),
        variant,
    )
    os.environ["CT2_USE_MKL"] = USE_MKL[variant]
    import ctranslate2

    encoder = ctranslate2.Encoder(
        str(model),
        device="cpu",
        compute_type=COMPUTE_TYPES[variant],
        inter_threads=lanes,
        intra_threads=threads,
    )
    settings = {
        "ctranslate2": ctranslate2.__version__,
        "compute_type": encoder.compute_type,
        "inter_threads": str(lanes),
        "intra_threads": str(threads),
        "CT2_USE_MKL": USE_MKL[variant],
        "lanes": f"{lanes} Python threads, one encoder",
        "pooling": "float32, numpy",
    }
    return CTranslate2Engine(encoder, settings)


if __name__ == "__main__":
    main({variant: functools.partial(load, variant=variant) for variant in COMPUTE_TYPES})
