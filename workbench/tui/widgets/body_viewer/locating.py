"""The part of the body viewer that knows where the cursor is: path of the line, value under it, the status line.

What needs a search through a large body is done in a thread when the cursor rests, and dropped when it moves on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.content import Content
from textual.widgets import Static

from workbench.model.body.lines import Cancelled
from workbench.model.visible import one_line
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.filtering import FilteringViewer
from workbench.tui.widgets.body_viewer.pages import TextPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.body.jsonplace import Place
    from workbench.tui.widgets.body_viewer.code_view import CodeView

Result = TypeVar("Result")

_PAUSE = 0.05
_LONGEST_PATH = 2000


class LocatingViewer(FilteringViewer):
    """Says what the cursor is on."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._forget = Stop()
        self._path = ""

    def page_changed(self) -> None:
        """Say what is on the screen."""
        super().page_changed()
        self._path = ""
        self._locate()

    def on_code_view_moved(self, event: CodeView.Moved) -> None:
        """Say where the cursor is."""
        event.stop()
        self._locate()

    def _locate(self) -> None:
        """Find the path of the cursor's line: at once in a small body, else in a thread when the cursor rests."""
        body = self.source
        self._forget.set()
        if body is None or not body.has_paths or self.mode == "hex":
            self._show_path("")
            return
        self._status()
        self._at_place(body.title, lambda title: self._show_path(title or ""), pause=_PAUSE)

    def _at_place(
        self, work: Callable[[Place], Result], use: Callable[[Result | None], None], *, pause: float = 0
    ) -> None:
        """Do something with the cursor's place, off the event loop if the body is large; a later call replaces it."""
        body, place, mode = self.source, self.view.place, self.mode

        def find(cancelled: Callable[[], bool]) -> Result | None:
            found = body.locate(place, mode, cancelled) if body else None
            return work(found) if found else None

        self._find_out(find, use, pause=pause)

    def _find_out(
        self,
        find: Callable[[Callable[[], bool]], Result | None],
        use: Callable[[Result | None], None],
        *,
        pause: float = 0,
    ) -> None:
        self._forget.set()
        self._forget = stop = Stop()
        if self.small:
            use(find(stop.asked))
        else:
            self._find_out_in_thread(find, use, pause, stop)

    @work(group="place", exclusive=True)
    async def _find_out_in_thread(
        self,
        find: Callable[[Callable[[], bool]], Result],
        use: Callable[[Result], None],
        pause: float,
        stop: Stop,
    ) -> None:
        await asyncio.sleep(pause)
        try:
            result = await asyncio.to_thread(find, stop.asked)
        except Cancelled:
            return
        if not stop.is_set:
            use(result)

    def _show_path(self, path: str) -> None:
        self._path = path
        self._status()

    def _status(self) -> None:
        """One line: the path or what the body is, and how far down one is."""
        page, body = self.view.page, self._body
        if page is None or body is None:
            self.query_one("#viewer-status", Static).update("")
            return
        row = page.rows.row(min(self.view.cursor_row, page.rows.count - 1))
        if isinstance(page, TextPage):
            where = f"{self.view.laying_out}… " if self.view.laying_out else ""
            where += f"{row.line + 1:,}/{page.document.line_count:,}"
        else:
            where = f"byte {self.view.place:,}/{len(page.data):,}"
        width = max(0, self.size.width - 2)
        room = width - len(where) - 2
        left = one_line(self._path[-_LONGEST_PATH:]) if self._path else body.reading.summary
        text = Content(left)
        if text.cell_length > room:
            tail = Content(left[-max(1, room - 1) :]) if self._path else text.truncate(max(1, room - 1))
            text = Content("…") + tail if self._path else tail
        gap = " " * max(1, width - text.cell_length - len(where))
        self.query_one("#viewer-status", Static).update(text + Content(gap + where))

    def on_resize(self) -> None:
        """Fit the status line."""
        self._status()
