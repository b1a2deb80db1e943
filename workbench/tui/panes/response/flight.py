"""What the response pane shows while a call is under way: what it does, how long, and what has come of its body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.model.visible import one_line, visible
from workbench.tui.controllers.answer import SPINNER, seconds, size
from workbench.tui.panes.response.events import EventsView

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from workbench.tui.controllers.answer import Flight


class FlightView(Vertical):
    """A line that moves, and below it events or the end of a text."""

    DEFAULT_CSS = """
    FlightView {
        & > EventsView { display: none; margin: 1 0 0 0; }
        &.-events > EventsView { display: block; }
        &.-events > #flight-scroll { display: none; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._frame = 0

    def compose(self) -> ComposeResult:
        """The line and the text; the events when there are some."""
        yield Static("", id="flight-line", markup=False)
        with VerticalScroll(id="flight-scroll"):
            yield Static("", id="flight-tail", markup=False)

    @property
    def events(self) -> EventsView | None:
        """The events that have come; None before the first stream."""
        return next(iter(self.query(EventsView)), None)

    def show(self, flight: Flight) -> None:
        """Show how far a call is."""
        self.set_class(flight.events is not None, "-events")
        if flight.events is not None:
            events = self.events
            if events is None:
                events = EventsView(id="flight-events")
                _ = self.mount(events)  # it shows by itself when it is there
            events.show(flight.events)
            return
        self.query_one("#flight-tail", Static).update(Content(visible(flight.tail.decode("utf-8", "replace"))))
        self.query_one("#flight-scroll", VerticalScroll).scroll_end(animate=False)

    def tick(self, flight: Flight, now: float) -> None:
        """Move the line on."""
        self._frame = (self._frame + 1) % len(SPINNER)
        received = f" · {size(flight.received)} so far" if flight.received else ""
        keys = "S stops, esc cancels" if flight.received else "esc cancels"
        elapsed = seconds(max(0.0, now - flight.since))
        text = f"{SPINNER[self._frame]} {flight.doing} {elapsed}{received} · {keys}"
        self.query_one("#flight-line", Static).update(Content(one_line(text)))
