"""Who is measured. A subject's name is its peer folder and variant, or "quartet"."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/bench"
BIN = Path(os.environ.get("QUARTET_BIN_DIR", ROOT / "build/release/bin"))
PEERS = ROOT / "bench/peers"
# Quartet is measured in int8, its default; "quartet bf16" and "quartet fp32" are the others.
ARTEFACT = ROOT / "build/models/paraphrase-MiniLM-L3-v2.pt"
ARTEFACTS = {
    "": ARTEFACT,
    **{name: ARTEFACT.with_stem(f"{ARTEFACT.stem}-{name}") for name in ("bf16", "fp32")},
}
MODEL_FOLDER = ROOT / "build/models/sources/paraphrase-MiniLM-L3-v2"
IDS_FOLDER = BUILD / "ids"
CALIBRATION_IDS = IDS_FOLDER / "short.ids"
WORK_FOLDER = BUILD / "work"


def venv_python(peer: str) -> Path:
    return BUILD / "venv" / peer / "bin/python"


@dataclass(frozen=True)
class Engine:
    """A model in a process of its own that answers JSON lines (see engine_worker.py)."""

    name: str
    peer: str = ""
    variant: str = ""

    def command(self, threads: int, lanes: int, python: Path | None = None) -> list[str]:
        mode = [f"--ids-folder={IDS_FOLDER}", f"--threads={threads}", f"--lanes={lanes}"]
        if not self.peer:
            model = ARTEFACTS[self.variant]
            return [str(BIN / "quartet-engine-bench"), f"--model={model}", *mode]
        folders = [f"--model-folder={MODEL_FOLDER}", f"--work-folder={WORK_FOLDER}"]
        script = str(PEERS / self.peer / "engine.py")
        interpreter = str(python or venv_python(self.peer))
        return [interpreter, script, f"--variant={self.variant}", *folders, *mode]


@dataclass(frozen=True)
class Service:
    """A server on a port."""

    name: str
    peer: str = ""
    variant: str = ""
    protocol: str = "grpc"

    def command(self, port: int) -> list[str]:
        if not self.peer:
            ports = [
                f"--listen=127.0.0.1:{port}",
                "--metrics-listen=127.0.0.1:0",
                "--admin-listen=none",
            ]
            model = ARTEFACTS[self.variant]
            return [str(BIN / "quartet-server"), f"--model={model}", *ports]
        folders = [f"--model-folder={MODEL_FOLDER}", f"--work-folder={WORK_FOLDER}"]
        calibration = [f"--calibration-ids={CALIBRATION_IDS}"] if self.peer == "openvino" else []
        script = str(PEERS / self.peer / "serve.py")
        variant = [f"--variant={self.variant}", f"--port={port}"]
        return [str(venv_python(self.peer)), script, *variant, *folders, *calibration]


QUARTET_ENGINE = Engine("quartet")
QUARTET = Service("quartet")
REFERENCE_ENGINE = Engine("reference", "torch_eager", "fp32")  # in the build-time environment

ENGINES = [
    QUARTET_ENGINE,
    Engine("quartet bf16", variant="bf16"),
    Engine("quartet fp32", variant="fp32"),
    *(
        Engine(f"{peer} {variant}", peer, variant)
        for peer, variants in {
            "torch_eager": ["fp32", "bf16"],
            "onnxruntime": ["fp32", "int8"],
            "openvino": ["f32", "bf16", "int8"],
            "ctranslate2": ["fp32", "int8"],
        }.items()
        for variant in variants
    ),
]
SERVICES = [
    QUARTET,
    Service("quartet fp32", variant="fp32"),
    Service("seed recycling", "seed", "recycling", "seed"),
    Service("seed steady", "seed", "steady", "seed"),
    Service("infinity torch", "infinity", "torch", "openai"),
    Service("onnxruntime int8", "onnxruntime", "int8"),
    Service("openvino bf16", "openvino", "bf16"),
    Service("openvino int8", "openvino", "int8"),
]
QUICK = {"quartet", "seed recycling", "onnxruntime int8", "openvino int8"}
SMOKE = {"quartet"}
