"""A Quartet server that is loaded in turns, and stands still between them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from child import Child

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ["QUARTET_BIN_DIR"])
MODEL = ROOT / "build/models/paraphrase-MiniLM-L3-v2.pt"


class LoadedServer:
    """Ends with the stack. `client`: flags of quartet-bench in every load."""

    def __init__(
        self, flags: list[str], client: list[str], log: Path, stack: ExitStack, folder: Path = BIN
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        ports = [
            f"--listen=127.0.0.1:{port}",
            "--metrics-listen=127.0.0.1:0",
            "--admin-listen=none",
        ]
        command = [str(folder / "quartet-server"), f"--model={MODEL}", *ports, *flags]
        self._child = stack.enter_context(Child(command, log))
        self._load = [str(BIN / "quartet-bench"), f"--target=127.0.0.1:{port}", "--json", *client]
        self._run("--wait-seconds=60", "--seconds=0")
        self._child.pause()

    @property
    def pid(self) -> int:
        return self._child.pid

    def _run(self, *arguments: str) -> dict[str, Any]:
        output = subprocess.run([*self._load, *arguments], check=True, stdout=subprocess.PIPE)
        result: dict[str, Any] = json.loads(output.stdout)
        return result

    def turn(self, *arguments: str) -> dict[str, Any]:
        """A load's result; every call of it was answered."""
        self._child.resume()
        result = self._run(*arguments)
        self._child.pause()
        assert set(result["calls_by_status"]) == {"OK"}, result["calls_by_status"]
        return result
