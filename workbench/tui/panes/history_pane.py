"""The past: calls under way, this run's sends, and those of earlier runs, newest first; a search narrows it.

It shows what it is given; what is chosen or looked for comes up as a message.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers.answer import SPINNER, Flight, mark_of_line, seconds
from workbench.tui.controllers.archive import LISTED
from workbench.tui.controllers.history import History, Past, lines
from workbench.tui.controllers.workspace import Ref
from workbench.tui.steady import is_there

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from workbench.model.history import Line

_STYLES = {"✓": "$text-success", "!": "$text-warning", "✗": "$text-error"}
_TICK = 0.2
_TYPED = 0.15
"""Seconds after the last key before a search begins."""


class HistoryList(OptionList):
    """The list itself, with a reader's keys beside the arrows."""

    HELP: ClassVar[str] = (
        "Every send, failures and cancels too, of earlier days as well; calls under way stand at the top. Enter shows "
        "one, / searches, r sends it again, c compares it, delete forgets it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
        *bindings("history"),
    ]


class HistorySearch(Input):
    """The line to search with; Esc closes it and shows everything."""

    HELP: ClassVar[str] = (
        "Words are looked for everywhere; status:5xx status:error service:NAME method:POST env:NAME id:ID since:2h "
        "until:2026-11-25 narrow it. Enter or down goes to the list, Esc shows everything again."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("down", "go_down", "To the list", show=False),
    ]

    class Closed(Message):
        """The search is over."""

    class Left(Message):
        """The list is to have the focus."""

    def action_close(self) -> None:
        """Everything again."""
        self.post_message(self.Closed())

    def action_go_down(self) -> None:
        """Into the list."""
        self.post_message(self.Left())


class HistoryPane(Widget):
    """The list of sends, with a line to search above it."""

    history: reactive[History] = reactive(History())
    past: reactive[Past] = reactive(Past())
    flights: reactive[Mapping[Ref, Flight]] = reactive[Mapping[Ref, Flight]](dict)
    clock: var[Callable[[], float]] = var(lambda: time.monotonic)

    class PastSelected(Message):
        """A send was chosen, by its key."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    class FlightSelected(Message):
        """A call under way was chosen."""

        def __init__(self, ref: Ref) -> None:
            self.ref = ref
            super().__init__()

    class SearchChanged(Message):
        """Something else is looked for; an empty query is everything."""

        def __init__(self, query: str) -> None:
            self.query = query
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._flying: tuple[Ref, ...] = ()
        self._listed: tuple[Line, ...] = ()
        self._frame = 0
        self._waiting: Timer | None = None

    @property
    def highlighted(self) -> str:
        """The key of the send under the cursor; empty on a call under way or an empty list."""
        at = self.query_one(HistoryList).highlighted
        at = -1 if at is None else at - len(self._flying)
        return self._listed[at].key if 0 <= at < len(self._listed) else ""

    def compose(self) -> ComposeResult:
        """The line, the list, and the sentence that stands in for it."""
        self.border_title = "History"
        yield HistorySearch(id="history-search", compact=True, placeholder="words, status:5xx, since:2h …")
        yield HistoryList(id="history", compact=True)
        yield Static("no sends yet", id="history-note", markup=False)

    def on_mount(self) -> None:
        """Show the first state, and keep the times of calls under way running."""
        self.query_one(HistorySearch).display = False
        self._ticking = self.set_interval(_TICK, self._tick, pause=True)
        self._show()

    def watch_history(self) -> None:
        """One more send."""
        self._show()

    def watch_past(self) -> None:
        """The list from the disk came."""
        self._show()

    def watch_flights(self, before: Mapping[Ref, Flight], now: Mapping[Ref, Flight]) -> None:
        """A call began, went on or ended."""
        if before.keys() != now.keys():
            self._show()

    def open_search(self) -> None:
        """Give the focus to the line to search with."""
        search = self.query_one(HistorySearch)
        search.display = True
        search.focus()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        options = self.query_one(HistoryList)
        key, at = self.highlighted, options.highlighted
        self._flying = () if self.past.query else tuple(self.flights)
        found = lines(self.history, self.past)
        self._listed = tuple(found[:LISTED])
        today = datetime.now().astimezone().date().isoformat()
        rows = [Option(self._flight_line(ref)) for ref in self._flying]
        rows += [Option(_line(line, today)) for line in self._listed]
        if len(found) >= LISTED:
            rows.append(Option(Content("older ones: / searches them"), disabled=True))
        options.clear_options()
        options.add_options(rows)
        keys = [line.key for line in self._listed]
        if rows:
            # The cursor stays on its entry; at the top it stays at the top, where the newest comes.
            options.highlighted = len(self._flying) + keys.index(key) if at and key in keys else 0
        options.display = bool(rows)
        note = self.query_one("#history-note", Static)
        note.update(Content(one_line(self.past.wrong or ("nothing fits" if self.past.query else "no sends yet"))))
        note.display = not rows or bool(self.past.query and self.past.wrong)
        if self._flying:
            self._ticking.resume()
        else:
            self._ticking.pause()

    def _tick(self) -> None:
        self._frame = (self._frame + 1) % len(SPINNER)
        options = self.query_one(HistoryList)
        for at, ref in enumerate(self._flying):
            if ref in self.flights and at < options.option_count:
                options.replace_option_prompt_at_index(at, self._flight_line(ref))

    def _flight_line(self, ref: Ref) -> Content:
        flight = self.flights[ref]
        elapsed = seconds(max(0.0, self.clock() - flight.since))
        return Content.assemble(
            Content.styled(SPINNER[self._frame], "$text-accent"),
            " ",
            Content.styled(one_line(flight.title), "bold"),
            f" {one_line(flight.doing)} {elapsed}",
        )

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        at = event.option_index
        if not is_there(event):
            return
        if at < len(self._flying):
            self.post_message(self.FlightSelected(self._flying[at]))
        else:
            self.post_message(self.PastSelected(self._listed[at - len(self._flying)].key))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_TYPED, lambda: self.post_message(self.SearchChanged(event.value)))

    @on(Input.Submitted)
    @on(HistorySearch.Left)
    def _to_the_list(self, event: Message) -> None:
        event.stop()
        if self.query_one(HistoryList).display:
            self.query_one(HistoryList).focus()

    @on(HistorySearch.Closed)
    def _search_closed(self, event: HistorySearch.Closed) -> None:
        event.stop()
        search = self.query_one(HistorySearch)
        search.value = ""
        search.display = False
        if self._waiting is not None:
            self._waiting.stop()
        self.post_message(self.SearchChanged(""))
        self.query_one(HistoryList).focus()


def _line(line: Line, today: str) -> Content:
    mark = mark_of_line(line)
    what = line.kind.replace("_", " ") if line.kind or line.status is None else str(line.status)
    when = _when(line.started, today)
    return Content.assemble(
        Content.styled(mark or "–", _STYLES.get(mark, "$text-muted")),
        f" {one_line(line.method)} ",
        Content.styled(one_line(line.id or line.path), "bold"),
        f" {one_line(what)} {seconds(line.elapsed)}",
        Content.styled(f"  {when}", "dim"),
    )


def _when(started: str, today: str) -> str:
    """The time of day today; the date before."""
    try:
        moment = datetime.fromisoformat(started).astimezone()
    except ValueError:
        return ""
    return f"{moment:%H:%M}" if moment.date().isoformat() == today else f"{moment:%d %b}"
