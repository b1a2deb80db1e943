"""The cursor of a code view: its keys and where each one takes it. Moves over rows; knows nothing of what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.scroll_view import ScrollView

if TYPE_CHECKING:
    from workbench.tui.widgets.body_viewer.pages import Page

_SIDEWAYS = 8


class CursorView(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling view with a cursor on one of its rows; `place` is the cursor's byte in the page's data."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", id="viewer.up", show=False, tooltip="One row up"),
        Binding("down,j", "cursor(1)", "Down", id="viewer.down", show=False, tooltip="One row down"),
        Binding("left,h", "sideways(-1)", "Left", id="viewer.left", show=False, tooltip="Scroll to the left"),
        Binding("right,l", "sideways(1)", "Right", id="viewer.right", show=False, tooltip="Scroll to the right"),
        Binding("pageup", "pages(-1.0)", "Page up", id="viewer.page_up", show=False, tooltip="One page up"),
        Binding("pagedown", "pages(1.0)", "Page down", id="viewer.page_down", show=False, tooltip="One page down"),
        Binding("ctrl+u", "pages(-0.5)", "Half up", id="viewer.half_up", show=False, tooltip="Half a page up"),
        Binding("ctrl+d", "pages(0.5)", "Half down", id="viewer.half_down", show=False, tooltip="Half a page down"),
        Binding("g,ctrl+home", "top", "Top", id="viewer.top", show=False, tooltip="The first row"),
        Binding("G,ctrl+end", "bottom", "Bottom", id="viewer.bottom", show=False, tooltip="The last row"),
        Binding("home,0", "line_start", "Line start", id="viewer.line_start", show=False, tooltip="Scroll to column 1"),
        Binding(
            "end,dollar_sign",
            "line_end",
            "Line end",
            id="viewer.line_end",
            show=False,
            tooltip="Scroll to the line's end",
        ),
    ]

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self.page: Page | None = None
        self.place = 0
        self.cursor_row = 0

    @property
    def text_width(self) -> int:
        """Cells for text, beside gutter and scrollbar."""
        return max(1, self.scrollable_content_region.width - self.gutter_width)

    @property
    def gutter_width(self) -> int:
        """Cells before the text."""
        raise NotImplementedError

    def cursor_moved(self) -> None:
        """Called after the cursor has moved."""

    def move_to_row(self, row: int, *, center: bool = False) -> None:
        """Put the cursor on a row, the nearest there is, and bring it into view."""
        if self.page is None:
            return
        row = min(max(0, row), self.page.rows.count - 1)
        self.put(row, self.page.rows.row(row).start, center=center)

    def put(self, row: int, place: int, *, center: bool = False) -> None:
        """Put the cursor on a byte of a row and bring that row into view."""
        before, self.cursor_row, self.place = self.cursor_row, row, place
        top, height = round(self.scroll_y), self.scrollable_content_region.height
        if height > 0 and not top <= row < top + height:
            nearest = row if row < top else row - height + 1
            self.scroll_to(y=max(0, row - height // 2 if center else nearest), animate=False, force=True)
        if before != row:
            self.refresh_lines(before)
            self.refresh_lines(row)
        self.cursor_moved()

    def action_cursor(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.move_to_row(self.cursor_row + rows)

    def action_pages(self, pages: float) -> None:
        """Move cursor and view by pages or parts of one."""
        step = int(max(1, self.scrollable_content_region.height - 1) * abs(pages)) or 1
        step = step if pages > 0 else -step
        self.scroll_to(y=round(self.scroll_y) + step, animate=False, force=True)
        self.move_to_row(self.cursor_row + step)

    def action_top(self) -> None:
        """Go to the first row."""
        self.move_to_row(0)

    def action_bottom(self) -> None:
        """Go to the last row."""
        if self.page is not None:
            self.move_to_row(self.page.rows.count - 1)

    def action_sideways(self, steps: int) -> None:
        """Scroll to the side."""
        self.scroll_to(x=round(self.scroll_x) + steps * _SIDEWAYS, animate=False, force=True)

    def action_line_start(self) -> None:
        """Scroll to the first column."""
        self.scroll_to(x=0, animate=False, force=True)

    def action_line_end(self) -> None:
        """Scroll until the end of the cursor's row is in view."""
        if self.page is not None:
            row = self.page.rows.row(self.cursor_row)
            self.show_column(self.page.column_at(row, row.end))

    def show_column(self, column: int, cells: int = 0) -> None:
        """Scroll sideways until a column, and as many cells after it as fit, are in view."""
        width, left = self.text_width, round(self.scroll_x)
        if left <= column and column + cells <= left + width:
            return
        wanted = 0 if column + cells <= width else column + cells - width + min(width // 2, _SIDEWAYS if cells else 0)
        self.scroll_to(x=min(wanted, column), animate=False, force=True)
