"""The events of a stream, and below them all of one event's data when it is wanted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.model.body.events import EventLog
from workbench.model.body.pretty import pretty
from workbench.tui.widgets.body_viewer import CodeView
from workbench.tui.widgets.event_list import EventList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_AT_ONCE = 256 * 1024
_SHOWN = 4 * 1024 * 1024


class EventsView(Vertical):
    """A list of events with one of them opened."""

    DEFAULT_CSS = """
    EventsView {
        height: 1fr;
        & > Static { height: 1; color: $text-muted; padding: 0 1; }
        & > CodeView { display: none; height: 1fr; border-top: solid $panel; }
        & > CodeView.-open { display: block; }
    }
    """
    HELP: ClassVar[str] = EventList.HELP

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._log = EventLog()
        self._opened = -1
        self._ready = False

    def compose(self) -> ComposeResult:
        """The list, the data, a line about both."""
        yield EventList()
        yield CodeView(classes="events-data")
        yield Static("", markup=False)

    @property
    def list(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    def on_mount(self) -> None:
        """Show what came before there was a screen."""
        self._ready = True
        self.show(self._log)

    def show(self, log: EventLog) -> None:
        """Show a log; called again when it has grown."""
        if log is not self._log:
            self._opened = -1
        self._log = log
        if self._ready:
            self.list.show(log)
            self._say()

    def show_body(self, body: bytes, arrivals: Sequence[tuple[int, float]]) -> None:
        """Show the events of a whole body, which a thread finds in a large one; what is shown may be it already."""
        if self._log.received == len(body) and len(self._log):
            self.show(self._log)
        elif len(body) <= _AT_ONCE:
            self.show(EventLog.of(body, arrivals))
        else:
            self.show(EventLog())
            self._read(body, arrivals)

    @work(exclusive=True, group="events")
    async def _read(self, body: bytes, arrivals: Sequence[tuple[int, float]]) -> None:
        self.show(await asyncio.to_thread(EventLog.of, body, arrivals))

    @on(EventList.Highlighted)
    def _highlighted(self, event: EventList.Highlighted) -> None:
        event.stop()
        self._say()
        if self.query_one(CodeView).has_class("-open"):
            self._load()

    @on(EventList.Opened)
    def _toggle(self, event: EventList.Opened) -> None:
        event.stop()
        view = self.query_one(CodeView)
        view.toggle_class("-open")
        if view.has_class("-open"):
            self._load()

    def _load(self) -> None:
        """Show the data of the event under the cursor, laid out where it is JSON."""
        log, cursor = self.list.stream, self.list.cursor
        if not len(log) or log.forgotten + cursor == self._opened:
            return
        self._opened = log.forgotten + cursor
        text = log.event(cursor).data[:_SHOWN]
        data = text.encode("utf-8", "replace")
        laid_out = pretty(data, "json") if text[:1] in ("{", "[") and len(data) <= _AT_ONCE else None
        if laid_out is not None and not laid_out.reason:
            self.query_one(CodeView).load(laid_out.data.decode("utf-8"), "json")
        else:
            self.query_one(CodeView).load(text, "text")

    def _say(self) -> None:
        view = self.list
        count, gone = len(view.stream), view.stream.forgotten
        words = [f"{view.cursor + 1 + gone if count else 0:,}/{count + gone:,} events"]
        if gone:
            words.append(f"the first {gone:,} are no longer kept")
        words.append("following" if view.following else "G follows")
        self.query_one(Static).update(Content(" · ".join(words)))
