"""Peer: OpenVINO, converted from torch; int8 by NNCF's post-training quantisation."""

import functools
import os
import sys
import threading
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "common"))

from engine_worker import (
    Engine,
    Ids,
    Loader,
    Vectors,
    arguments,
    made_apart,
    main,
    padded,
    read_ids,
    short_digest,
)

CONVERT_VERSION = "1"  # raise it when what convert() writes changes
CALIBRATION_TEXTS = 300  # the number NNCF's documentation recommends
# What layers that are not int8 compute in.
PRECISIONS = {"f32": "f32", "bf16": "bf16", "int8": "f32"}


def convert(target: str, model_folder: str, calibration_ids: str) -> None:
    """Writes a folder with the IR, float32, or int8 if there is a file of calibration texts."""
    import nncf
    import openvino

    model = _convert_from_torch(model_folder)
    if calibration_ids:
        texts = [padded([text]) for text in read_ids(Path(calibration_ids))[:CALIBRATION_TEXTS]]
        dataset = nncf.Dataset(texts, lambda batch: {"ids": batch[0], "mask": batch[1]})
        model = nncf.quantize(
            model,
            dataset,
            subset_size=len(texts),
            model_type=nncf.ModelType.TRANSFORMER,
            preset=nncf.QuantizationPreset.MIXED,  # what its documentation advises with it
        )
    Path(target).mkdir()
    openvino.save_model(model, Path(target) / "model.xml", compress_to_fp16=False)


def _convert_from_torch(model_folder: str) -> Any:
    import numpy as np
    import openvino
    import torch
    from transformers import BertModel

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch may be absent where this is checked
        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel.from_pretrained(
                model_folder, add_pooling_layer=False, attn_implementation="sdpa"
            )

        def forward(self, ids: Any, mask: Any) -> Any:
            types = torch.zeros_like(ids)
            hidden = self.bert(ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            return (hidden * weights).sum(1) / weights.sum(1)

    example = torch.tensor([[101, 2023, 2003, 102], [101, 7592, 102, 0]])
    return openvino.convert_model(
        Pooled().eval(),
        example_input=(example, (example != 0).long()),
        input=[("ids", [-1, -1], np.int64), ("mask", [-1, -1], np.int64)],
    )


class OpenVinoEngine:
    def __init__(self, compiled: Any, settings: dict[str, str]) -> None:
        self.compiled = compiled
        self.settings = settings
        self.of_thread = threading.local()

    def embed(self, ids: Ids, mask: Ids) -> Vectors:
        request = getattr(self.of_thread, "request", None)
        if request is None:
            request = self.of_thread.request = self.compiled.create_infer_request()
        inputs = {"ids": ids, "mask": mask}
        # Shared: no copies in; out is a view of memory that the next call writes to.
        pooled: Vectors = request.infer(inputs, share_inputs=True, share_outputs=True)[0].copy()
        return pooled


def load(
    model_folder: Path,
    work_folder: Path,
    threads: int,
    lanes: int,
    *,
    variant: str,
    calibration_ids: Path,
) -> Engine:
    calibration = [calibration_ids] if variant == "int8" else []
    digest = short_digest(
        model_folder / "model.safetensors",
        FOLDER / "requirements.txt",
        CONVERT_VERSION,
        *calibration,
    )
    model = made_apart(
        work_folder / "openvino" / f"{'int8' if calibration else 'f32'}-{digest}",
        FOLDER / "engine.py",
        "convert",
        str(model_folder),
        "".join(map(str, calibration)),
    )
    os.environ["OMP_NUM_THREADS"] = "1"  # numpy's BLAS
    import openvino

    properties: dict[str, str | int] = {
        "PERFORMANCE_HINT": "LATENCY" if lanes == 1 else "THROUGHPUT",
        "NUM_STREAMS": lanes,
        "INFERENCE_NUM_THREADS": threads * lanes,  # of all streams together
        "INFERENCE_PRECISION_HINT": PRECISIONS[variant],
    }
    compiled = openvino.Core().compile_model(model / "model.xml", "CPU", properties)
    settings = {
        "openvino": openvino.__version__,
        "model": "nncf.quantize, TRANSFORMER, MIXED" if calibration else "float32 weights",
        **{name: str(compiled.get_property(name)) for name in properties},
        "ENABLE_CPU_PINNING": str(compiled.get_property("ENABLE_CPU_PINNING")) + " (default)",
        "lanes": f"{lanes} Python threads, one infer request each, shared inputs and outputs",
        "pooling": "in the graph",
    }
    return OpenVinoEngine(compiled, settings)


def loaders(calibration_ids: Path) -> dict[str, Loader]:
    return {
        variant: functools.partial(load, variant=variant, calibration_ids=calibration_ids)
        for variant in PRECISIONS
    }


if __name__ == "__main__":
    main(loaders(arguments(list(PRECISIONS)).ids_folder / "short.ids"))
