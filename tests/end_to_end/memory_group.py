"""A memory limit of one's own."""

from __future__ import annotations

from typing import Self

from control_group import ControlGroup


class MemoryGroup(ControlGroup):
    def __init__(self, limit_bytes: int) -> None:
        super().__init__("memory")
        self._limit_bytes = limit_bytes

    def __enter__(self) -> Self:
        super().__enter__()
        self.set_limit(self._limit_bytes)
        return self

    def set_limit(self, limit_bytes: int) -> None:
        self.write("memory.limit_in_bytes", limit_bytes)

    def usage_bytes(self) -> int:
        return self.read("memory.usage_in_bytes")

    def working_set_bytes(self) -> int:
        return self.usage_bytes() - self.fact("memory.stat", "inactive_file")
