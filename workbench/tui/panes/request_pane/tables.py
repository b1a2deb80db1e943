"""Tables of a tab and $EDITOR: the text of a row goes out under a name, and comes back into the row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.tui.panes.request_pane.tab import External
from workbench.tui.widgets.key_value import Row, RowTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget


def row_external(tables: Iterable[RowTable], focused: Widget | None) -> External | None:
    """The last column of the row in focus, as a text for $EDITOR."""
    for table in tables:
        if focused is not None and table in focused.ancestors_with_self and table.cursor < len(table.rows):
            return External(f"{table.id}:{table.cursor}", table.rows[table.cursor].cells[-1])
    return None


def replace_row(tables: Iterable[RowTable], field: str, text: str) -> bool:
    """Put a text back into the row it came from; False when it came from none of these tables."""
    name, _, position = field.partition(":")
    for table in tables:
        if table.id == name and position.isdecimal() and int(position) < len(table.rows):
            row = table.rows[int(position)]
            table.replace_row(int(position), Row((*row.cells[:-1], text), row.flag))
            return True
    return False
