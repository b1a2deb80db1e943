"""The line below a text in which one types what to look for, with its two switches and the count.

Says what was typed; who searches, and where, is the viewer's affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from workbench.model.body.pattern import Query
from workbench.tui.widgets.body_viewer.input_bar import InputBar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


class FindToggle(Static):
    """A word that is on or off, and changes when one clicks it."""

    class Clicked(Message):
        """It was clicked."""

        def __init__(self, toggle: FindToggle) -> None:
            super().__init__()
            self.toggle = toggle

    def set_on(self, *, on: bool) -> None:
        """Show it as on or off, without colour too: brackets stand around what is on."""
        text = str(self.name)
        self.set_class(on, "-on")
        self.update(Content(f"[{text}]" if on else f" {text} "))

    def on_click(self) -> None:
        """Tell the bar."""
        self.post_message(self.Clicked(self))


class FindBar(InputBar):
    """Input, case and expression switches, count."""

    DEFAULT_CSS = """
    FindBar {
        & > FindToggle { width: 4; color: $text-muted; }
        & > FindToggle.-on { color: $text-accent; text-style: bold; }
    }
    """
    PART = "find"
    SIGN = "/ "
    PLACEHOLDER = "find"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", id="find.close", tooltip="Close the find bar and go back to where one was"),
        Binding("down", "step(1)", "Next", id="find.next", show=False, tooltip="The next hit"),
        Binding("up", "step(-1)", "Previous", id="find.previous", show=False, tooltip="The hit before"),
        Binding("ctrl+t", "toggle_case", "Case", id="find.case", tooltip="Tell capitals from small letters, or do not"),
        Binding("ctrl+g", "toggle_regex", "Regex", id="find.regex", tooltip="Look for a regular expression, or a text"),
    ]
    HELP: ClassVar[str] = (
        "Type to find; Enter goes back to the text, where n and N go on. Ctrl+T tells capitals apart, Ctrl+G takes "
        "what is typed as a regular expression, Esc closes."
    )

    regex: reactive[bool] = reactive(default=False, init=False)
    case: reactive[bool] = reactive(default=False, init=False)

    class Changed(Message):
        """What to look for is another: `query`."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

    class Stepped(Message):
        """To the next hit (1) or the one before (-1)."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction

    class Closed(Message):
        """Escape: forget the hits."""

    def switches(self) -> Iterable[Widget]:
        """Capitals, and expressions."""
        yield FindToggle(" Aa ", name="Aa", id="find-case", markup=False)
        yield FindToggle(" .* ", name=".*", id="find-regex", markup=False)

    @property
    def current(self) -> Query:
        """What to look for."""
        return Query(self.text, regex=self.regex, case=self.case)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for what is typed, as it is typed."""
        event.stop()
        self.post_message(self.Changed(self.current))

    def on_find_toggle_clicked(self, event: FindToggle.Clicked) -> None:
        """Turn a switch."""
        event.stop()
        if event.toggle.id == "find-case":
            self.action_toggle_case()
        else:
            self.action_toggle_regex()

    def watch_case(self) -> None:
        """Show the switch, and look again."""
        self.query_one("#find-case", FindToggle).set_on(on=self.case)
        self.post_message(self.Changed(self.current))

    def watch_regex(self) -> None:
        """Show the switch, and look again."""
        self.query_one("#find-regex", FindToggle).set_on(on=self.regex)
        self.post_message(self.Changed(self.current))

    def action_close(self) -> None:
        """Close the bar."""
        self.post_message(self.Closed())

    def action_step(self, direction: int) -> None:
        """Go to another hit."""
        self.post_message(self.Stepped(direction))

    def action_toggle_case(self) -> None:
        """Tell capitals apart, or do not."""
        self.case = not self.case

    def action_toggle_regex(self) -> None:
        """Take what is typed as an expression, or as it stands."""
        self.regex = not self.regex
