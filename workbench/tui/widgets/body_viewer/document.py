"""A text on its way to the screen: UTF-8 bytes, where its lines are, which lexer reads it.

Immutable once made, so that a thread may make it. Lines of any length are addressed in pieces, so that whoever paints
never handles more than a few kilobytes at once.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workbench.model.body.lines import Cancelled, LineIndex
from workbench.tui.widgets.body_viewer.cells import TAB, width

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE = 2048
"""Bytes of a line that are measured, decoded and lexed together."""

_CHUNK = 1 << 20
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
_LINES_KEPT = 64
_LONGEST_CHARACTER = 4
_WIDENED = re.compile(  # a tab, and in UTF-8 what `visible` writes out as a code point
    rb"\t|\xc2[\x80-\x9f\xad]|\xd8\x9c|\xe1\xa0\x8e|\xe2(?:\x80[\x8b\x8e\x8f\xa8-\xae]|\x81[\xa0-\xaf])"
    rb"|\xef(?:\xbb\xbf|\xbf[\xb9-\xbb])|\xf3\xa0[\x80\x81]"
)
_NUDGE = 64


class Slice(NamedTuple):
    """A part of a line: first byte, byte after the last, and the cell of its line that it begins in."""

    start: int
    end: int
    column: int


class Document:
    """A text by lines.

    Attributes:
        data: UTF-8 bytes; what is not valid shows as U+FFFD.
        lexer: a Pygments lexer's name.
        index: its lines.
        plain: every character is printable ASCII, so that a byte is a cell.
    """

    def __init__(self, data: bytes, lexer: str, cancelled: Callable[[], bool] = bool) -> None:
        self.data = data
        self.lexer = lexer
        self.index = LineIndex(data, cancelled)
        self._returns = data.count(b"\r\n")
        self.plain = self._is_plain(cancelled)
        self._pieces = lru_cache(_LINES_KEPT)(self._start_pieces)

    def _is_plain(self, cancelled: Callable[[], bool]) -> bool:
        if not self.data.isascii():
            return False
        odd = 0
        for start in range(0, len(self.data), _CHUNK):
            if cancelled():
                raise Cancelled
            left = self.data[start : start + _CHUNK].translate(None, _PLAIN)
            odd += len(left)
            if left.strip(b"\r"):
                return False
        return odd == self._returns

    def widest_byte(self, cancelled: Callable[[], bool] = bool) -> int:
        """How many cells one byte can at most become: more than 1 only where there are tabs or hidden characters.

        Raises:
            Cancelled: `cancelled` said so.
        """
        if self.plain:
            return 1
        for start in range(0, len(self.data), _CHUNK):
            if cancelled():
                raise Cancelled
            if _WIDENED.search(self.data, start, start + _CHUNK + _LONGEST_CHARACTER):
                return TAB
        return 1

    @property
    def line_count(self) -> int:
        """How many lines there are, at least 1."""
        return self.index.count

    def span(self, line: int) -> tuple[int, int]:
        """First byte of a line and the byte after its last, without its line end (LF or CRLF)."""
        start, end = self.index.span(line)
        if self._returns and end > start and self.data[end - 1] == 0x0D and end < len(self.data):  # noqa: PLR2004 - CR
            end -= 1
        return start, end

    def text(self, start: int, end: int) -> str:
        """A part of the text, decoded; the caller keeps it small."""
        return self.data[start:end].decode("utf-8", "replace")

    def slice_at(self, line: int, column: int, cells: int) -> Slice:
        """The part of a line that covers `cells` cells from a column on, and a little more on both sides."""
        start, end = self.span(line)
        if self.plain:
            first = min(start + column, end)
            return Slice(first, min(first + cells, end), first - start)
        if end - start <= PIECE:
            return Slice(start, end, 0)
        pieces = self._pieces(line)
        first, last = pieces.at_cell(column), pieces.at_cell(column + cells)
        return Slice(pieces.starts[first], pieces.end_of(last), pieces.columns[first])

    def column_at(self, line: int, offset: int) -> int:
        """The cell of its line in which a byte begins."""
        start, end = self.span(line)
        offset = min(max(offset, start), end)
        if self.plain:
            return offset - start
        if end - start <= PIECE:
            return width(self.text(start, offset))
        pieces = self._pieces(line)
        piece = pieces.at_byte(offset)
        column = pieces.columns[piece]
        return column + width(self.text(pieces.starts[piece], offset), column)

    def line_width(self, line: int) -> int:
        """How many cells a line takes. Exact, and as costly as the line is long unless the text is plain."""
        return self.column_at(line, self.span(line)[1])

    def _start_pieces(self, line: int) -> _Pieces:
        return _Pieces(self.data, *self.span(line))


class _Pieces:
    """The pieces of one long line and the columns they begin in, measured as far as someone asked."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data = data
        self._end = end
        self.starts = array("Q", [start])
        self.columns = array("Q", [0])
        self._complete = False

    def end_of(self, piece: int) -> int:
        return self.starts[piece + 1] if piece + 1 < len(self.starts) else self._piece_end(self.starts[piece])

    def at_cell(self, column: int) -> int:
        while self.columns[-1] <= column and self._measure_next():
            pass
        return bisect_right(self.columns, column) - 1

    def at_byte(self, offset: int) -> int:
        while self.starts[-1] <= offset and self._measure_next():
            pass
        return bisect_right(self.starts, offset) - 1

    def _measure_next(self) -> bool:
        start, column = self.starts[-1], self.columns[-1]
        end = self._piece_end(start)
        if end >= self._end:
            return False
        self.columns.append(column + width(self._data[start:end].decode("utf-8", "replace"), column))
        self.starts.append(end)
        return True

    def _piece_end(self, start: int) -> int:
        """The end of a piece: before a printable ASCII character if one is near, else before any character."""
        end = start + PIECE
        if end >= self._end:
            return self._end
        for at in range(end, end - _NUDGE, -1):
            if 0x20 <= self._data[at] < 0x7F:  # noqa: PLR2004 - printable ASCII
                return at
        while end > start + 1 and self._data[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character of UTF-8
            end -= 1
        return end
