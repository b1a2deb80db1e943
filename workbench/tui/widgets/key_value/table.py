"""`KeyValueTable`: headers, query parameters and form fields, as `Entry` values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from workbench.model.collection import Entry
from workbench.tui.widgets.key_value.row_table import RowTable
from workbench.tui.widgets.key_value.rows import Column, Flag, Row, Rows
from workbench.tui.widgets.templates import Completion, rank

if TYPE_CHECKING:
    from collections.abc import Iterable

EntryCheck: TypeAlias = Callable[[Entry], str]
EntryHints: TypeAlias = Callable[[Sequence[Entry]], list[str]]
ValuesFor: TypeAlias = Callable[[str], Sequence[str]]


class KeyValueTable(RowTable):
    """Rows of name and value that can be switched off; a switched-off one is kept and not sent."""

    def __init__(
        self,
        *,
        noun: str = "row",
        known_names: Iterable[str] = (),
        values_for: ValuesFor | None = None,
        check: EntryCheck | None = None,
        advise: EntryHints | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty table.

        Args:
            noun: what a row is called: `header`, `parameter`, `field`.
            known_names: offered while a name is typed.
            values_for: a name → the values offered for it.
            check: an entry → what is wrong with it, empty when nothing is.
            advise: all entries → what to know about them; never a reason not to send.
            id: Textual's.
            classes: Textual's.
        """
        columns = (Column("Name", 2, f"{noun} name"), Column("Value", 3, "value, {{variable}}"))
        super().__init__(columns, flag=Flag(), noun=noun, id=id, classes=classes)
        self._known_names = tuple(known_names)
        self._values_for = values_for
        self._check = check
        self._advise = advise

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows as entries."""
        return entries_of(self.rows)

    def load_entries(self, entries: Iterable[Entry]) -> None:
        """`load`, with entries."""
        self.load(tuple(Row((entry.name, entry.value), not entry.off) for entry in entries))

    def complete(self, column: int, cells: tuple[str, ...], text: str, cursor: int) -> Completion | None:
        """Known names, and known values of the name in the row."""
        if column == 0:
            offered: Sequence[str] = self._known_names
        else:
            offered = self._values_for(cells[0]) if self._values_for else ()
        found = rank(text[:cursor], offered)
        return Completion(0, len(text), tuple(found)) if found else None

    def problem(self, row: Row) -> str:
        """What `check` says."""
        return self._check(_entry(row)) if self._check else ""

    def hints(self, rows: Rows) -> list[str]:
        """What `advise` says."""
        return self._advise(entries_of(rows)) if self._advise else []


def entries_of(rows: Rows) -> tuple[Entry, ...]:
    """The entries that rows stand for."""
    return tuple(_entry(row) for row in rows)


def _entry(row: Row) -> Entry:
    name, value = row.cells
    return Entry(name, value, off=not row.flag)
