"""The Headers tab: the table, with what the platform refuses and what it strips said below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from workbench.model.envelope import header_hints, header_problems
from workbench.tui.panes.request_pane.header_catalogue import NAMES, values_for
from workbench.tui.panes.request_pane.tab import EditorTab, External
from workbench.tui.panes.request_pane.tables import replace_row, row_external
from workbench.tui.widgets.key_value import KeyValueTable, RowTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget

    from workbench.model.collection import Entry, SavedRequest
    from workbench.tui.widgets.templates import Names


class HeadersTab(EditorTab):
    """Headers as they are written; the names keep their case and their order."""

    HELP: ClassVar[str] = "Names and usual values are offered while you type. " + RowTable.HELP

    def compose(self) -> ComposeResult:
        """The table."""
        yield KeyValueTable(
            noun="header", known_names=NAMES, values_for=values_for, check=_problem, advise=_hints, id="headers"
        )

    @property
    def _table(self) -> KeyValueTable:
        return self.query_one("#headers", KeyValueTable)

    def watch_names(self, names: Names) -> None:
        """The table paints with these."""
        if self.is_mounted:
            self._table.names = names

    def refill(self, before: SavedRequest, *, fresh: bool) -> None:
        """Show the headers."""
        if fresh or before.headers != self.request.headers:
            self._table.load_entries(self.request.headers)

    def on_row_table_changed(self, event: RowTable.Changed) -> None:
        """The user changed the table."""
        event.stop()
        self.change(headers=self._table.entries)

    def first(self) -> Widget:
        """The table."""
        return self._table

    def external(self, focused: Widget | None) -> External | None:
        """The value of the row in focus."""
        return row_external([self._table], focused)

    def replace_external(self, field: str, text: str) -> bool:
        """Put a value back."""
        return replace_row([self._table], field, text)


def _problem(entry: Entry) -> str:
    if entry.off:
        return ""
    if not entry.name:
        return "a header needs a name"
    return "; ".join(header_problems(entry.name, entry.value))


def _hints(entries: Sequence[Entry]) -> list[str]:
    return header_hints((entry.name, entry.value) for entry in entries if not entry.off)
