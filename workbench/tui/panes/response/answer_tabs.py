"""The tabs of an answer: its body, headers, tests, envelope and timing, its events, or what went wrong.

They are large, and nothing is in them before the first answer: `ResponsePane` makes them after the first frame.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import TabbedContent, TabPane

from workbench.tui.controllers.answer import content_type, is_event_stream, label_of_tests
from workbench.tui.panes.response import texts
from workbench.tui.panes.response.countdown import Countdown
from workbench.tui.panes.response.events import EventsView
from workbench.tui.panes.response.fitted_text import FittedText
from workbench.tui.panes.response.headers_tab import HeadersTable
from workbench.tui.widgets.body_viewer import BodyViewer, CodeView
from workbench.tui.widgets.body_viewer.page_view import AT_ONCE

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from workbench.model.envelope import Envelope
    from workbench.model.exchange import Exchange, ServiceResponse
    from workbench.model.secrets import Redactor

_ENVELOPE_LEXER = "yaml"
"""It takes `name: value` and JSON alike, and marks no line between them as an error."""


class Reading(VerticalScroll, can_focus=True):
    """A text that scrolls, with the keys of a reader."""

    HELP: ClassVar[str] = "Arrows, j, k and page keys scroll; left and right on the tabs change the tab."


class AnswerTabs(TabbedContent):
    """One outcome in tabs."""

    def __init__(self, redactor: Redactor, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._redactor = redactor
        self.exchange: Exchange | None = None

    def compose(self) -> ComposeResult:
        """Every tab with what it needs; those of a stream's events are made for the first stream."""
        for pane in (
            TabPane(
                "Problem",
                Reading(FittedText(id="problem-text"), Countdown(id="problem-wait")),
                id="tab-problem",
            ),
            TabPane("Events", id="tab-events"),
            TabPane("Body", BodyViewer(id="response-body"), id="tab-body"),
            TabPane("Headers", HeadersTable(id="response-headers"), id="tab-headers"),
            TabPane("Tests", Reading(FittedText(id="tests-text")), id="tab-tests"),
            TabPane("Envelope", CodeView(id="response-envelope"), id="tab-envelope"),
            TabPane("Timing", Reading(FittedText(id="timing-text")), id="tab-timing"),
        ):
            self.compose_add_child(pane)
        yield from super().compose()

    def show(self, exchange: Exchange, watched: EventsView | None) -> None:
        """Show an outcome.

        Args:
            exchange: the outcome.
            watched: the events that were shown while they came, if there were any.
        """
        self.exchange = exchange
        response, failure = exchange.response, exchange.error
        self._choose(exchange)
        self.get_tab("tab-tests").label = Content(label_of_tests(exchange))
        if failure is not None:
            self._fitted("problem").show(partial(texts.problem, exchange, failure, self._redactor))
            self.query_one(Countdown).begin(exchange)
        if response is not None:
            if is_event_stream(response):
                self._show_events(response, watched)
            self.query_one(BodyViewer).show(
                response.body,
                content_type=content_type(response),
                content_encoding=response.header("content-encoding") or "",
                truncated=response.truncated,
            )
            self.query_one(HeadersTable).load(self._redactor.headers(response.headers))
            self._fitted("tests").show(partial(texts.tests, exchange, self._redactor))
        else:
            self.query_one(BodyViewer).clear()
            self.query_one(HeadersTable).load(())
        if exchange.envelope is not None:
            self._show_envelope(exchange, exchange.envelope)
            self._fitted("timing").show(partial(texts.timing, exchange))

    def _fitted(self, name: str) -> FittedText:
        return self.query_one(f"#{name}-text", FittedText)

    def _choose(self, exchange: Exchange) -> None:
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
            self.show_tab(name)
        first = next((name for name in ("tab-problem", "tab-events") if there[name]), None)
        if first is not None:
            self.active = first
        elif not there.get(self.active, False):
            self.active = "tab-body"
        for name in (name for name, shown in there.items() if not shown):
            self.hide_tab(name)

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
        if exchange is self.exchange:
            view.load(text, _ENVELOPE_LEXER)

    def _show_events(self, response: ServiceResponse, watched: EventsView | None) -> None:
        """Show the events of a stream; those that were watched as they came are at hand."""
        shown = next(iter(self.query_one("#tab-events").query(EventsView)), None)
        if shown is None:
            shown = EventsView(id="response-events")
            _ = self.query_one("#tab-events").mount(shown)  # it shows by itself when it is there
        if watched is not None and watched.list.stream.received == len(response.body):
            shown.show(watched.list.stream)
        else:
            shown.show_body(response.body, response.arrivals)
