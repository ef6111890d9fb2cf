import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from quartet_model.errors import PreparationError
from quartet_model.hub import download, download_from_hub


class _Files(BaseHTTPRequestHandler):
    """/whole answers 10 bytes, /broken announces 10 and sends 4, anything else is not found."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path in ("/whole", "/broken") else 404)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"0123456789" if self.path == "/whole" else b"0123")

    def log_message(self, format: str, *args: object) -> None:
        """Silent: pytest's output is for failures."""


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Files) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_a_whole_file_arrives(server: str, tmp_path: Path) -> None:
    download(f"{server}/whole", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_a_broken_connection_is_noticed(server: str, tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="file broke off after 4 of 10 bytes"):
        download(f"{server}/broken", tmp_path / "file")


def test_a_missing_file_is_an_expected_error(server: str, tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="404"):
        download(f"{server}/else", tmp_path / "file")


def test_an_unreachable_hub_is_an_expected_error(tmp_path: Path) -> None:
    with pytest.raises(PreparationError, match="not to be had from the hub"):
        download("http://127.0.0.1:9/file", tmp_path / "file")


def test_offline_mode_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(PreparationError, match="HF_HUB_OFFLINE"):
        download_from_hub("a/b", "main", "w", tmp_path / "file")
