"""What the end-to-end tests share: the stubs, one server for the tests that don't stop it, and
sentence-transformers as the oracle."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import grpc
import numpy as np
import pytest

from python_package import copy_sources, install
from real_sentences import real_sentences
from running_server import ROOT, RunningServer
from sent_texts import watch_channels
from stubs import import_stubs

# Fewer under a sanitizer: 1200 on six engines took 13 minutes there.
SENTENCES = int(os.environ.get("QUARTET_TEST_SENTENCES", "1200"))

watch_channels()


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    return import_stubs(tmp_path_factory.mktemp("stubs"))


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    running = RunningServer()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def own_server() -> Iterator[RunningServer]:
    """For the tests of one file that others should not feel."""
    running = RunningServer()
    yield running
    running.kill()


@pytest.fixture
def start_server() -> Iterator[Callable[..., RunningServer]]:
    """Starts servers of the test's own."""
    with contextlib.ExitStack() as started:  # all are killed, also when one's log has a text

        def start(*flags: str, **options: Any) -> RunningServer:
            running = RunningServer(*flags, **options)
            started.callback(running.kill)
            return running

        yield start


@pytest.fixture(scope="session")
def stub(server: RunningServer, api: SimpleNamespace) -> Iterator[Any]:
    with grpc.insecure_channel(server.address) as channel:
        yield api.services.EmbeddingServiceStub(channel)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """quartet_client, as a user installs it."""
    installed = tmp_path_factory.mktemp("installed")
    install(copy_sources(tmp_path_factory.mktemp("clone")), installed)
    sys.path.insert(0, str(installed))
    import quartet_client

    assert Path(quartet_client.__file__).is_relative_to(installed)
    assert (installed / "quartet_client/py.typed").exists()
    yield quartet_client
    sys.path.remove(str(installed))


@pytest.fixture(scope="session")
def sentence_transformer() -> Any:
    # Slow to import: only where it is needed.
    from sentence_transformers import SentenceTransformer

    source = ROOT / "build/models/sources/paraphrase-MiniLM-L3-v2"
    return SentenceTransformer(str(source), device="cpu")


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    return real_sentences(SENTENCES)


@pytest.fixture(scope="session")
def expected(sentence_transformer: Any, sentences: list[str]) -> np.ndarray:
    """sentence-transformers' vectors of the sentences, float32 [SENTENCES, 384]."""
    return np.asarray(sentence_transformer.encode(sentences, batch_size=32))
