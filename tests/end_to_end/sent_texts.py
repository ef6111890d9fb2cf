"""The texts that tests send, and whether something has one of them in it that should not.

Every request that is made of our stubs is recorded; RunningServer searches its log and its last
metrics for them when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

# So many characters of a text are no coincidence; shorter texts are not looked for.
PIECE = 16
_pieces: set[str] = set()


def _record(texts: Iterable[str]) -> None:
    for text in texts:
        middle = max(len(text) // 2 - PIECE // 2, 0)
        for piece in (text[:PIECE], text[middle : middle + PIECE], text[-PIECE:]):
            if len(piece) == PIECE and len(set(piece)) > PIECE // 4:
                _pieces.add(piece)


class RecordedMessages:
    """The module of messages, whose requests are recorded when they are made."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def EmbedRequest(self, **fields: Any) -> Any:
        fields["texts"] = list(fields.get("texts", ()))
        _record(fields["texts"])
        return self._module.EmbedRequest(**fields)

    def TokenizeRequest(self, **fields: Any) -> Any:
        _record([fields.get("text", "")])
        return self._module.TokenizeRequest(**fields)

    def EmbedStreamRequest(self, **fields: Any) -> Any:
        _record([fields.get("text", "")])
        return self._module.EmbedStreamRequest(**fields)


def pieces_in(content: str) -> set[str]:
    """Of texts that were sent."""
    return {content[i : i + PIECE] for i in range(len(content) - PIECE + 1)} & _pieces
