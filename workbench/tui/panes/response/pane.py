"""The response pane: the outcome of the request that is shown, and never another's.

It gets one frozen `Answer` and draws it; what the user wants done comes up as messages. It sends nothing, saves nothing
and asks no other pane anything.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive, var
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from workbench.model.visible import one_line
from workbench.tui.actions import bindings
from workbench.tui.controllers.answer import (
    MARKS,
    Answer,
    came_to,
    from_history,
    headline,
    mood_of,
)
from workbench.tui.panes.response import texts
from workbench.tui.panes.response.answer_tabs import AnswerTabs
from workbench.tui.panes.response.flight import FlightView
from workbench.tui.widgets.body_viewer import BodyViewer
from workbench.tui.widgets.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from workbench.model.secrets import Redactor

_MOODS = ("good", "warn", "bad")
_TICK = 0.1
_AROUND_TITLE = 4
"""Cells of a border that its title does not get."""
_SHORTEST_NAME = 8


class ResponsePane(Widget):
    """One request's outcome: body, headers, tests, envelope, timing, or what went wrong."""

    HELP: ClassVar[str] = (
        "The answer to the request above, with two statuses: the container's, out of the envelope, and the platform's, "
        "of the call that carried it. After an edit it says that the request has changed since. s saves the body's "
        "exact bytes."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("response"),
        # With priority, so that what is typed right after it goes into the line, however fast it comes.
        Binding("slash", "find", "Find", id="response.find", show=False, tooltip="Find in the body", priority=True),
    ]

    answer: reactive[Answer] = reactive(Answer(), init=False)
    welcome: var[str] = var("")  # stands where the answer will, until the first one comes
    begin: reactive[str] = reactive("", init=False)  # stands there while there is no request
    clock: var[Callable[[], float]] = var(lambda: time.monotonic)  # the screen's clock, for the time in flight

    def __init__(self, redactor: Redactor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._redactor = redactor
        self._tabs = AnswerTabs(redactor, id="response-tabs")

    def compose(self) -> ComposeResult:
        """One of three: nothing yet, a call under way, the tabs; those at once only where an answer waits for them."""
        yield Told(id="response-note")
        with ContentSwitcher(initial="response-empty", id="response-switch"):
            yield Told(id="response-empty")
            yield FlightView(id="response-flight")
            if self.answer.entry is not None:
                yield self._tabs

    def on_mount(self) -> None:
        """Show what there is, and keep the time in flight running."""
        self.set_interval(_TICK, self._tick)
        self.watch_answer()

    @work(group="tabs")
    async def prepare(self) -> None:
        """Make the tabs if that has not begun, and show in them the answer that has come meanwhile."""
        if self.is_attached and not self._tabs.is_attached:  # nothing is while the app is leaving
            await self.query_one("#response-switch", ContentSwitcher).add_content(self._tabs)
            if self.answer.entry is not None:
                self.watch_answer()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The body finds by itself, and / is a letter in its lines."""
        if action == "find":
            return not any(viewer.has_focus_within for viewer in self.query(BodyViewer))
        return super().check_action(action, parameters)

    def action_find(self) -> None:
        """Find in the body, from any other place of the pane."""
        if not self.find():
            self.app.bell()

    def find(self) -> bool:
        """Open the line to find something with in the body that is shown; False where there is none."""
        shown = self._tabs.exchange if self._tabs.is_mounted and self.answer.flight is None else None
        if shown is None or shown.response is None:
            return False
        self._tabs.active = "tab-body"
        self._tabs.query_one(BodyViewer).action_find()
        return True

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
        self._entitle()
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
            self.query_one("#response-empty", Told).say(text)
            switch.current = "response-empty"
            self._tabs.exchange = None
        elif not self._tabs.is_mounted:
            self.prepare()  # and then again
        else:
            self.welcome = ""
            flown = self.query_one(FlightView)
            watched = flown.has_focus_within
            if exchange is not self._tabs.exchange:
                self._tabs.show(exchange, flown.events)
            switch.current = "response-tabs"
            if watched:
                self.call_after_refresh(self._focus_tab)

    def on_resize(self) -> None:
        """The title has another width."""
        self._entitle()

    def _entitle(self) -> None:
        """Whose answer it is and what it came to; where both do not fit, the name is what gets shorter."""
        parts = headline(self.answer)
        if not parts:
            self.border_title = "Response"
            return
        entry, flying = self.answer.entry, self.answer.flight is not None
        shown = entry.exchange if entry and not flying else None
        mark = MARKS[mood_of(shown)] if shown else ""
        name, *rest = (Content(one_line(part)) for part in parts)
        head = f"Response ─ {mark} " if mark else "Response ─ "
        told = sum(len(" · ") + len(part) for part in (came_to(shown) if shown else parts[1:]))
        room = self.outer_size.width - len(head) - told - _AROUND_TITLE
        name = name.truncate(max(_SHORTEST_NAME, room), ellipsis=True) if self.outer_size.width else name
        self.border_title = Content(" · ").join([Content(head) + name, *rest])

    def _note(self, answer: Answer) -> None:
        notes = []
        if answer.entry is not None and answer.flight is None:
            if answer.past:
                notes.append(f"● {from_history(answer)}")
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
        note = self.query_one("#response-note", Told)
        note.display = bool(notes)
        note.say(one_line(" · ".join(notes)))

    def _focus_tab(self) -> None:
        """Give the focus that a stream had to what has come of it."""
        tab = self._tabs.active_pane
        place = next((widget for widget in tab.query("*") if widget.focusable), None) if tab else None
        if place is not None:
            place.focus()

    def _tick(self) -> None:
        flight = self.answer.flight
        if flight is None:
            return
        self.query_one(FlightView).tick(flight, self.clock())
