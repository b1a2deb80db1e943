"""A view of one page: lays its rows out for the width there is, and paints the ones on the screen.

Work that grows with the text is done in a thread above 256 KiB; what is painted is bounded by the screen.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.geometry import Size
from textual.reactive import reactive

from workbench.model.body.lines import Cancelled
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.navigation import CursorView
from workbench.tui.widgets.body_viewer.pages import Page, TextPage
from workbench.tui.widgets.body_viewer.painter import Painter, Window, selected_text
from workbench.tui.widgets.body_viewer.palette import Palette

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Region
    from textual.selection import Selection
    from textual.strip import Strip

    from workbench.model.body.search import Hit, Search
    from workbench.tui.widgets.body_viewer.folding import FoldedRows

AT_ONCE = 256 * 1024
"""Bytes up to which work that grows with the text is done on the event loop."""

_COPIED = 16 * 1024 * 1024


class PageView(CursorView):
    """Shows a page, wrapped or not, with or without line numbers."""

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "code-view--cursor",
        "code-view--gutter",
        "code-view--note",
        "code-view--hit",
        "code-view--current-hit",
    }

    wrap: reactive[bool] = reactive(default=False, init=False)
    numbers: reactive[bool] = reactive(default=True, init=False)

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._painter: Painter | None = None
        self._stop = Stop()
        self.laying_out = ""  # what is being done to the rows in a thread

    def show_page(self, page: Page, *, place: int = 0) -> None:
        """Show a page with the cursor on a byte of it."""
        self.page, self._painter = page, None
        self.place, self.cursor_row = place, 0
        self.scroll_to(0, 0, animate=False, force=True)
        self._lay_out()
        self.reveal(place, center=True)

    @property
    def gutter_width(self) -> int:
        """Cells before the text."""
        return (self.page.label_width() + 2 if self.numbers else 1) if self.page else 0

    @property
    def painter(self) -> Painter | None:
        """Paints the page shown; None while there is none."""
        if self._painter is None and self.page is not None:
            self._painter = Painter(self.page, Palette(self))
            self._painter.numbers = self.numbers
        return self._painter

    def mark(self, search: Search | None, current: Hit | None = None) -> None:
        """Mark the hits of a search over the page's data; None marks nothing."""
        if self.painter is not None:
            self.painter.search, self.painter.current = search, current
            self.repaint()

    def repaint(self) -> None:
        """Paint every row anew."""
        if self._painter is not None:
            self._painter.forget()
        self.refresh()

    def reveal(self, place: int, *, cells: int = 0, center: bool = False) -> None:
        """Put the cursor on a byte, unfold what hides it, and scroll both ways until it is in view."""
        page = self.page
        if page is None:
            return
        if isinstance(page, TextPage) and page.reveal(place):
            self.rows_changed()
        number = page.rows.at(place)
        self.put(number, place, center=center)
        row = page.rows.row(number)
        if row.start < place or self.scroll_x:
            self.show_column(page.column_at(row, place), cells)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint a part of the screen, in the colours that theme and focus ask for by now."""
        painter = self.painter
        if painter is not None and painter.palette.made_for != Palette.key(self):
            painter.palette = Palette(self)
            painter.forget()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Paint one row of the screen."""
        left, top = self.scroll_offset
        painter = self.painter
        if painter is None:
            return super().render_line(y)
        number = top + y
        window = Window(left, self.scrollable_content_region.width)
        strip = painter.strip(number, window, self.text_selection, cursor=number == self.cursor_row)
        if painter.seen > painter.page.widest and not self._wrapping:
            painter.page.widest = painter.seen
            self.call_later(self._resize_virtual)
        return strip

    @property
    def _wrapping(self) -> bool:
        return isinstance(self.page, TextPage) and bool(self.page.wrapped)

    def _resize_virtual(self) -> None:
        if self.page is not None:
            width = 0 if self._wrapping else self.page.widest + self.gutter_width
            self.virtual_size = Size(width, self.page.rows.count)

    def rows_changed(self) -> None:
        """The page's rows are others now: take their number, paint them anew."""
        self._resize_virtual()
        self.repaint()

    def _lay_out(self) -> None:
        """Make the rows that `wrap` and the width ask for, off the event loop when the text is large."""
        page = self.page
        self._stop.set()
        self._stop = Stop()
        self.laying_out = ""
        if not isinstance(page, TextPage):
            self.rows_changed()
            return
        cells = self.text_width if self.wrap and self.scrollable_content_region.width else 0
        if len(page.data) <= AT_ONCE:
            page.widest = page.widest or page.measure()
            self._use(page, page.wrap(cells) if page.wrapped != cells else None, cells)
            return
        self.rows_changed()
        if page.wrapped != cells or not page.measured:
            self.laying_out = "wrapping" if page.wrapped != cells else ""
            self.cursor_moved()
            self._lay_out_in_thread(page, cells, self._stop)

    @work(group="lay_out", exclusive=True)
    async def _lay_out_in_thread(self, page: TextPage, cells: int, stop: Stop) -> None:
        def lay_out() -> tuple[FoldedRows | None, int]:
            rows = page.wrap(cells, stop.asked) if page.wrapped != cells else None
            return rows, page.measure(stop.asked) if not page.measured else page.widest

        try:
            rows, widest = await asyncio.to_thread(lay_out)
        except Cancelled:
            return
        finally:
            stop.set()
        page.widest, page.measured = max(widest, page.widest), True
        if self.page is page:
            self.laying_out = ""
            self._use(page, rows, cells)
            self.cursor_moved()

    def _use(self, page: TextPage, rows: FoldedRows | None, cells: int) -> None:
        """Take new rows, and keep the cursor where it is on the screen."""
        if rows is None:
            self.rows_changed()
            return
        self._keeping_place(page, lambda: page.lay_out(rows, cells))

    def _keeping_place(self, page: TextPage, change: Callable[[], None]) -> None:
        """Change the rows, with the cursor on the same row of the screen; out of what is folded away it goes up."""
        above = max(0, self.cursor_row - round(self.scroll_y))
        change()
        self.cursor_row = page.rows.at(self.place)
        if page.rows.hiding(page.document.index.line_at(self.place)) is not None:
            self.place = page.rows.row(self.cursor_row).start
        self.rows_changed()
        self.scroll_to(0, max(0, self.cursor_row - above), animate=False, force=True)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        if self.wrap:
            self._lay_out()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it is shown, at most 16 MiB of it."""
        return (selected_text(self.page, selection, _COPIED), "\n") if self.page else None

    def selection_updated(self, selection: Selection | None) -> None:  # noqa: ARG002 - Textual's signature
        """Paint what is selected, or no longer."""
        self.refresh()

    def watch_wrap(self) -> None:
        """Lay the rows out anew."""
        self._lay_out()

    def watch_numbers(self) -> None:
        """Show or hide the gutter's labels."""
        if self.painter is not None:
            self.painter.numbers = self.numbers
        self.repaint()
        self._lay_out()
