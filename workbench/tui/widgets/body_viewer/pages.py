"""What a view shows: a text or a hex dump, asked for row by row as runs of characters with their meaning.

A page knows what stands where; the view knows where on the screen that is, and the palette how it looks. No page holds
painted rows or knows a widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.cells import cell_len

from workbench.model.body.hexdump import WIDTH, digit_column, hex_line, hex_line_count
from workbench.model.body.jsonplace import block_end
from workbench.tui.widgets.body_viewer.cells import shown, width
from workbench.tui.widgets.body_viewer.lexing import Highlighter, Piece
from workbench.tui.widgets.body_viewer.measure import longest_line
from workbench.tui.widgets.body_viewer.palette import Mark
from workbench.tui.widgets.body_viewer.rows import FoldedRows, LineRows, Row, Rows, WrappedRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.model.body.search import Hit
    from workbench.tui.widgets.body_viewer.document import Document
    from workbench.tui.widgets.body_viewer.lexing import Token


Find = Callable[[int, int], "Sequence[Hit]"]
"""The hits of the search under way that touch the bytes between two offsets."""


class Run(NamedTuple):
    """Characters to paint: no control characters in `text`. `note`: the viewer's own words, not the body's."""

    text: str
    token: Token = None
    mark: Mark = Mark.NONE
    note: bool = False


class Painted(NamedTuple):
    """A row's runs from some cell of it on: `column` says which."""

    runs: list[Run]
    column: int = 0


class Page(Protocol):
    """Something to show row by row; rows count from 0, offsets are bytes of `data`."""

    data: bytes
    rows: Rows
    widest: int
    """Cells of the widest row, as far as it is known."""

    def label(self, row: Row) -> str:
        """What stands in the gutter."""

    def label_width(self) -> int:
        """Cells that labels need."""

    def paint(self, row: Row, column: int, cells: int, find: Find, current: Hit | None) -> Painted:
        """The runs of a row that cover `cells` cells from a column on, and a few more on both sides."""

    def column_at(self, row: Row, offset: int) -> int:
        """The cell of its row in which a byte begins."""

    def offset_at(self, row: Row, column: int) -> int:
        """The byte that is shown in a cell of a row; the row's end for a cell after it."""

    def text_of(self, row: Row) -> str:
        """What the whole row shows."""


class TextPage:
    """A document as lines, wrapped lines, or either with blocks folded away."""

    def __init__(self, document: Document, *, foldable: bool = False) -> None:
        self.document = document
        self.data = document.data
        self.foldable = foldable
        self.unfolded: Rows = LineRows(document)
        self.rows: Rows = self.unfolded
        self.wrapped = 0
        self.widest = 0
        self.measured = False
        self._folds: dict[int, int] = {}
        self._highlighter = Highlighter(document)

    def wrap(self, cells: int, cancelled: Callable[[], bool] = bool) -> Rows:
        """Rows for a width, 0 for lines as they are; for `lay_out`. Long work on a large text."""
        return WrappedRows(self.document, cells, cancelled) if cells else LineRows(self.document)

    def lay_out(self, rows: Rows, cells: int) -> None:
        """Use these rows, made for that width, from now on."""
        self.unfolded, self.wrapped = rows, cells
        self._refold()

    def measure(self, cancelled: Callable[[], bool] = bool) -> int:
        """Cells of the longest line, by bytes; for `widest`. Long work on a large text.

        Raises:
            Cancelled: `cancelled` said so.
        """
        line = longest_line(self.document, cancelled)
        return self.document.line_width(line)

    def label(self, row: Row) -> str:
        """The line's number, from 1; nothing on the rows that continue a line."""
        return str(row.line + 1) if row.first else ""

    def label_width(self) -> int:
        """Digits of the last line's number."""
        return len(str(self.document.line_count))

    def paint(self, row: Row, column: int, cells: int, find: Find, current: Hit | None) -> Painted:
        """The runs of a row that cover `cells` cells from a column on, and a few more on both sides."""
        start, end, at = row.start, row.end, 0
        if not self.wrapped:
            start, end, at = self.document.slice_at(row.line, column, cells)
        marks = [
            (self._count(start, hit.start), self._count(start, min(hit.end, end)), hit == current)
            for hit in find(start, end)
        ]
        runs: list[Run] = []
        place = at
        for piece, mark in _marked(self._highlighter.tokens(row.line, start, end), marks):
            text = shown(piece.text, place)
            place += cell_len(text)
            runs.append(Run(text, piece.token, mark))
        if row.hidden:
            closer = {"{": "}", "[": "]"}.get(self.document.text(row.end - 1, row.end), "")
            lines = row.hidden - 1
            runs.append(Run(f" ⋯ {lines:,} {'line' if lines == 1 else 'lines'} {closer}", note=True))
        return Painted(runs, at)

    def _count(self, start: int, offset: int) -> int:
        return len(self.document.text(start, offset)) if offset > start else 0

    def column_at(self, row: Row, offset: int) -> int:
        """The cell of its row in which a byte begins."""
        offset = max(row.start, min(offset, row.end))
        if not self.wrapped:
            return self.document.column_at(row.line, offset)
        return offset - row.start if self.document.plain else width(self.document.text(row.start, offset))

    def offset_at(self, row: Row, column: int) -> int:
        """The byte that is shown in a cell of a row; the row's end for a cell after it."""
        if self.document.plain:
            return min(row.start + column, row.end)
        start, end, at = (row.start, row.end, 0) if self.wrapped else self.document.slice_at(row.line, column, 1)
        for character in self.document.text(start, end):
            at += width(character, at)
            if at > column:
                return start
            start += len(character.encode("utf-8"))
        return end

    def text_of(self, row: Row) -> str:
        """What the whole row shows."""
        return shown(self.document.text(row.start, row.end))

    def toggle_fold(self, line: int) -> bool:
        """Fold the block that a line begins, or unfold it; whether there is one."""
        if line in self._folds:
            del self._folds[line]
        else:
            end = block_end(self.data, *self.document.span(line)) if self.foldable else None
            if end is None:
                return False
            self._folds[line] = self.document.index.line_at(end)
        self._refold()
        return True

    def fold_lines(self, folds: dict[int, int]) -> None:
        """Fold these blocks and no others: first line that stays, last line that goes."""
        self._folds = folds
        self._refold()

    @property
    def folded(self) -> bool:
        """Whether anything is folded away."""
        return bool(self._folds)

    def reveal(self, offset: int) -> bool:
        """Unfold whatever hides a byte; whether anything did."""
        line = self.document.index.line_at(offset)
        hiding = [first for first, last in self._folds.items() if first < line <= last]
        for first in hiding:
            del self._folds[first]
        if hiding:
            self._refold()
        return bool(hiding)

    def _refold(self) -> None:
        outermost: list[tuple[int, int]] = []
        for first, last in sorted(self._folds.items()):
            if not outermost or first > outermost[-1][1]:
                outermost.append((first, last))
        self.rows = FoldedRows(self.unfolded, self.document, outermost) if outermost else self.unfolded


class HexPage:
    """A hex dump, sixteen bytes a row."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.rows: Rows = HexRows(len(data))
        self.widest = len(hex_line(b"", 0).digits) + 2 + WIDTH

    def label(self, row: Row) -> str:
        """The offset of the row's first byte, in hex."""
        return hex_line(self.data, row.line).offset

    def label_width(self) -> int:
        """Digits of the largest offset."""
        return len(f"{len(self.data):08x}")

    def paint(self, row: Row, column: int, cells: int, find: Find, current: Hit | None) -> Painted:  # noqa: ARG002 - a hex row is short
        """The whole row: digits, two spaces, text; a hit is marked in both."""
        line = hex_line(self.data, row.line)
        gap = len(line.digits) + 2
        marks = []
        for hit in find(row.start, row.end):
            first, last = max(hit.start, row.start) - row.start, min(hit.end, row.end) - row.start
            marks.append((digit_column(first), digit_column(last - 1) + 2, hit == current))
            marks.append((gap + first, gap + last, hit == current))
        pieces = [Piece(None, f"{line.digits}  {line.text}")]
        return Painted([Run(piece.text, None, mark) for piece, mark in _marked(pieces, sorted(marks))])

    def column_at(self, row: Row, offset: int) -> int:
        """The cell of a byte's digits."""
        return digit_column(max(0, min(offset - row.start, WIDTH - 1)))

    def offset_at(self, row: Row, column: int) -> int:
        """The byte whose digits or whose character stand in a cell."""
        gap = digit_column(WIDTH) + 1
        index = column - gap if column >= gap else (column - (column > digit_column(WIDTH // 2) - 2)) // 3
        return min(row.start + max(0, index), max(row.start, row.end - 1))

    def text_of(self, row: Row) -> str:
        """Digits and text."""
        line = hex_line(self.data, row.line)
        return f"{line.digits}  {line.text}"


class HexRows:
    """Sixteen bytes a row."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.count = max(1, hex_line_count(size))

    def row(self, number: int) -> Row:
        """What stands on a row."""
        return Row(number, number * WIDTH, min((number + 1) * WIDTH, self._size))

    def at(self, offset: int) -> int:
        """The row that has a byte."""
        return min(max(0, offset), max(0, self._size - 1)) // WIDTH


def _marked(pieces: Sequence[Piece], marks: Sequence[tuple[int, int, bool]]) -> Iterator[tuple[Piece, Mark]]:
    """The pieces, cut where a mark begins or ends; marks are in order and do not overlap."""
    at = 0
    waiting = list(reversed(marks))
    for token, text in pieces:
        done = 0
        while done < len(text):
            while waiting and waiting[-1][1] <= at + done:
                waiting.pop()
            mark, end = Mark.NONE, len(text)
            if waiting:
                low, high, current = waiting[-1]
                if low <= at + done:
                    mark, end = (Mark.CURRENT if current else Mark.HIT), min(end, high - at)
                else:
                    end = min(end, low - at)
            yield Piece(token, text[done:end]), mark
            done = end
        at += len(text)
