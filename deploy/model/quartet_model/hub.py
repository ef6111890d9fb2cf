"""Gets files from the Hugging Face hub, failing quickly where it is out of reach."""

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import constants, hf_hub_url

from quartet_model.errors import PreparationError
from quartet_model.progress import progress

# The hub's own client retries for 20 s; behind a firewall the packages are the normal way, so one
# short attempt decides.
TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class Revision:
    """What a repository has."""

    commit: str
    files: Sequence[str]


def current_revision(repository: str, scratch: Path) -> Revision:
    _refuse_offline()
    answer = scratch / "revision.json"
    download(f"{constants.ENDPOINT}/api/models/{repository}/revision/main", answer)
    try:
        content = json.loads(answer.read_text(encoding="utf-8"))
        return Revision(str(content["sha"]), [file["rfilename"] for file in content["siblings"]])
    except (ValueError, KeyError, TypeError) as error:
        raise PreparationError(f"the hub's answer about {repository} is not readable") from error


def download_from_hub(repository: str, revision: str, file_name: str, target: Path) -> None:
    _refuse_offline()
    download(hf_hub_url(repository, file_name, revision=revision), target)


def _refuse_offline() -> None:
    if constants.HF_HUB_OFFLINE:
        raise PreparationError("the hub is switched off by HF_HUB_OFFLINE")


def download(url: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
            announced = answer.headers.get("Content-Length")
            size = None if announced is None else int(announced)
            with target.open("wb") as file, progress(target.name, size, "B") as bar:
                while block := answer.read(1 << 20):
                    file.write(block)
                    bar.update(len(block))
    except (OSError, urllib.error.URLError) as error:
        raise PreparationError(f"{target.name} is not to be had from the hub: {error}") from error
    # urllib ends quietly when a connection breaks in the middle of a body.
    if size is not None and size != target.stat().st_size:
        raise PreparationError(
            f"{target.name} broke off after {target.stat().st_size} of {size} bytes"
        )
