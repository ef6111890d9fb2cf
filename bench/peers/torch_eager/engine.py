"""Peer: PyTorch, eager mode, with the BertModel of Hugging Face transformers."""

import functools
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "common"))

from engine_worker import Engine, Ids, Vectors, main

ATTENTION = "sdpa"


class TorchEngine:
    def __init__(self, model: Any, settings: dict[str, str]) -> None:
        self.model = model
        self.settings = settings

    def embed(self, ids: Ids, mask: Ids) -> Vectors:
        import torch

        with torch.inference_mode():
            mask_ = torch.from_numpy(mask)
            hidden = self.model(torch.from_numpy(ids), attention_mask=mask_).last_hidden_state
            weights = mask_.unsqueeze(-1).float()
            pooled: Vectors = ((hidden.float() * weights).sum(1) / weights.sum(1)).numpy()
        return pooled


def load(model_folder: Path, _: Path, threads: int, lanes: int, *, dtype: str) -> Engine:
    # Before torch is imported: its own setter does not reach OpenMP in threads started later.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
    import torch
    from transformers import BertModel

    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    model = BertModel.from_pretrained(
        model_folder,
        add_pooling_layer=False,
        attn_implementation=ATTENTION,
        dtype=getattr(torch, dtype),
    ).eval()
    settings = {
        "torch": torch.__version__,
        "dtype": dtype,
        "attn_implementation": ATTENTION,
        "inference_mode": "true",
        "torch.set_num_threads, OMP_NUM_THREADS, MKL_NUM_THREADS": str(threads),
        "torch.set_num_interop_threads": "1",
        "lanes": f"{lanes} Python threads, one model",
        "pooling": "float32, torch",
    }
    return TorchEngine(model, settings)


if __name__ == "__main__":
    main(
        {
            "fp32": functools.partial(load, dtype="float32"),
            "bf16": functools.partial(load, dtype="bfloat16"),
        }
    )
