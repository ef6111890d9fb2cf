"""The image's root file system: what is in it, and that it serves."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from container import Container
from dockerfile import exec_form, load_stages, only

FINAL = load_stages()[-1]
OWN_PROGRAMS = {"opt/quartet/bin/quartet", "opt/quartet/bin/quartet-server"}
MODEL = "opt/quartet/models/paraphrase-MiniLM-L3-v2.pt"
MOST_BYTES = 500_000_000
MOST_MEBIBYTES_LOADED = 240  # deploy/RUNBOOK.md, QuartetMemoryHigh


def all_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]


def test_it_is_below_500_megabytes(image_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    apparent = sum(path.stat().st_size for path in all_files(image_root))
    with capsys.disabled():
        print(f"\nimage: {apparent / 1e6:.0f} MB in {len(all_files(image_root))} files")
    assert apparent < MOST_BYTES


def test_its_only_programs_are_ours(image_root: Path) -> None:
    """No shell, no Python, no compiler, no package manager."""
    programs = {
        str(path.relative_to(image_root))
        for path in all_files(image_root)
        if path.stat().st_mode & 0o111 and ".so" not in path.name
    }
    assert programs == OWN_PROGRAMS


def test_nothing_in_it_can_be_changed_by_its_user(image_root: Path) -> None:
    for path in image_root.rglob("*"):
        if path.is_symlink() or path == image_root / "tmp":
            continue
        facts = path.stat()
        assert (facts.st_uid, facts.st_gid) == (0, 0), path
        assert not facts.st_mode & 0o7002, path  # set-uid, set-gid, sticky, writable for all


@pytest.mark.parametrize("program", sorted(OWN_PROGRAMS))
def test_every_library_is_found_inside(image_root: Path, program: str) -> None:
    loader = ("/lib64/ld-linux-x86-64.so.2", "--list", f"/{program}")
    result = subprocess.run(
        ["chroot", image_root, *loader], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "not found" not in result.stdout
    assert ("libtorch_cpu.so => /opt/quartet/bin/../lib/" in result.stdout) == (
        program.endswith("server")
    )


def test_scanners_find_what_is_installed(image_root: Path) -> None:
    listing = subprocess.run(
        [
            "dpkg-query",
            f"--admindir={image_root}/var/lib/dpkg",
            "-W",
            "-f",
            "${Package} ${Version}\n",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    installed = dict(line.split() for line in listing.stdout.splitlines())
    assert {
        "base-files",
        "libc6",
        "libcpp-httplib0.11",
        "libgrpc++1.51",
        "libssl3",
    } <= installed.keys()
    assert not {"bash", "dash", "dpkg", "perl-base", "python3"} & installed.keys()
    # Their licences are those of gcc-12-base and libtinfo6.
    for package in installed.keys() - {"libgcc-s1", "libstdc++6", "libncursesw6"}:
        assert (image_root / "usr/share/doc" / package / "copyright").exists(), package


def test_it_answers(container: Container, image_root: Path) -> None:
    result = subprocess.run(
        [
            Path(sys.executable).with_name("grpcurl"),
            "-plaintext",
            *("-d", '{"texts": ["A man is eating."]}'),
            container.ready["address"],
            "quartet.v1.EmbeddingService/Embed",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answer = json.loads(result.stdout)
    assert len(answer["embeddings"][0]["values"]) == 384
    digest = hashlib.sha256((image_root / MODEL).read_bytes()).hexdigest()
    assert answer["model_fingerprint"] == digest


def test_it_runs_without_privileges_as_the_first_process(container: Container) -> None:
    assert container.status("Uid").split() == ["10001"] * 4
    assert container.status("Gid").split() == ["10001"] * 4
    assert container.status("Groups") == ""
    assert int(container.status("CapEff"), 16) == 0
    assert container.status("NoNewPrivs") == "1"
    assert container.status("NSpid").split()[-1] == "1"


def test_its_root_is_read_only(container: Container) -> None:
    with pytest.raises(OSError, match="Read-only file system"):
        Path(f"/proc/{container.pid}/root/tmp/file").touch()


def test_the_health_check_follows_the_server(container: Container) -> None:
    command = exec_form(only(FINAL, "HEALTHCHECK"))
    healthy = container.execute(command)
    assert (healthy.returncode, healthy.stdout) == (0, "ok\n"), healthy.stderr
    elsewhere = container.execute([*command, "--metrics=127.0.0.1:1"])
    assert elsewhere.returncode == 1, elsewhere.stderr


def test_memory_under_load_is_what_the_runbook_says(
    container: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = container.memory_kb()
    bench = Path(os.environ["QUARTET_BIN_DIR"]) / "quartet-bench"
    load = (f"--pid={container.pid}", "--clients=16", "--seconds=4", "--json")
    result = subprocess.run(
        [bench, f"--target={container.ready['address']}", *load],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    loaded = max(sample["own_mb"] for sample in json.loads(result.stdout)["server"]["samples"])
    with capsys.disabled():
        print(f"\nmemory: idle {idle['Rss'] / 1024:.0f} MiB, with 16 clients {loaded:.0f} MiB")
    assert loaded < MOST_MEBIBYTES_LOADED


def test_it_stops_when_told(container: Container) -> None:
    """Last: no one else needs it any more."""
    assert container.stop() == 0
