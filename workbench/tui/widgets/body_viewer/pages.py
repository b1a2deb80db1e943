"""What a view shows: a text or a hex dump, asked for row by row as runs of characters with their meaning.

A page knows what stands where; the view knows where on the screen that is, and the palette how it looks. No page holds
painted rows or knows a widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.cells import cell_len

from workbench.model.body.hexdump import WIDTH, digit_column, hex_line, hex_line_count
from workbench.tui.widgets.body_viewer.cells import shown, width
from workbench.tui.widgets.body_viewer.document import PIECE, Document
from workbench.tui.widgets.body_viewer.folding import FoldedRows
from workbench.tui.widgets.body_viewer.lexing import Highlighter, Piece
from workbench.tui.widgets.body_viewer.measure import longest_line
from workbench.tui.widgets.body_viewer.palette import Mark
from workbench.tui.widgets.body_viewer.rows import LineRows, Row, Rows, WrappedRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.model.body.search import Hit
    from workbench.model.body.structure import Structure
from workbench.tui.widgets.body_viewer.lexing import Token

_AT_ONCE = 256 * 1024
_LONGEST_TAG = 60

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
    widest: int
    """Cells of the widest row, as far as it is known."""

    @property
    def rows(self) -> Rows:
        """What stands where."""

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

    def __init__(self, document: Document, structure: Structure | None = None) -> None:
        self.document = document
        self.data = document.data
        self.structure = structure
        self.rows: FoldedRows = FoldedRows(LineRows(document), document)
        self.all_folded = False
        self.wrapped = 0
        self.widest = 0
        self.measured = False
        self._highlighter = Highlighter(document)

    def wrap(self, cells: int, cancelled: Callable[[], bool] = bool) -> FoldedRows:
        """Rows for a width, 0 for lines as they are; for `lay_out`. Long work on a large text.

        Raises:
            Cancelled: `cancelled` said so.
        """
        base = WrappedRows(self.document, cells, cancelled) if cells else LineRows(self.document)
        return self.rows.on(base, cancelled)

    def lay_out(self, rows: FoldedRows, cells: int) -> None:
        """Use these rows, made for that width, from now on; what was folded while they were made is folded in them."""
        self.rows = rows if rows.version == self.rows.version else self.rows.on(rows.base)
        self.wrapped = cells

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
            closer = self._closer(row)
            lines = row.hidden - 1
            runs.append(Run(f" ⋯ {lines:,} {'line' if lines == 1 else 'lines'} {closer}", note=True))
        return Painted(runs, at)

    def _closer(self, row: Row) -> str:
        """What ends the block that is folded away below a row: a bracket, or an element's end tag."""
        bracket = {"{": "}", "[": "]"}.get(self.document.text(row.end - 1, row.end))
        if bracket is not None:
            return bracket
        start, end = self.document.span(row.line + row.hidden)
        tag = shown(self.document.text(start, min(end, start + PIECE)).strip())
        return tag if tag.startswith("</") and len(tag) <= _LONGEST_TAG else ""

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

    def unfold(self, line: int) -> bool:
        """Unfold the block that a line begins; whether it was folded."""
        last = self.rows.last(line)
        if last is None:
            return False
        self.rows.unfold(line)
        size = self.document.span(last)[0] - self.document.span(line)[0]
        if self.all_folded and self.structure is not None and size <= _AT_ONCE:
            self.rows.fold_many(self.structure.children(line))
        return True

    def block_at(self, line: int, cancelled: Callable[[], bool] = bool) -> tuple[int, int] | None:
        """First and last line of the block that a line begins, else of the one around it; None for none.

        Raises:
            Cancelled: `cancelled` said so.
        """
        structure = self.structure
        if structure is None:
            return None
        last = structure.block(line, cancelled)
        if last is not None:
            return line, last
        start, end = self.document.span(line)
        text = self.document.text(start, min(end, start + PIECE))
        first = structure.around(start + len(text) - len(text.lstrip(" ")), cancelled)
        last = None if first is None else structure.block(first, cancelled)
        return None if first is None or last is None else (first, last)

    def folds(self, level: int, cancelled: Callable[[], bool] = bool) -> FoldedRows:
        """Rows with just the blocks of a level folded away; for `fold`. Long work on a large text.

        Raises:
            Cancelled: `cancelled` said so.
        """
        blocks = self.structure.blocks(level, cancelled) if self.structure else ([], [])
        return FoldedRows(self.rows.base, self.document, blocks, cancelled)

    def fold(self, rows: FoldedRows, *, all_folded: bool = False) -> None:
        """Use these rows from now on; `all_folded`: what is unfolded shows its own blocks folded."""
        self.rows = rows if rows.base is self.rows.base else rows.on(self.rows.base)
        self.all_folded = all_folded

    def unfold_all(self) -> None:
        """Fold nothing away."""
        self.fold(FoldedRows(self.rows.base, self.document))

    @property
    def folded(self) -> bool:
        """Whether anything is folded away."""
        return bool(self.rows.blocks)

    def reveal(self, offset: int) -> bool:
        """Unfold whatever hides a byte; whether anything did."""
        line = self.document.index.line_at(offset)
        found = False
        while (first := self.rows.hiding(line)) is not None:
            found = self.rows.unfold(first)
        return found


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
