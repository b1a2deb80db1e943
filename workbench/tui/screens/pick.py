"""Choosing one of many: a list that narrows as one types. For teams, services, environments, requests and files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.model.visible import visible
from workbench.tui.screens.dialogs import Dialog
from workbench.tui.steady import is_there

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

MOST_SHOWN = 500


@dataclass(frozen=True)
class Choice:
    """One line of the list.

    Attributes:
        value: what is returned.
        label: what is shown; foreign text in it is already visible.
        search: what typing is compared with.
    """

    value: str
    label: Content
    search: str


class Pick(Dialog[str]):
    """A list with a field above it: what is typed narrows the list, best match first."""

    HELP: ClassVar[str] = "Type to narrow the list; up and down move, Enter chooses, Esc closes."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", "Down", show=False),
        Binding("up", "move('cursor_up')", "Up", show=False),
        Binding("pagedown", "move('page_down')", "Page down", show=False),
        Binding("pageup", "move('page_up')", "Page up", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], *, current: str = "", note: str = "") -> None:
        """`current` is the value under the cursor at first, `note` a line above the list."""
        super().__init__(title)
        self._choices = tuple(choices)
        self._current = current
        self._note = note
        self._shown: tuple[Choice, ...] = ()
        self._search = FuzzySearch()

    def compose(self) -> ComposeResult:
        """The field above the list."""
        with self.window(classes="-list"):
            if self._note:
                yield Static(Content(visible(self._note)), classes="dialog-text")
            yield Input(placeholder="type to narrow", compact=True)
            yield OptionList(id="choices", compact=True)

    def on_mount(self) -> None:
        """Everything is there at first, with the cursor on the current one."""
        self.query_one(OptionList).can_focus = False
        self._narrow("")
        values = [choice.value for choice in self._shown[:MOST_SHOWN]]
        if self._current in values:
            self.query_one(OptionList).highlighted = values.index(self._current)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, query: str) -> None:
        if query.strip():
            scored = [(self._search.match(query.strip(), choice.search)[0], choice) for choice in self._choices]
            found = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
            self._shown = tuple(choice for _, choice in found)
        else:
            self._shown = self._choices
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(choice.label) for choice in self._shown[:MOST_SHOWN]])
        options.highlighted = 0 if self._shown else None

    def action_move(self, how: str) -> None:
        """Move the cursor of the list while the field keeps the focus."""
        getattr(self.query_one(OptionList), f"action_{how}")()

    @on(Input.Submitted)
    def _entered(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None:
            self.reply(self._shown[at].value)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if is_there(event):
            self.reply(self._shown[event.option_index].value)
