"""Peer: ONNX Runtime, its own CPU kernels, one session."""

import functools
import os
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent / "common"))

from engine_worker import Engine, Ids, Vectors, made_apart, main, short_digest

EXPORT_VERSION = "1"  # raise it when what export() writes changes
OPSET = 17  # the first with LayerNormalization
VARIANTS = ("fp32", "int8")


# Its transformer optimiser (model_type bert; Attention, EmbedLayerNormalization and
# SkipLayerNormalization all fused) is left out: a session fuses by itself at load, and was as fast
# or faster. AMD EPYC (Zen 4), 1 thread, ms a forward without / with it, best of 4:
#   fp32: 16 tokens 2.5 / 2.5, 128 tokens 15.4 / 16.6, four texts of 6..128 tokens 58 / 62
#   int8: 16 tokens 0.82 / 0.89, 128 tokens 6.8 / 7.6, four texts of 6..128 tokens 24.5 / 28.5


def export(target: str, model_folder: str, variant: str) -> None:
    """Writes the ONNX file: BertModel and mean pooling, for int8 quantised dynamically."""
    _export_from_torch(target, model_folder)
    if variant == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic

        # Signed weights, full range: what the documentation advises for CPUs with VNNI. Unsigned
        # ones took twice the time; one scale a tensor cost 0.08 of the least cosine.
        quantize_dynamic(
            target, target, per_channel=True, weight_type=QuantType.QInt8, reduce_range=False
        )


def _export_from_torch(target: str, model_folder: str) -> None:
    import torch
    from transformers import BertModel

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch may be absent where this is checked
        def __init__(self) -> None:
            super().__init__()
            # Eager attention: sdpa's graph has twice the nodes and was no faster.
            self.bert = BertModel.from_pretrained(
                model_folder, add_pooling_layer=False, attn_implementation="eager"
            )

        def forward(self, ids: Any, mask: Any) -> Any:
            types = torch.zeros_like(ids)
            hidden = self.bert(ids, attention_mask=mask, token_type_ids=types).last_hidden_state
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            return (hidden * weights).sum(1) / weights.sum(1)

    example = torch.tensor([[101, 2023, 2003, 102], [101, 7592, 102, 0]])
    texts_and_tokens = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        Pooled().eval(),
        (example, (example != 0).long()),
        target,
        dynamo=False,  # the other exporter needs onnxscript
        opset_version=OPSET,
        input_names=["ids", "mask"],
        output_names=["pooled"],
        dynamic_axes={"ids": texts_and_tokens, "mask": texts_and_tokens, "pooled": {0: "texts"}},
    )


class OnnxEngine:
    def __init__(self, session: Any, settings: dict[str, str]) -> None:
        self.session = session
        self.settings = settings

    def embed(self, ids: Ids, mask: Ids) -> Vectors:
        pooled: Vectors = self.session.run(["pooled"], {"ids": ids, "mask": mask})[0]
        return pooled


def load(
    model_folder: Path, work_folder: Path, threads: int, lanes: int, *, variant: str
) -> Engine:
    digest = short_digest(
        model_folder / "model.safetensors", FOLDER / "requirements.txt", EXPORT_VERSION
    )
    model = made_apart(
        work_folder / "onnxruntime" / f"{variant}-{digest}.onnx",
        FOLDER / "engine.py",
        "export",
        str(model_folder),
        variant,
    )
    os.environ["OMP_NUM_THREADS"] = "1"  # numpy's BLAS
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    settings = {
        "onnxruntime": onnxruntime.__version__,
        "model": "fp32" if variant == "fp32" else "quantize_dynamic, per_channel, QInt8",
        "intra_op_num_threads": str(threads),
        "inter_op_num_threads": "1",
        "execution_mode": "ORT_SEQUENTIAL",
        "graph_optimization_level": "ORT_ENABLE_ALL",
        "session.intra_op.allow_spinning": "1 (default)",
        "lanes": f"{lanes} Python threads, one session",
        "pooling": "float32, in the graph",
    }
    return OnnxEngine(session, settings)


LOADERS = {variant: functools.partial(load, variant=variant) for variant in VARIANTS}

if __name__ == "__main__":
    main(LOADERS)
