"""Says which part of a text stands on which row of the view: one row a line, or wrapped; `folding` takes some out.

The same three questions for all: how many rows, what is on row n, which row has byte b. Built in a thread when the text
is large; immutable then, and small whatever the size of the text.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Protocol

from workbench.model.body.lines import Cancelled
from workbench.tui.widgets.body_viewer.cells import row_breaks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbench.tui.widgets.body_viewer.document import Document

_LINES_KEPT = 256
_LARGE_LINE = 16 * 1024
_LINES_BETWEEN_LOOKS = 100
_STEPS_BETWEEN_LOOKS = 4096


class Row(NamedTuple):
    """What stands on a row: a part of a line.

    `first`: it begins the line. `hidden`: so many lines are folded away below it.
    """

    line: int
    start: int
    end: int
    first: bool = True
    hidden: int = 0


class Rows(Protocol):
    """A text laid out on rows, which count from 0."""

    @property
    def count(self) -> int:
        """How many rows there are, at least 1."""

    def row(self, number: int) -> Row:
        """What stands on a row."""

    def at(self, offset: int) -> int:
        """The row that has a byte; for a byte that is folded away the row of its block's first line."""


class TextRows(Rows, Protocol):
    """A text's rows, which can be asked for by line."""

    def first(self, line: int) -> int:
        """The row that begins a line; the number of rows for the line after the last."""


class LineRows:
    """One row for each line."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.count = document.line_count

    def row(self, number: int) -> Row:
        """What stands on a row."""
        return Row(number, *self._document.span(number))

    def at(self, offset: int) -> int:
        """The row that has a byte."""
        return self._document.index.line_at(offset)

    def first(self, line: int) -> int:
        """The row that begins a line."""
        return line


class WrappedRows:
    """Lines broken at a width. Keeps a record of the lines that take more than one row, and of no others."""

    def __init__(self, document: Document, width: int, cancelled: Callable[[], bool] = bool) -> None:
        self._document = document
        self.width = max(1, width)
        self._lines, self._firsts, self._counts = array("Q"), array("Q"), array("Q")
        self._kept = lru_cache(_LINES_KEPT)(self._find_breaks)
        self._large: dict[int, array[int]] = {}
        extra = 0
        for number, line in enumerate(self._long_lines(cancelled)):
            if not number % _LINES_BETWEEN_LOOKS and cancelled():
                raise Cancelled
            rows = self._rows_of(line)
            if rows > 1:
                self._lines.append(line)
                self._firsts.append(line + extra)
                self._counts.append(rows)
                extra += rows - 1
        self.count = document.line_count + extra

    def _long_lines(self, cancelled: Callable[[], bool]) -> Sequence[int]:
        """Lines that may not fit: those with more bytes than a row could need at the least."""
        document = self._document
        data, limit = document.data, max(1, self.width // document.widest_byte(cancelled))
        found = array("Q")
        start = line = counted = steps = 0
        while start < len(data):
            steps += 1
            if not steps % _STEPS_BETWEEN_LOOKS and cancelled():
                raise Cancelled
            end = data.rfind(b"\n", start, start + limit + 1)
            if end < 0:
                end = data.find(b"\n", start)
                end = len(data) if end < 0 else end
                line += data.count(b"\n", counted, start)
                counted = start
                found.append(line)
            start = end + 1
        return found

    def _rows_of(self, line: int) -> int:
        if not self._document.plain:
            return len(self._breaks(line))
        start, end = self._document.span(line)
        return max(1, -(-(end - start) // self.width))

    def _breaks(self, line: int) -> array[int]:
        """First bytes of the rows of a line; those of a large line are kept for good, since they take long to find."""
        if line in self._large:
            return self._large[line]
        start, end = self._document.span(line)
        if end - start < _LARGE_LINE:
            return self._kept(line)
        return self._large.setdefault(line, self._find_breaks(line))

    def _find_breaks(self, line: int) -> array[int]:
        start, end = self._document.span(line)
        text = self._document.text(start, end)
        breaks = row_breaks(text, self.width)
        if text.isascii():
            return array("Q", (start + at for at in breaks))
        offsets = array("Q", [start])
        for before, at in pairwise(breaks):
            offsets.append(offsets[-1] + len(text[before:at].encode("utf-8")))
        return offsets

    def row(self, number: int) -> Row:
        """What stands on a row."""
        at = bisect_right(self._firsts, number) - 1
        if at < 0:
            return Row(number, *self._document.span(number))
        inside = number - self._firsts[at]
        if inside >= self._counts[at]:
            line = self._lines[at] + inside - self._counts[at] + 1
            return Row(line, *self._document.span(line))
        line = self._lines[at]
        start, end = self._document.span(line)
        if self._document.plain:
            first = start + inside * self.width
            return Row(line, first, min(first + self.width, end), not inside)
        breaks = self._breaks(line)
        return Row(line, breaks[inside], breaks[inside + 1] if inside + 1 < len(breaks) else end, not inside)

    def at(self, offset: int) -> int:
        """The row that has a byte."""
        line = self._document.index.line_at(offset)
        at = bisect_left(self._lines, line + 1) - 1
        if at < 0:
            return line
        if self._lines[at] != line:
            return self._firsts[at] + self._counts[at] - 1 + line - self._lines[at]
        if self._document.plain:
            inside = (offset - self._document.span(line)[0]) // self.width
            return self._firsts[at] + min(inside, self._counts[at] - 1)
        return self._firsts[at] + bisect_right(self._breaks(line), offset) - 1

    def first(self, line: int) -> int:
        """The row that begins a line."""
        at = bisect_left(self._lines, line) - 1
        return line if at < 0 else self._firsts[at] + self._counts[at] - 1 + line - self._lines[at]
