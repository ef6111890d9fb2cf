"""The prompts that a model was trained with: texts put before others, by name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quartet_model.errors import PreparationError

PROMPTS_FILE = "config_sentence_transformers.json"


@dataclass(frozen=True)
class Prompts:
    """Named as in the manifest."""

    prompts: dict[str, str]
    default_prompt_name: str | None  # what sentence-transformers uses when none is named


def read_prompts(root: Path) -> Prompts:
    path = root / PROMPTS_FILE
    if not path.is_file():
        return Prompts({}, None)
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        prompts = dict(content.get("prompts") or {})
    except (ValueError, TypeError, AttributeError) as error:
        raise PreparationError(f"{path} is not readable: {error}") from error
    for name, prompt in prompts.items():
        # sentence-transformers takes null for a prompt that is still to be found.
        if prompt is None:
            prompts[name] = ""
        elif not isinstance(prompt, str):
            raise PreparationError(f"{path}: the prompt {name!r} is {prompt!r}, and no text")
    default = content.get("default_prompt_name")
    if default is not None and default not in prompts:
        raise PreparationError(f"{path}: default_prompt_name is {default!r}, which no prompt has")
    return Prompts(prompts, default)
