"""The lines of a large text, measured and laid out once: an edit costs what the lines cost that it touches.

It stands on Textual's documents, whose minor is pinned for that, and knows nothing of what the text is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_tabs_inline, get_tab_widths
from textual.geometry import Offset

if TYPE_CHECKING:
    from textual.document._document import EditResult, Location


class Measured(Document):
    """A document that knows the length and the width of each of its lines."""

    def __init__(self, text: str, tab_width: int) -> None:
        super().__init__(text)
        self._tab = tab_width
        self._lengths = [len(line) for line in self.lines]
        self._widths = [self._cells(line) for line in self.lines]

    @property
    def length(self) -> int:
        """Characters of the text, line ends aside."""
        return sum(self._lengths)

    @property
    def longest(self) -> int:
        """Characters of its longest line."""
        return max(self._lengths)

    @property
    def width(self) -> int:
        """Cells of its widest line."""
        return max(self._widths)

    def replace_range(self, start: Location, end: Location, text: str) -> EditResult:
        """Replace a part, and measure the lines that came in its place."""
        (top, _), (bottom, _) = sorted((start, end))
        old = slice(top, min(bottom + 1, self.line_count))
        below = self.line_count - old.stop
        result = super().replace_range(start, end, text)
        fresh = self.lines[top : self.line_count - below]
        self._lengths[old] = [len(line) for line in fresh]
        self._widths[old] = [self._cells(line) for line in fresh]
        return result

    def _cells(self, line: str) -> int:
        return len(line) if line.isascii() and "\t" not in line else cell_len(line.expandtabs(self._tab))


def cells_before(line: str, column: int, tab_width: int) -> int:
    """The cells that the characters before a column take."""
    part = line[:column]
    return len(part) if part.isascii() and "\t" not in part else cell_len(expand_tabs_inline(part, tab_width))


class Counted(WrappedDocument):
    """A wrapped document that keeps count; Textual's adds up all its lines for each line that is drawn.

    Without a width every line is one on the screen, and nothing is worked out for it but where its tabs end.
    """

    @property
    def height(self) -> int:
        """The lines on the screen that it takes."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Without a width every line is one on the screen, and stays so until `wrap_range` is told of a change."""
        if width:
            super().wrap(width, tab_width)
            return
        tab = tab_width or self._tab_width
        lines = self.document.lines
        if (self._width, self._tab_width, self.height) == (0, tab, len(lines)):
            return
        self._width, self._tab_width = 0, tab
        self._wrap_offsets, self._offset_to_line_info, self._line_index_to_offsets = [], [], []
        self._count_lines()
        self._tab_width_cache = [self._tabs(line) for line in lines]

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Take an edit in; without a width only the number of lines and the tabs of the new ones matter."""
        if self._width:
            super().wrap_range(start, old_end, new_end)
            return
        top, bottom = sorted((start[0], old_end[0]))
        last = max(start[0], new_end[0])
        self._tab_width_cache[top : bottom + 1] = [self._tabs(line) for line in self.document.lines[top : last + 1]]
        self._count_lines()

    def location_to_offset(self, location: Location) -> Offset:
        """Where a place of the text is on the screen."""
        if self._width:
            return super().location_to_offset(location)
        row = max(0, min(location[0], self.document.line_count - 1))
        return Offset(cells_before(self.document[row], location[1], self._tab_width), row)

    def _count_lines(self) -> None:
        """As many lines on the screen as the document has."""
        count, before = self.document.line_count, self.height
        for lines in (self._wrap_offsets, self._offset_to_line_info, self._line_index_to_offsets):
            del lines[count:]
        self._wrap_offsets += [[] for _ in range(before, count)]
        self._offset_to_line_info += [(at, 0) for at in range(before, count)]
        self._line_index_to_offsets += [[at] for at in range(before, count)]

    def _tabs(self, line: str) -> list[int]:
        return [cells for _, cells in get_tab_widths(line, self._tab_width)] if "\t" in line else [0] * bool(line)
