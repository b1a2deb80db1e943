"""Jump mode: a letter on every place that can have the focus; pressing it goes there, Esc stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.errors import NoWidget
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label

from workbench.tui.screens.leaving import LeavingScreen

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult
    from textual.screen import Screen

LETTERS = "asdfghjklqwertyuiopzxcvbnm1234567890"


class Jump(LeavingScreen[Widget], ModalScreen[Widget]):
    """Labels over the screen below; answers with the widget that was chosen."""

    HELP: ClassVar[str] = "Press the letter of the place to go to; Esc stays where you were."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+o", "dismiss", "Stay", show=False)]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__(classes="jump")
        regions = {widget: _shown_at(below, widget) for widget in below.focus_chain}
        places = sorted(
            (widget for widget in regions if regions[widget]), key=lambda each: (regions[each].y, regions[each].x)
        )
        self.targets = dict(zip(LETTERS, places, strict=False))
        self._offsets = {letter: regions[widget].offset for letter, widget in self.targets.items()}

    def compose(self) -> ComposeResult:
        """One label for each place, at its upper left corner."""
        for letter, offset in self._offsets.items():
            label = Label(Content(f" {letter} "), classes="jump-label")
            label.styles.offset = offset
            yield label

    def on_key(self, event: events.Key) -> None:
        """Answer with the place of the letter; any other key is not for us."""
        if event.character in self.targets:
            event.stop()
            event.prevent_default()
            self._leaving = self.dismiss(self.targets[event.character])

    def on_click(self) -> None:
        """A click anywhere stays."""
        self._leaving = self.dismiss(None)


def _shown_at(below: Screen[object], widget: Widget) -> Region:
    """What can be seen of a widget; nothing of one that is scrolled away."""
    try:
        return below.find_widget(widget).visible_region
    except NoWidget:
        return Region()
