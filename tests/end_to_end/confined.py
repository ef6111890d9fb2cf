"""Runs a command under a seccomp profile in the form that Docker and Kubernetes take:

    confined.py PROFILE COMMAND...

Actions, names and `args` of the kinds below; all else is not read.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

# seccomp.h
ACTIONS = {
    "SCMP_ACT_ALLOW": 0x7FFF0000,
    "SCMP_ACT_ERRNO": 0x00050000,
    "SCMP_ACT_KILL_PROCESS": 0x80000000,
}
COMPARISONS = {"SCMP_CMP_NE": 1, "SCMP_CMP_EQ": 4, "SCMP_CMP_MASKED_EQ": 7}


class Comparison(ctypes.Structure):
    """scmp_arg_cmp"""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("second_value", ctypes.c_uint64),
    )


def confine(profile: dict[str, Any]) -> None:
    """This process, and what it executes."""
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    default = ACTIONS[profile["defaultAction"]] | profile.get("defaultErrnoRet", 0)
    context = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(default)))
    for rule in profile["syscalls"]:
        action = ctypes.c_uint32(ACTIONS[rule["action"]])
        wanted = [
            Comparison(arg["index"], COMPARISONS[arg["op"]], arg["value"], arg.get("valueTwo", 0))
            for arg in rule.get("args", [])
        ]
        for name in rule["names"]:
            number = seccomp.seccomp_syscall_resolve_name(name.encode())
            assert number >= 0, name
            array = (Comparison * len(wanted))(*wanted)
            added = seccomp.seccomp_rule_add_array(context, action, number, len(wanted), array)
            assert added == 0, name
    assert seccomp.seccomp_load(context) == 0  # sets NoNewPrivs too


def main(profile: str, *command: str) -> None:
    confine(json.loads(Path(profile).read_text()))
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
