"""The line below the text in which one types a JSONPath, and which says how many values it selects."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.tui.widgets.body_viewer.input_bar import InputBar

if TYPE_CHECKING:
    from textual.widgets import Input


class FilterBar(InputBar):
    """An input for a JSONPath."""

    PART = "filter"
    SIGN = "filter "
    PLACEHOLDER = "$.items[?@.price > 10].name"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Whole body", id="filter.close", tooltip="Show the whole body again"),
    ]
    HELP: ClassVar[str] = (
        "Type a JSONPath (RFC 9535); what it selects stands in place of the body. Enter goes to it, where / finds in "
        "it, a keeps the path as an assertion and c as a capture of the request. Esc shows the whole body again."
    )

    class Changed(Message):
        """The path is another: `path`."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Closed(Message):
        """Escape: the whole body again."""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Select as it is typed."""
        event.stop()
        self.post_message(self.Changed(self.text))

    def action_close(self) -> None:
        """Close the bar."""
        self.post_message(self.Closed())
