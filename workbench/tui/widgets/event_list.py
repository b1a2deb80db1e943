"""A list of server-sent events that may still grow: number, time since the call began, type, the data on one line.

Paints what is on the screen and asks the log for just that, so that 100,000 events are as smooth as ten. It follows the
end until one goes elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from workbench.model.body.events import EventLog
from workbench.model.visible import one_line

if TYPE_CHECKING:
    from textual import events

_SHOWN = 500
_KEPT = 256
_KIND = 12


class EventList(ScrollView, can_focus=True, inherit_bindings=False):
    """The events of one log."""

    DEFAULT_CSS = """
    EventList {
        height: 1fr; color: $foreground; background: $surface; overflow-x: hidden; scrollbar-size: 1 1;
        & > .event-list--time { color: $text-muted; }
        & > .event-list--kind { color: $text-accent; }
        & > .event-list--cursor { background: $boost; }
        &:focus > .event-list--cursor { background: $primary-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event-list--time",
        "event-list--kind",
        "event-list--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", id="events.up", show=False, tooltip="One event up"),
        Binding("down,j", "move(1)", "Down", id="events.down", show=False, tooltip="One event down"),
        Binding("pageup", "page(-1)", "Page up", id="events.page_up", show=False, tooltip="One page up"),
        Binding("pagedown", "page(1)", "Page down", id="events.page_down", show=False, tooltip="One page down"),
        Binding("g,home", "first", "First", id="events.first", show=False, tooltip="The first event"),
        Binding(
            "G,end", "follow", "Follow", id="events.follow", show=False, tooltip="The last event, and those to come"
        ),
        Binding("enter,space", "open", "Open", id="events.open", tooltip="Show all of the event's data, or no longer"),
        Binding("y", "copy", "Copy data", id="events.copy", show=False, tooltip="Copy the event's data"),
    ]
    HELP: ClassVar[str] = (
        "The events of the stream, with the time since the call began. Arrows, j, k, page keys and g move; G goes to "
        "the last one and follows those to come. Enter shows all of an event's data, y copies it, S stops the stream "
        "and keeps what has come."
    )

    following: reactive[bool] = reactive(default=True, init=False)
    cursor: reactive[int] = reactive(0, init=False)

    class Highlighted(Message):
        """The cursor is on another event."""

        def __init__(self, view: EventList) -> None:
            super().__init__()
            self.view = view

    class Opened(Message):
        """All of an event's data is wanted, or no longer."""

    class CopyRequested(Message):
        """An event's data is to be copied."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._log = EventLog()
        self._forgotten = 0
        self._strips: LRUCache[tuple[object, ...], Strip] = LRUCache(_KEPT)

    @property
    def stream(self) -> EventLog:
        """What is shown."""
        return self._log

    def show(self, log: EventLog) -> None:
        """Show a log; called again when it has grown."""
        if log is not self._log:
            self._log, self._forgotten = log, log.forgotten
            self._strips.clear()
            self.set_reactive(EventList.following, True)  # noqa: FBT003 - by position only
            self.set_reactive(EventList.cursor, 0)
        gone = log.forgotten - self._forgotten
        self._forgotten = log.forgotten
        self.virtual_size = Size(self.size.width, len(log))
        if self.following:
            self._go(len(log) - 1)
        elif gone:
            self._go(self.cursor - gone)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One event."""
        number = round(self.scroll_y) + y
        width = self.scrollable_content_region.width
        ground = self.visual_style.rich_style
        if number >= len(self._log):
            return Strip.blank(width, ground)
        key = (number + self._log.forgotten, width, number == self.cursor, self.has_focus, self.app.theme)
        kept = self._strips.get(key)
        if kept is None:
            kept = self._strips[key] = self._paint(number, width)
        return kept

    def _paint(self, index: int, width: int) -> Strip:
        event = self._log.event(index)
        here = index == self.cursor
        ground = self.visual_style + self.get_visual_style("event-list--cursor") if here else self.visual_style
        at = "" if event.at is None else f"+{event.at:.3f} s"
        mark = "▸" if here else " "
        digits = len(str(self._log.forgotten + len(self._log)))
        parts = (
            (f"{mark}{event.number:>{digits}} {at:>11}  ", "event-list--time"),
            (f"{one_line(event.kind[:_SHOWN]):{_KIND}.{_KIND}}  ", "event-list--kind"),
            (one_line(event.data[:_SHOWN]), ""),
        )
        segments = []
        for text, part in parts:
            colour = self.get_visual_style(part).foreground if part else None
            style = ground.rich_style if colour is None else (ground + Style(foreground=colour)).rich_style
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, ground.rich_style)

    def on_resize(self) -> None:
        """Fit the rows, and keep the cursor in view."""
        self.show(self._log)
        self._go(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where one clicks."""
        self._leave(round(self.scroll_y) + event.y)

    def _go(self, index: int) -> None:
        index = max(0, min(index, len(self._log) - 1))
        height = self.scrollable_content_region.height
        top = round(self.scroll_y)
        if height and not top <= index < top + height:
            self.scroll_to(y=index if index < top else index - height + 1, animate=False, force=True)
        self.cursor = index

    def _leave(self, index: int) -> None:
        """Go somewhere by hand: the end is followed no longer, unless one is on it."""
        self.following = index >= len(self._log) - 1
        self._go(index)

    def watch_cursor(self) -> None:
        """Say which event one is on."""
        self.refresh()
        self.post_message(self.Highlighted(self))

    def action_move(self, step: int) -> None:
        """Another event."""
        self._leave(self.cursor + step)

    def action_page(self, pages: int) -> None:
        """A page on."""
        self._leave(self.cursor + pages * max(1, self.scrollable_content_region.height - 1))

    def action_first(self) -> None:
        """The first event."""
        self._leave(0)

    def action_follow(self) -> None:
        """The last event, and those to come."""
        self._leave(len(self._log) - 1)

    def action_open(self) -> None:
        """All of the event's data, or no longer."""
        self.post_message(self.Opened())

    def action_copy(self) -> None:
        """Ask for a copy of the event's data."""
        if len(self._log):
            event = self._log.event(self.cursor)
            self.post_message(self.CopyRequested(event.data, f"data of event {event.number:,}"))
