"""The sends of this run of the program, newest first; choosing one shows its exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.model.visible import one_line
from workbench.tui.controllers.answer import MARKS, mood_of, seconds
from workbench.tui.controllers.history import Entry, History

if TYPE_CHECKING:
    from textual.app import ComposeResult

_STYLES = {"good": "$text-success", "warn": "$text-warning", "bad": "$text-error", "none": "$text-muted"}


class HistoryList(OptionList):
    """The list itself, with a reader's keys beside the arrows."""

    HELP: ClassVar[str] = "Every send of this run of the program, failures and cancels too. Enter shows its exchange."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
    ]


class HistoryPane(Widget):
    """The list of sends."""

    history: reactive[History] = reactive(History())

    class EntrySelected(Message):
        """A send was chosen, by its number."""

        def __init__(self, number: int) -> None:
            self.number = number
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._listed: list[int] = []

    def compose(self) -> ComposeResult:
        """The list, and the sentence that stands in for it."""
        self.border_title = "History"
        yield HistoryList(id="history", compact=True)
        yield Static("no sends yet", id="history-note", markup=False)

    def on_mount(self) -> None:
        """Show the first state."""
        self.watch_history()

    def watch_history(self) -> None:
        """One more send."""
        if not self.is_mounted:
            return
        options = self.query_one(HistoryList)
        entries = list(reversed(self.history.entries))
        self._listed = [entry.number for entry in entries]
        options.clear_options()
        options.add_options([Option(_line(entry)) for entry in entries])
        if entries:
            options.highlighted = 0
        options.display = bool(entries)
        self.query_one("#history-note", Static).display = not entries

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.EntrySelected(self._listed[event.option_index]))


def _line(entry: Entry) -> Content:
    exchange = entry.exchange
    mood = mood_of(exchange)
    response = exchange.response
    what = str(response.status) if response else (exchange.error.kind if exchange.error else "")
    return Content.assemble(
        Content.styled(MARKS[mood] or "–", _STYLES[mood]),
        f" {exchange.method} ",
        Content.styled(one_line(exchange.id), "bold"),
        f" {what} {seconds(exchange.elapsed)}",
    )
