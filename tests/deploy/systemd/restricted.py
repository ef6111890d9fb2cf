"""Runs a command under the unit's filter of system calls and address families, without systemd:

    restricted.py COMMAND...

It uses libseccomp, as systemd does, which is there where systemd is.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import subprocess
import sys

from unit_file import settings

# seccomp.h
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
EQUAL = 4


class Comparison(ctypes.Structure):
    """scmp_arg_cmp"""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("unused", ctypes.c_uint64),
    )


def calls_of(name: str) -> set[str]:
    """A call, or those of a group such as @system-service."""
    if not name.startswith("@"):
        return {name}
    command = ["systemd-analyze", "syscall-filter", name]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    members = [line.strip() for line in listing.splitlines()[1:]]
    return {call for member in members if member[:1] not in ("", "#") for call in calls_of(member)}


def allowed_calls(filters: list[str]) -> set[str]:
    """SystemCallFilter's lines; those with ~ take away. systemd always allows @default."""
    calls = calls_of("@default")
    for line in filters:
        named = {call for name in line.lstrip("~").split() for call in calls_of(name)}
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def restrict(calls: set[str], families: list[int]) -> None:
    """This process, and what it executes."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(REFUSE))
    for name in calls - {"socket"}:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        # Below zero: a call of other architectures.
        if number >= 0:
            assert seccomp.seccomp_rule_add(context, ALLOW, number, 0) == 0, name
    number = seccomp.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        only = Comparison(argument=0, operator=EQUAL, value=family)
        rule = (context, ALLOW, number, 1, ctypes.byref(only))
        assert seccomp.seccomp_rule_add_array(*rule) == 0
    assert seccomp.seccomp_load(context) == 0  # sets NoNewPrivs too


def main(command: list[str]) -> None:
    unit = settings()
    families = [getattr(socket, name) for name in unit["RestrictAddressFamilies"][0].split()]
    restrict(allowed_calls(unit["SystemCallFilter"]), families)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
