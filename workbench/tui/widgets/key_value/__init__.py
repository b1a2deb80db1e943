"""Tables of short texts that are edited row by row: `KeyValueTable` for headers and their like, `RowTable` for others.

`rows` holds the values, `grid` shows them, `editor` is the line a row is edited in, `row_table` puts them together.
"""

from workbench.tui.widgets.key_value.row_table import RowTable
from workbench.tui.widgets.key_value.rows import Column, Flag, Row
from workbench.tui.widgets.key_value.table import KeyValueTable

__all__ = ["Column", "Flag", "KeyValueTable", "Row", "RowTable"]
