"""The response body viewer: keys, copies, folds and the status line, over what loads and what finds.

It never writes to the terminal and never touches a file: what is to be copied goes up as a message.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from workbench.model.body.lines import Cancelled
from workbench.model.visible import one_line
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.finding import FindingViewer
from workbench.tui.widgets.body_viewer.pages import TextPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.body.jsonplace import Place
    from workbench.tui.widgets.body_viewer.code_view import CodeView

Result = TypeVar("Result")

_PAUSE = 0.05
_LONGEST_PATH = 2000


class BodyViewer(FindingViewer):
    """Shows a response body of any size: pretty, raw or hex."""

    DEFAULT_CSS = """
    BodyViewer {
        height: 1fr; layout: vertical;
        & > Static { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > #viewer-notice { display: none; background: $warning-muted; color: $text-warning; }
        & > #viewer-status { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that what is typed right after it goes into the bar, however fast it comes.
        Binding("slash", "find", "Find", id="viewer.find", tooltip="Find in the body", priority=True),
        Binding("n", "find_next", "Next", id="viewer.find_next", show=False, tooltip="The next hit"),
        Binding("N", "find_previous", "Previous", id="viewer.find_previous", show=False, tooltip="The hit before"),
        Binding("r", "toggle_raw", "Raw", id="viewer.raw", tooltip="Laid out, or as it was received"),
        Binding("x", "toggle_hex", "Hex", id="viewer.hex", show=False, tooltip="The bytes, or the text"),
        Binding("y", "copy_value", "Copy value", id="viewer.copy_value", tooltip="Copy the value under the cursor"),
        Binding("Y", "copy_path", "Copy path", id="viewer.copy_path", show=False, tooltip="Copy the value's JSONPath"),
        Binding(
            "enter", "toggle_fold", "Fold", id="viewer.fold", show=False, tooltip="Fold a block away, or unfold it"
        ),
        Binding("escape", "escape", "Close", id="viewer.escape", show=False, tooltip="Stop formatting; close find"),
    ]
    HELP: ClassVar[str] = (
        "The body of the answer. Arrows, hjkl, page keys, g and G move; / finds, n and N go on; r shows it as it was "
        "received, x its bytes; w wraps, # hides line numbers; Enter folds; y copies the value under the cursor, Y its "
        "JSONPath. "
        "Esc stops formatting, and closes the find bar."
    )

    class CopyRequested(Message):
        """Something is to be copied.

        Attributes:
            text: the text itself: a value as received, a string without quotes and escapes, or a path.
            what: what it is, for a sentence ("value of $.id").
        """

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

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
        body = self._body
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
        body, place, mode = self._body, self.view.place, self.mode

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the app's, unless there is something of the viewer's to stop or close; / is a letter in the bar."""
        if action == "find":
            return not (self._ready and self.bar.has_focus_within)
        if action == "escape":
            return self.loading_body or self.finding
        return super().check_action(action, parameters)

    def action_escape(self) -> None:
        """Stop formatting, or close the find bar."""
        if self.loading_body:
            self.stop_loading()
        else:
            self.close_find()

    def action_toggle_raw(self) -> None:
        """Laid out, or as it was received."""
        self.mode = "raw" if self.mode == "pretty" else "pretty"

    def action_toggle_hex(self) -> None:
        """The bytes, or the text."""
        self.mode = self._wanted if self.mode == "hex" else "hex"

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or do not."""
        self.wrap = not self.wrap

    def action_toggle_fold(self) -> None:
        """Fold the block that begins on the cursor's line, or unfold it; elsewhere fold the block around the line."""
        page = self.view.page
        if not isinstance(page, TextPage) or page.structure is None:
            self.app.bell()
        elif not self.view.unfold():
            line = page.rows.row(self.view.cursor_row).line
            self._find_out(lambda cancelled: page.block_at(line, cancelled), self._fold)

    def _fold(self, block: tuple[int, int] | None) -> None:
        if block is None:
            self.app.bell()
        else:
            self.view.fold(*block)

    def action_copy_value(self) -> None:
        """Ask for a copy of the value under the cursor; in what is no JSON, of the line."""
        body = self._body
        if body is None:
            return
        if not body.has_paths or self.mode == "hex":
            page = self.view.page
            if page is not None:
                row = page.rows.row(self.view.cursor_row)
                self.post_message(self.CopyRequested(self._received(row.start, row.end), "line"))
            return
        self._at_place(lambda place: (body.value(place), f"value of {one_line(place.path)}"), self._request_copy)

    def _request_copy(self, found: tuple[str, str] | None) -> None:
        if found is not None:
            self.post_message(self.CopyRequested(*found))
        self._locate()

    def _received(self, start: int, end: int) -> str:
        page = self.view.page
        if isinstance(page, TextPage):
            return page.document.text(start, end)
        return page.data[start:end].hex(" ") if page else ""

    def action_copy_path(self) -> None:
        """Ask for a copy of the path of the value under the cursor."""
        if self._body is None or not self._body.has_paths or self.mode == "hex":
            self.app.bell()
            return
        self._at_place(lambda place: (place.path, "path"), self._request_copy)
