"""Prompts are in the manifest as sentence-transformers has them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from quartet_model.artefact import Artefact
from quartet_model.artefact_contents import read_contents
from quartet_model.errors import PreparationError
from quartet_model.export import export_artefact
from quartet_model.oracle import Oracle
from quartet_model.prompts import PROMPTS_FILE, read_prompts
from tiny_model import MakeFolder, write_json

SAVED = {"prompts": {"query": "the query: ", "passage": ""}, "default_prompt_name": "query"}


def test_a_text_behind_its_prompt_gives_sentence_transformers_vector(
    make_folder: MakeFolder, tmp_path: Path
) -> None:
    folder = make_folder()
    write_json(folder / PROMPTS_FILE, SAVED)
    export_artefact(folder, "tiny", tmp_path / "tiny.pt", "fp32")
    manifest = read_contents(tmp_path / "tiny.pt").manifest
    assert {name: manifest[name] for name in SAVED} == SAVED

    model = SentenceTransformer(str(folder), device="cpu")
    oracle, artefact = Oracle(folder), Artefact(tmp_path / "tiny.pt")

    def ours(prompt: str) -> Any:
        return artefact.vectors(oracle.token_ids([f"{prompt}people"]))[0]

    prompts = manifest["prompts"]
    for name in prompts:
        theirs = model.encode("people", prompt_name=name)
        assert np.abs(ours(prompts[name]) - theirs).max() < 1e-5
    default = prompts[manifest["default_prompt_name"]]
    assert np.abs(ours(default) - model.encode("people")).max() < 1e-5
    assert np.abs(ours(default) - ours("")).max() > 0.01, "else any prompt would pass"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "is not readable"),
        ({"prompts": 7}, "is not readable"),
        ({"prompts": {"query": 7}}, "the prompt 'query' is 7, and no text"),
        (
            {"prompts": {}, "default_prompt_name": "x"},
            "default_prompt_name is 'x', which no prompt",
        ),
    ],
)
def test_prompts_that_are_none_are_refused(tmp_path: Path, content: Any, message: str) -> None:
    write_json(tmp_path / PROMPTS_FILE, content)
    with pytest.raises(PreparationError, match=message):
        read_prompts(tmp_path)


def test_a_folder_may_have_none(tmp_path: Path) -> None:
    assert read_prompts(tmp_path).prompts == {}
    write_json(tmp_path / PROMPTS_FILE, {"__version__": {}})
    assert read_prompts(tmp_path).prompts == {}
    write_json(tmp_path / PROMPTS_FILE, {"prompts": {"query": None}})
    assert read_prompts(tmp_path).prompts == {"query": ""}
