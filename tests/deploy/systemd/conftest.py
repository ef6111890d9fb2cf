"""One installation for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from installation import Installation


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    prefix = tmp_path_factory.mktemp("installation")
    installed = Installation(prefix)
    yield installed
    installed.kill()
    shutil.rmtree(prefix)  # 450 MB
