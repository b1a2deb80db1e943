"""The container's headers as a table: sorted, made visible, secrets masked; a row is copied with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import DataTable

from workbench.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence


class HeadersTable(DataTable[Text]):
    """Name and value in two columns; rows are drawn as they come into view."""

    HELP: ClassVar[str] = "The container's headers. Arrows, j and k move; Enter or y copies the line."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "scroll_top", "First", show=False),
        Binding("G", "scroll_bottom", "Last", show=False),
        Binding("y", "copy_row", "Copy line", show=False, id="headers.copy"),
    ]

    class CopyRequested(Message):
        """A header is to be copied, as `name: value`."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, cursor_type="row", zebra_stripes=True, show_header=False)
        self._rows: list[tuple[str, str]] = []

    def load(self, headers: Sequence[tuple[str, str]]) -> None:
        """Show these headers, redacted already; repeats keep their order."""
        self._rows = sorted(headers, key=lambda pair: pair[0].lower())
        self.clear(columns=True)
        self.add_column("name", key="name")
        self.add_column("value", key="value")
        for name, value in self._rows:
            self.add_row(Text(one_line(name), style="bold"), Text(one_line(value)))

    def action_copy_row(self) -> None:
        """Ask for the line under the cursor to be copied."""
        if 0 <= self.cursor_row < len(self._rows):
            name, value = self._rows[self.cursor_row]
            self.post_message(self.CopyRequested(f"{name}: {value}"))

    @on(DataTable.RowSelected)
    def _selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        self.action_copy_row()
