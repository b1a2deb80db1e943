"""Two texts beside each other, row by row, drawn only where one looks; the cursor steps through the differences.

It gets rows that are made already (`controllers.comparing`) and knows nothing of what they mean but their marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.model.visible import one_line
from workbench.tui.controllers.comparing import ADDED, CHANGED, GAP, IGNORED, REMOVED, SECTION, Row, starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events

_NAMES = {
    SECTION: "section",
    CHANGED: "changed",
    ADDED: "added",
    REMOVED: "removed",
    IGNORED: "ignored",
    GAP: "ignored",
}
_MARKS = 2
_BETWEEN = " │ "
_SIDEWAYS = 8


class SideBySide(ScrollView, can_focus=True):
    """Rows of two sides under one cursor."""

    HELP: ClassVar[str] = (
        "Left the earlier answer, right the later one: ~ differs, - only left, + only right, · does not count. "
        "n and N go to the next and previous difference, i leaves the place under the cursor out."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "side-by-side--section",
        "side-by-side--changed",
        "side-by-side--added",
        "side-by-side--removed",
        "side-by-side--ignored",
        "side-by-side--cursor",
        "side-by-side--line",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("g,home", "end(0)", "First", show=False),
        Binding("G,end", "end(-1)", "Last", show=False),
        Binding("left,h", "sideways(-1)", "Left", show=False),
        Binding("right,l", "sideways(1)", "Right", show=False),
    ]

    cursor: reactive[int] = reactive(0, init=False)
    shift: reactive[int] = reactive(0, init=False)

    class CursorMoved(Message):
        """The cursor is on another row."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._starts: list[int] = []

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if 0 <= self.cursor < len(self._rows) else None

    @property
    def position(self) -> tuple[int, int]:
        """Which difference the cursor stands on or behind, from 1, and how many there are."""
        return sum(start <= self.cursor for start in self._starts), len(self._starts)

    def load(self, rows: list[Row], *, keep: bool = False) -> None:
        """Show other rows: from the first difference, or with `keep` near the place where the cursor is."""
        where = self.row.where if keep and self.row else ""
        self._rows, self._starts = rows, starts(rows)
        self.virtual_size = Size(self.size.width, len(rows))
        first = self._starts[0] if self._starts else 0
        at = next((at for at, row in enumerate(rows) if where and row.where == where), None)
        self.cursor = first if not keep else at if at is not None else min(self.cursor, max(0, len(rows) - 1))
        self._reveal()
        self.refresh()
        self.post_message(self.CursorMoved())

    def step(self, way: int) -> bool:
        """Go to the next (1) or previous (-1) difference, around the end; False when there is none."""
        if not self._starts:
            return False
        if way > 0:
            after = [start for start in self._starts if start > self.cursor]
            self.cursor = after[0] if after else self._starts[0]
        else:
            before = [start for start in self._starts if start < self.cursor]
            self.cursor = before[-1] if before else self._starts[-1]
        return True

    def validate_cursor(self, cursor: int) -> int:
        """The cursor stays on a row."""
        return max(0, min(cursor, len(self._rows) - 1))

    def watch_cursor(self) -> None:
        """Bring the row into view."""
        self._reveal()
        self.refresh()
        self.post_message(self.CursorMoved())

    def validate_shift(self, shift: int) -> int:
        """Not beyond the left edge."""
        return max(0, shift)

    def _reveal(self) -> None:
        height, top = max(1, self.scrollable_content_region.height), self.scroll_offset.y
        if self.cursor < top or self.cursor >= top + height:
            self.scroll_to(y=max(0, self.cursor - height // 3), animate=False, force=True)

    def on_resize(self) -> None:
        """Both halves have another width."""
        self.virtual_size = Size(self.size.width, len(self._rows))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there."""
        self.cursor = self.scroll_offset.y + event.y

    def action_move(self, rows: int) -> None:
        """So many rows up or down."""
        self.cursor += rows

    def action_page(self, way: int) -> None:
        """One page up or down."""
        self.cursor += way * max(1, self.scrollable_content_region.height - 1)

    def action_end(self, at: int) -> None:
        """To the first or last row."""
        self.cursor = 0 if at == 0 else len(self._rows) - 1

    def action_sideways(self, way: int) -> None:
        """Both sides scroll to the left or right together."""
        self.shift += way * _SIDEWAYS
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row: mark, left, line, right."""
        width, at = self.scrollable_content_region.width, self.scroll_offset.y + y
        base = self.rich_style
        if at >= len(self._rows):
            return Strip.blank(width, base)
        row = self._rows[at]
        style = self._style(row.mark)
        half = max(0, width - _MARKS - len(_BETWEEN)) // 2
        pointer = "▸" if at == self.cursor else " "  # the cursor is not told by colour alone
        strip = Strip([Segment((row.mark if row.mark != SECTION else " ") + pointer, style)])
        if row.mark == SECTION:
            text = f"── {one_line(row.left)} "
            strip = Strip.join([strip, Strip([Segment(text + "─" * max(0, width - len(text) - _MARKS), style)])])
        else:
            line = self.get_component_rich_style("side-by-side--line", partial=True)
            parts = [
                self._half(row.left, half, style),
                Strip([Segment(_BETWEEN, line)]),
                self._half(row.right, half, style),
            ]
            strip = Strip.join([strip, *parts])
        strip = strip.adjust_cell_length(width, base)
        if at != self.cursor:
            return strip.apply_style(base)
        return _under(strip, self.get_component_rich_style("side-by-side--cursor", partial=True))

    def _half(self, text: str, width: int, style: Style) -> Strip:
        shown = Strip([Segment(one_line(text), style)])
        return shown.crop(self.shift, self.shift + width).adjust_cell_length(width, style)

    def _style(self, mark: str) -> Style:
        name = _NAMES.get(mark)
        base = self.rich_style
        return base if name is None else base + self.get_component_rich_style(f"side-by-side--{name}", partial=True)


def _under(strip: Strip, cursor: Style) -> Strip:
    """The strip with the cursor's look over its own."""
    return Strip([Segment(text, style + cursor if style else cursor, control) for text, style, control in strip])
