"""What we build is hardened: cmake/Hardening.cmake, seen in the binaries."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

PROGRAMS = Path(os.environ["QUARTET_BIN_DIR"])
LIBRARY = PROGRAMS.parent / "lib/libquartet_encoder.so"
BINARIES = [PROGRAMS / "quartet-server", PROGRAMS / "quartet", LIBRARY]
ENDBR64 = bytes.fromhex("f30f1efa")

each_binary = pytest.mark.parametrize("binary", BINARIES, ids=lambda path: path.name)


def readelf(option: str, binary: Path) -> str:
    command = ["readelf", "--wide", option, str(binary)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@each_binary
def test_it_is_loaded_at_an_address_that_nobody_knows(binary: Path) -> None:
    assert re.search(r"Type:\s+DYN", readelf("--file-header", binary))
    if binary != LIBRARY:
        assert re.search(r"\(FLAGS_1\).* PIE", readelf("--dynamic", binary))


@each_binary
def test_tables_of_addresses_are_read_only_once_it_runs(binary: Path) -> None:
    """Full RELRO: everything is bound at the start."""
    assert "GNU_RELRO" in readelf("--program-headers", binary)
    assert re.search(r"\((BIND_NOW|FLAGS_1)\).*\bNOW\b", readelf("--dynamic", binary))


@each_binary
def test_no_memory_is_writable_and_executable(binary: Path) -> None:
    headers = readelf("--program-headers", binary)
    flags = re.findall(r"^  (\w+) +(?:0x\w+ +){5}([RWE ]{3})", headers, re.MULTILINE)
    assert ("GNU_STACK", "RW ") in flags
    assert not [segment for segment, allowed in flags if {"W", "E"} <= set(allowed)]
    assert "(TEXTREL)" not in readelf("--dynamic", binary)


@each_binary
def test_functions_with_buffers_guard_their_return_address(binary: Path) -> None:
    assert "__stack_chk_fail" in readelf("--dyn-syms", binary)


@each_binary
def test_indirect_calls_land_where_functions_begin(binary: Path) -> None:
    assert binary.read_bytes().count(ENDBR64) > 100


def test_functions_of_the_c_library_check_the_size_of_buffers() -> None:
    """In the server alone there are calls whose buffer's size the compiler knows."""
    symbols = readelf("--dyn-syms", PROGRAMS / "quartet-server")
    assert re.search(r"__\w+_chk@GLIBC", symbols)


@each_binary
def test_no_library_is_looked_for_where_the_caller_happens_to_be(binary: Path) -> None:
    for path in re.findall(r"\((?:RUNPATH|RPATH)\).*\[(.*)\]", readelf("--dynamic", binary)):
        assert all(entry.startswith(("/", "$ORIGIN")) for entry in path.split(":"))
