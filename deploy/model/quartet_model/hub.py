"""Gets files from the Hugging Face hub, failing quickly where it is out of reach."""

import shutil
import urllib.error
import urllib.request
from pathlib import Path

from huggingface_hub import constants, hf_hub_url

from quartet_model.errors import PreparationError
from quartet_model.sources_lock import Hub

# The hub's own client retries for 20 s; behind a firewall the packages are the normal way, so one
# short attempt decides.
TIMEOUT_SECONDS = 5.0


def download_from_hub(hub: Hub, file_name: str, target: Path) -> None:
    if constants.HF_HUB_OFFLINE:
        raise PreparationError("the hub is switched off by HF_HUB_OFFLINE")
    download(hf_hub_url(hub.repository, file_name, revision=hub.revision), target)


def download(url: str, target: Path) -> None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
            announced = answer.headers.get("Content-Length")
            with target.open("wb") as file:
                shutil.copyfileobj(answer, file, length=1 << 20)
    except (OSError, urllib.error.URLError) as error:
        raise PreparationError(f"{target.name} is not to be had from the hub: {error}") from error
    # urllib ends quietly when a connection breaks in the middle of a body.
    if announced is not None and int(announced) != target.stat().st_size:
        raise PreparationError(
            f"{target.name} broke off after {target.stat().st_size} of {announced} bytes"
        )
