"""What deploy/kubernetes/README.md tells clients to do."""

from __future__ import annotations

import json
import re
from typing import Any

from running_server import ROOT


def service_config() -> dict[str, Any]:
    """The guide's one block of JSON."""
    guide = (ROOT / "deploy/kubernetes/README.md").read_text()
    (block,) = re.findall(r"^```json\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    config: dict[str, Any] = json.loads(block)
    return config
