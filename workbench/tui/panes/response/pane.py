"""The response pane: the outcome of the request that is shown, and never another's.

It gets one frozen `Answer` and draws it; what the user wants done comes up as messages. It sends nothing, saves nothing
and asks no other pane anything.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static, TabbedContent, TabPane

from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers.answer import (
    MARKS,
    Answer,
    content_type,
    headline,
    is_event_stream,
    label_of_tests,
    mood_of,
)
from workbench.tui.panes.response import texts
from workbench.tui.panes.response.countdown import Countdown
from workbench.tui.panes.response.events import EventsView
from workbench.tui.panes.response.flight import FlightView
from workbench.tui.panes.response.headers_tab import HeadersTable
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView
from workbench.tui.widgets.body_viewer.page_view import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from workbench.model.envelope import Envelope
    from workbench.model.exchange import Exchange, ServiceResponse
    from workbench.model.secrets import Redactor

_MOODS = ("good", "warn", "bad")
_TICK = 0.1


class Reading(VerticalScroll, can_focus=True):
    """A text that scrolls, with the keys of a reader."""

    HELP: ClassVar[str] = "Arrows, j, k and page keys scroll; left and right on the tabs change the tab."


_ENVELOPE_LEXER = "yaml"
"""It takes `name: value` and JSON alike, and marks no line between them as an error."""


class ResponsePane(Widget):
    """One request's outcome: body, headers, tests, envelope, timing, or what went wrong."""

    HELP: ClassVar[str] = (
        "The answer to the request above, with two statuses: the container's, out of the envelope, and the platform's, "
        "of the call that carried it. After an edit it says that the request has changed since. s saves the body's "
        "exact bytes."
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("response")]

    answer: reactive[Answer] = reactive(Answer(), init=False)
    welcome: var[str] = var("")  # stands where the answer will, until the first one comes
    begin: reactive[str] = reactive("", init=False)  # stands there while there is no request
    clock: var[Callable[[], float]] = var(lambda: time.monotonic)  # the screen's clock, for the time in flight

    def __init__(self, redactor: Redactor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._redactor = redactor
        self._shown: Exchange | None = None

    def compose(self) -> ComposeResult:
        """One of three: nothing yet, a call under way, the tabs."""
        yield Static("", id="response-note", markup=False)
        with ContentSwitcher(initial="response-empty", id="response-switch"):
            yield Static("", id="response-empty", markup=False)
            yield FlightView(id="response-flight")
            with TabbedContent(id="response-tabs"):
                with TabPane("Problem", id="tab-problem"), Reading():
                    yield Static("", id="problem-text")
                    yield Countdown(id="problem-wait")
                yield TabPane("Events", id="tab-events")
                with TabPane("Body", id="tab-body"):
                    yield BodyViewer(id="response-body")
                with TabPane("Headers", id="tab-headers"):
                    yield HeadersTable(id="response-headers")
                with TabPane("Tests", id="tab-tests"), Reading():
                    yield Static("", id="tests-text")
                with TabPane("Envelope", id="tab-envelope"):
                    yield CodeView(id="response-envelope")
                with TabPane("Timing", id="tab-timing"), Reading():
                    yield Static("", id="timing-text")

    def on_mount(self) -> None:
        """Show what there is, and keep the time in flight running."""
        self.set_interval(_TICK, self._tick)
        self.watch_answer()

    def watch_begin(self) -> None:
        """There is a request by now, or none any more."""
        if self.is_mounted:
            self.watch_answer()

    def watch_answer(self) -> None:
        """Draw the answer that came down."""
        answer = self.answer
        exchange = answer.entry.exchange if answer.entry else None
        mood = mood_of(exchange) if exchange and not answer.flight else "none"
        for each in _MOODS:
            self.set_class(mood == each, f"-{each}")
        parts = ["Response", *headline(answer)]
        title = " · ".join(parts[1:])
        mark = f"{MARKS[mood]} " if MARKS[mood] else ""
        self.border_title = Content(one_line(f"Response ─ {mark}{title}" if title else "Response"))
        self._note(answer)
        switch = self.query_one("#response-switch", ContentSwitcher)
        flight = answer.flight
        if flight is not None:
            switch.current = "response-flight"
            self.query_one(FlightView).show(flight)
            self._tick()
        elif exchange is None:
            text = "not sent yet: F5 sends it" if answer.title else "no request is selected"
            if self.begin and not answer.title:
                text = self.begin
            text = f"{self.welcome}\n\n{text}" if self.welcome else text
            self.query_one("#response-empty", Static).update(Content(text))
            switch.current = "response-empty"
            self._shown = None
        else:
            self.welcome = ""
            watched = self.query_one(FlightView).has_focus_within
            if exchange is not self._shown:
                self._load(exchange)
            switch.current = "response-tabs"
            if watched:
                self.call_after_refresh(self._focus_tab)

    def _note(self, answer: Answer) -> None:
        notes = []
        if answer.entry is not None and answer.flight is None:
            if answer.changed:
                notes.append("● the request has changed since this answer")
            if answer.elsewhere:
                notes.append(f"● this answer is from {answer.elsewhere}")
            if answer.entry.body_dropped:
                notes.append("the body was dropped to keep the memory bounded")
            response = answer.entry.exchange.response
            if response is not None and response.notice:
                notes.append(self._redactor.redact(response.notice))
            if response is not None and texts.holds_secret(response, self._redactor):
                notes.append("● this body holds one of your secrets")
        note = self.query_one("#response-note", Static)
        note.display = bool(notes)
        note.update(Content(one_line(" · ".join(notes))))

    def _load(self, exchange: Exchange) -> None:
        self._shown = exchange
        tabs = self.query_one("#response-tabs", TabbedContent)
        response, failure = exchange.response, exchange.error
        self._choose_tabs(tabs, exchange)
        tabs.get_tab("tab-tests").label = Content(label_of_tests(exchange))
        if failure is not None:
            self.query_one("#problem-text", Static).update(texts.problem(exchange, failure, self._redactor))
            self.query_one(Countdown).begin(exchange)
        if response is not None:
            if is_event_stream(response):
                self._show_events(response)
            self.query_one(BodyViewer).show(
                response.body,
                content_type=content_type(response),
                content_encoding=response.header("content-encoding") or "",
                truncated=response.truncated,
            )
            self.query_one(HeadersTable).load(self._redactor.headers(response.headers))
            self.query_one("#tests-text", Static).update(texts.tests(exchange, self._redactor))
        else:
            self.query_one(BodyViewer).clear()
            self.query_one(HeadersTable).load(())
        if exchange.envelope is not None:
            self._show_envelope(exchange, exchange.envelope)
            self.query_one("#timing-text", Static).update(texts.timing(exchange))

    @staticmethod
    def _choose_tabs(tabs: TabbedContent, exchange: Exchange) -> None:
        """Show the tabs that have something, with the one in front that matters most.

        It comes to the front before any is hidden: hiding the front one would bring another there, a moment later.
        """
        response, sent = exchange.response, exchange.envelope is not None
        there = {
            "tab-problem": exchange.error is not None,
            "tab-events": response is not None and is_event_stream(response),
            "tab-body": response is not None,
            "tab-headers": response is not None,
            "tab-tests": response is not None,
            "tab-envelope": sent,
            "tab-timing": sent,
        }
        for name in (name for name, shown in there.items() if shown):
            tabs.show_tab(name)
        first = next((name for name in ("tab-problem", "tab-events") if there[name]), None)
        if first is not None:
            tabs.active = first
        elif not there.get(tabs.active, False):
            tabs.active = "tab-body"
        for name in (name for name, shown in there.items() if not shown):
            tabs.hide_tab(name)

    def _show_envelope(self, exchange: Exchange, envelope: Envelope) -> None:
        """Show what was sent and received; around a large body that is put together in a thread."""
        view = self.query_one("#response-envelope", CodeView)
        if len(envelope.body or b"") <= AT_ONCE:
            view.load(texts.envelope(exchange, self._redactor), _ENVELOPE_LEXER)
        else:
            view.load("preparing…", "text")
            self._show_large_envelope(exchange, view)

    @work(group="envelope", exclusive=True)
    async def _show_large_envelope(self, exchange: Exchange, view: CodeView) -> None:
        text = await asyncio.to_thread(texts.envelope, exchange, self._redactor)
        if exchange is self._shown:
            view.load(text, _ENVELOPE_LEXER)

    def _show_events(self, response: ServiceResponse) -> None:
        """Show the events of a stream; those that were watched as they came are at hand."""
        watched = self.query_one(FlightView).events
        shown = next(iter(self.query_one("#tab-events").query(EventsView)), None)
        if shown is None:
            shown = EventsView(id="response-events")
            _ = self.query_one("#tab-events").mount(shown)  # it shows by itself when it is there
        if watched is not None and watched.list.stream.received == len(response.body):
            shown.show(watched.list.stream)
        else:
            shown.show_body(response.body, response.arrivals)

    def _focus_tab(self) -> None:
        """Give the focus that a stream had to what has come of it."""
        tab = self.query_one("#response-tabs", TabbedContent).active_pane
        place = next((widget for widget in tab.query("*") if widget.focusable), None) if tab else None
        if place is not None:
            place.focus()

    def _tick(self) -> None:
        flight = self.answer.flight
        if flight is None:
            return
        self.query_one(FlightView).tick(flight, self.clock())
