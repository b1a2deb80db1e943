"""The part of the body viewer that opens bodies and changes between pretty, raw and hex.

A large body is read and laid out in a thread, and the viewer says so meanwhile; whatever comes too late for another
body is dropped.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from workbench.model.body.lines import Cancelled
from workbench.model.body.summary import human_size
from workbench.model.visible import one_line
from workbench.tui.controllers.answer import SPINNER
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.code_view import CodeView
from workbench.tui.widgets.body_viewer.filter_bar import FilterBar
from workbench.tui.widgets.body_viewer.find_bar import FindBar
from workbench.tui.widgets.body_viewer.opening import Job, Mode, OpenBody
from workbench.tui.widgets.body_viewer.page_view import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer

    from workbench.model.body.kinds import Media
    from workbench.tui.widgets.body_viewer.pages import Page

_A_FRAME = 0.03
_TURN = 0.1
_EMPTY = Job(b"")


class LoadingViewer(Widget):
    """Notice line, text, status line, filter and find bar; opens bodies."""

    mode: reactive[Mode] = reactive[Mode]("pretty", init=False)
    wrap: reactive[bool] = reactive(default=False, init=False)

    class Loaded(Message, namespace="body_viewer"):
        """A body is on the screen.

        Attributes:
            summary: one line: what it is and how large.
            media: what it was recognised as.
            notices: what is odd about it, a sentence each.
            mode: how it is shown.
        """

        def __init__(self, body: OpenBody, mode: Mode) -> None:
            super().__init__()
            self.summary: str = body.reading.summary
            self.media: Media = body.reading.media
            self.notices: tuple[str, ...] = body.reading.notices
            self.mode = mode

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._job = self._given = _EMPTY  # the second with its content coding
        self._body: OpenBody | None = None
        self._wanted: Mode = "pretty"
        self._stop = Stop()
        self._ready = False
        self._said, self._turns = "", 0
        self._spinner: Timer | None = None
        self._unfinished = False  # what is shown is still to be indented

    def compose(self) -> ComposeResult:
        """Notice, text, status and two bars, of which the text takes what the others leave."""
        yield Static("", id="viewer-notice", markup=False)
        text = CodeView(id="viewer-text")
        yield text
        yield Static("", id="viewer-status", markup=False)
        yield FilterBar(text, id="viewer-filter")
        yield FindBar(text, id="viewer-find")

    def on_mount(self) -> None:
        """Open what was shown before there was a screen."""
        self._ready = True
        self.view.wrap = self.wrap
        self.watch(self.view, "wrap", self._wrap_changed, init=False)
        self._open()

    @property
    def view(self) -> CodeView:
        """The text."""
        return self.query_one(CodeView)

    @property
    def body_bytes(self) -> bytes:
        """The body exactly as it was received: what copy, save and compare use."""
        return self._job.data

    @property
    def media(self) -> Media | None:
        """What the body is, with the suffix for a file of it; None while it is being read."""
        return self._body.reading.media if self._body else None

    @property
    def small(self) -> bool:
        """Whether work on the whole body may be done at once, packed as it came and unpacked as it is shown."""
        content = self._body.reading.content if self._body else b""
        return max(len(self._job.data), len(content)) <= AT_ONCE

    @property
    def indenting(self) -> bool:
        """Whether the body is shown as it is and will be indented."""
        return self._unfinished and self._body is not None

    @property
    def loading_body(self) -> bool:
        """Whether a body is being read or laid out."""
        return self.indenting or (not self._stop.is_set and self._body is None and self._ready)

    def show(self, data: bytes, *, content_type: str = "", content_encoding: str = "", truncated: bool = False) -> None:
        """Show a body. Returns at once; `Loaded` follows.

        Args:
            data: the body as received.
            content_type: its header's value; "" for none.
            content_encoding: likewise; gzip and deflate are unpacked, anything else stays and is named.
            truncated: the reader stopped before the end.
        """
        self._job = self._given = Job(data, content_type, content_encoding, truncated)
        self._open()

    def clear(self) -> None:
        """Show nothing."""
        self._job = self._given = _EMPTY
        self._open()

    def _open(self) -> None:
        """Begin with the job at hand, and forget whatever was shown before."""
        self._body, self._unfinished = None, False
        stop = self._restart()
        if not self._ready:
            return
        self.body_changed()
        job, wanted = self._job, self._wanted
        if len(job.data) <= AT_ONCE and not job.content_encoding:
            body = OpenBody(job.read())
            self._present(body, body.possible(wanted), body.page(body.possible(wanted)), 0)
            return
        self.view.clear()
        self._notice([f"formatting {human_size(len(job.data))}… Esc shows it raw"], busy=True)
        self._unfinished = slow = job.slow

        def prepare() -> tuple[OpenBody, Mode, Page, int]:
            body = OpenBody((job._replace(layout=False) if slow else job).read(stop.asked))
            return body, body.possible(wanted), body.page(body.possible(wanted), stop.asked), 0

        self._present_later(prepare, stop)

    def _indent(self) -> None:
        """Lay out what is shown as it is so far, and show that in its place; Esc leaves it as it is."""
        before, job, stop = self._body, self._job, self._restart()
        if before is None:
            return
        what = f"indenting {human_size(len(job.data))}… Esc leaves it as it is"
        self._notice([what, *before.reading.notices], busy=True)
        self.refresh_bindings()

        def prepare() -> tuple[OpenBody, Mode, Page, int]:
            body, mode = OpenBody(job.read(stop.asked)), before.possible(self.mode)
            return body, mode, body.page(mode, stop.asked), body.moved(self.view.place, "raw", mode, stop.asked)

        self._present_later(prepare, stop, finished=True)

    def _restart(self) -> Stop:
        """Stop the work under way; the flag for the next."""
        self._stop.set()
        self._stop = Stop()
        return self._stop

    @work(group="body", exclusive=True)
    async def _present_later(
        self,
        prepare: Callable[[], tuple[OpenBody, Mode, Page, int]],
        stop: Stop,
        *,
        finished: bool = False,
    ) -> None:
        """Let a frame with the notice be painted, work, and show the result unless something else came up."""
        try:
            await asyncio.sleep(_A_FRAME)
            result = await asyncio.to_thread(prepare)
        except Cancelled:
            return
        except asyncio.CancelledError:
            stop.set()
            raise
        if stop is self._stop:
            self._unfinished = self._unfinished and not finished
            self._present(*result)

    def _present(self, body: OpenBody, mode: Mode, page: Page, place: int) -> None:
        self._stop.set()
        fresh = self._body is None
        self._body = body
        self.set_reactive(LoadingViewer.mode, mode)
        self.view.show_page(page, place=place)
        coding = "" if self._job.content_encoding else one_line(self._given.content_encoding[:40])
        packed = [f"as received, content-encoding {coding}: z decodes it"] if coding else []
        self._notice([*packed, *body.reading.notices])
        self.page_changed()
        self.refresh_bindings()
        if fresh and self._job is not _EMPTY:
            self.post_message(self.Loaded(body, mode))
        if self._unfinished and mode != "hex":
            self._indent()

    def _notice(self, notices: Sequence[str], *, busy: bool = False) -> None:
        """Say what is odd about the body, or what is being done; `busy`: something turns until the next word."""
        self._said = " · ".join(notices)
        self._turns = 0
        line = self.query_one("#viewer-notice", Static)
        line.display = bool(notices)
        line.update(Content(self._said))
        if self._spinner is not None:
            (self._spinner.resume if busy else self._spinner.pause)()
        elif busy:
            self._spinner = self.set_interval(_TURN, self._turn)

    def _turn(self) -> None:
        """Show that the work goes on."""
        mark = SPINNER[self._turns % len(SPINNER)]
        self._turns += 1
        self.query_one("#viewer-notice", Static).update(Content(f"{mark} {self._said}"))

    def body_changed(self) -> None:
        """Called when another body is about to be shown."""

    def page_changed(self) -> None:
        """Called when another page is on the screen."""

    def _wrap_changed(self, wrap: bool) -> None:
        """The text's own key has changed it."""
        self.wrap = wrap

    def watch_wrap(self) -> None:
        """Wrap long lines, or do not."""
        if self._ready:
            self.view.wrap = self.wrap

    def stop_loading(self) -> None:
        """Give up laying out, and show the body raw."""
        if self.indenting and self._body is not None:
            self._unfinished = False
            self._restart()
            self._notice(self._body.reading.notices)
            self.refresh_bindings()
            return
        self._job = self._job._replace(layout=False)
        self._open()
