"""Real certificates, made by openssl."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


@dataclass(frozen=True)
class Pair:
    """Paths of PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A root of its own in `folder`, which issues certificates there."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.certificate = folder / "ca.pem"
        self._key = folder / "ca.key"
        openssl(
            *("req", "-x509", *NEW_KEY, "-subj", "/CN=quartet test root", "-days", "2"),
            *("-keyout", self._key, "-out", self.certificate),
        )

    def issue(self, name: str, host: str = "localhost", days: int = 1) -> Pair:
        """`name`: subject and files; `host`: subject alternative name; days below 0:
        it has expired."""
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=DNS:{host}\n")
        openssl("req", *NEW_KEY, "-subj", f"/CN={name}", "-keyout", pair.key, "-out", request)
        openssl(
            *("x509", "-req", "-in", request, "-days", str(days), "-extfile", extensions),
            *("-CA", self.certificate, "-CAkey", self._key, "-out", pair.certificate),
        )
        return pair
