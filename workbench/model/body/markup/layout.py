"""Writes a layout: pieces of the text as they are, with line feeds and indentation of its own between them."""

from __future__ import annotations

from workbench.model.body.markup.outline import Outline

INDENT = 2
"""Spaces for each level."""

DEEPEST = 40
"""Levels that are indented; what stands deeper stands there, so that nesting cannot make a small text huge."""

_ROOM = 16 * 1024 * 1024
_GROWTH = 5


class MarkupError(ValueError):
    """It cannot be laid out: `reason`, and the offset of the place."""

    def __init__(self, reason: str, at: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Layout:
    """What is written so far, and its outline."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pieces: list[bytes] = []
        self._length = 0
        self._line = 0
        self._most = len(data) * _GROWTH + _ROOM
        self.outline = Outline()

    def line(self, level: int) -> None:
        """Begin a line, unless nothing stands there yet.

        Raises:
            MarkupError: the indentation takes many times what is indented.
        """
        if self._length > self._most:
            raise MarkupError("indented, its nesting would take many times its size")
        if self._length:
            self._pieces.append(b"\n" + b" " * (INDENT * min(level, DEEPEST)))
            self._length += len(self._pieces[-1])
            self._line += 1

    def write(self, start: int, end: int) -> None:
        """A part of the text as it is."""
        piece = self._data[start:end]
        self._pieces.append(piece)
        self._length += len(piece)
        self._line += piece.count(b"\n")

    def begin(self, parent: int) -> int:
        """An element begins here; its number."""
        return self.outline.begin(self._length, self._line, parent)

    def end(self, element: int) -> None:
        """An element ends here."""
        self.outline.end(element, self._length, self._line)

    def text(self) -> bytes:
        """The whole; it ends with a line feed if the text did."""
        if self._data.endswith(b"\n"):
            self._pieces.append(b"\n")
        return b"".join(self._pieces)
