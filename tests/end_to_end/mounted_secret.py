"""Files as Kubernetes mounts a Secret."""

from __future__ import annotations

import os
from pathlib import Path

from certificates import Pair


class MountedSecret:
    """Links to the files of a folder that is a link itself, which another replaces as a whole."""

    def __init__(self, mount: Path) -> None:
        self._mount = mount
        self._versions = 0
        mount.mkdir()

    def put(self, files: dict[str, bytes]) -> None:
        self._versions += 1
        folder = self._mount / f"..{self._versions}"
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
            if not (self._mount / name).is_symlink():
                (self._mount / name).symlink_to(Path("..data") / name)
        fresh = self._mount / "..data_tmp"
        fresh.symlink_to(folder.name)
        os.replace(fresh, self._mount / "..data")

    def put_pair(self, pair: Pair) -> None:
        self.put({"tls.crt": pair.certificate.read_bytes(), "tls.key": pair.key.read_bytes()})

    @property
    def pair(self) -> Pair:
        return Pair(self._mount / "tls.crt", self._mount / "tls.key")
