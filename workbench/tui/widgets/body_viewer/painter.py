"""Paints rows of a page as strips: gutter, text, hits, the cursor's row, what is selected.

Builds segments and nothing else, never markup; keeps what it painted until something about it changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.cache import LRUCache
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.selection import Selection

    from workbench.model.body.search import Hit, Search
    from workbench.tui.widgets.body_viewer.pages import Page, Painted
    from workbench.tui.widgets.body_viewer.palette import Palette
    from workbench.tui.widgets.body_viewer.rows import Row

_KEPT = 512
_CURSOR = "▸"


class Window(NamedTuple):
    """The part of a page that is on the screen: its first column and its width in cells, the gutter's included."""

    column: int
    width: int


class Painter:
    """The strips of one page in one palette.

    Attributes:
        search: whose hits are marked; None for none.
        current: the hit that one is on.
        numbers: whether the gutter shows labels.
        seen: cells of the widest row painted so far.
    """

    def __init__(self, page: Page, palette: Palette) -> None:
        self.page = page
        self.palette = palette
        self.search: Search | None = None
        self.current: Hit | None = None
        self.numbers = True
        self.seen = 0
        self._strips: LRUCache[tuple[int, Window, bool], Strip] = LRUCache(_KEPT)

    def forget(self) -> None:
        """Paint everything anew: rows, hits, colours or the gutter have changed."""
        self._strips.clear()

    @property
    def gutter(self) -> int:
        """Cells before the text: the cursor's mark, the label, a space."""
        return self.page.label_width() + 2 if self.numbers else 1

    def strip(self, number: int, window: Window, selection: Selection | None, *, cursor: bool) -> Strip:
        """One row of the screen; `number` may lie after the last row."""
        key = (number, window, cursor)
        kept = self._strips.get(key) if selection is None else None
        if kept is not None:
            return kept
        if number >= self.page.rows.count:
            return Strip.blank(window.width, self.palette.ground())
        row = self.page.rows.row(number)
        gutter = self._label(row, cursor=cursor)
        text = self._text(number, row, window, selection, cursor=cursor)
        strip = Strip([*gutter, *text], window.width)
        if selection is None:
            self._strips[key] = strip
        return strip

    def _label(self, row: Row, *, cursor: bool) -> Strip:
        mark = _CURSOR if cursor else " "
        label = f"{mark}{self.page.label(row):>{self.gutter - 2}} " if self.numbers else mark
        return Strip([Segment(label, self.palette.gutter(cursor=cursor))], self.gutter)

    def _text(self, number: int, row: Row, window: Window, selection: Selection | None, *, cursor: bool) -> Strip:
        cells = max(0, window.width - self.gutter)
        painted = self.page.paint(row, window.column, cells, self._find, self.current)
        whole = Strip(self._segments(painted, cursor=cursor))
        self.seen = max(self.seen, painted.column + whole.cell_length)
        skipped = max(0, window.column - painted.column)
        before = sum(len(segment.text) for segment in whole.crop(0, skipped)) if skipped else 0
        text = whole.crop(skipped, skipped + cells)
        if selection is not None:
            text = self._select(text, painted.column + before, selection.get_span(number))
        text = text.apply_offsets(painted.column + before, number)
        return text.extend_cell_length(cells, self.palette.ground(cursor=cursor))

    def _find(self, start: int, end: int) -> Sequence[Hit]:
        return self.search.between(start, end) if self.search else ()

    def _segments(self, painted: Painted, *, cursor: bool) -> list[Segment]:
        style = self.palette.style
        segments = []
        for run in painted.runs:
            look = self.palette.note(cursor=cursor) if run.note else style(run.token, run.mark, cursor=cursor)
            segments.append(Segment(run.text, look))
        return list(Segment.simplify(segments))

    def _select(self, text: Strip, column: int, span: tuple[int, int] | None) -> Strip:
        """The text with the selected characters in the selection's style; `span` counts from the line's start."""
        if span is None:
            return text
        start, end = max(0, span[0] - column), len(text.text) if span[1] < 0 else max(0, span[1] - column)
        look = self.palette.selection()
        segments: list[Segment] = []
        at = 0
        for part, style, _ in text:
            low, high = max(0, start - at), max(0, min(end - at, len(part)))
            at += len(part)
            if low >= high:
                segments.append(Segment(part, style))
                continue
            pieces = ((part[:low], style), (part[low:high], style + look if style else look), (part[high:], style))
            segments.extend(Segment(piece, each) for piece, each in pieces if piece)
        return Strip(segments, text.cell_length)


def selected_text(page: Page, selection: Selection, limit: int) -> str:
    """What is selected of a page, as it is shown, at most about `limit` characters of it."""
    last = page.rows.count - 1
    first, final = (
        (selection.start.y if selection.start else 0),
        (min(selection.end.y, last) if selection.end else last),
    )
    lines: list[str] = []
    size = 0
    for number in range(max(0, first), final + 1):
        span = selection.get_span(number)
        if span is not None:
            text = page.text_of(page.rows.row(number))
            lines.append(text[span[0] : len(text) if span[1] < 0 else span[1]])
            size += len(lines[-1]) + 1
            if size > limit:
                break
    return "\n".join(lines)
