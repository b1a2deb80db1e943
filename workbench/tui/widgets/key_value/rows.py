"""What a table of rows holds, as frozen values, and the edits on it as pure functions."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One row: a text for each column, and the table's yes-or-no (on, secret), where it has one."""

    cells: tuple[str, ...]
    flag: bool = False

    @property
    def empty(self) -> bool:
        """Whether no column has any text."""
        return not any(self.cells)


class Column(msgspec.Struct, frozen=True):
    """A column: its heading, its share of the width, and what its field shows while it is empty."""

    title: str
    share: int = 1
    placeholder: str = ""


class Flag(msgspec.Struct, frozen=True):
    """The yes-or-no of each row.

    Attributes:
        yes, no: its marks in the table.
        initial: what a new row has.
        dims: whether a `no` row is shown as one that is left out.
    """

    yes: str = "●"
    no: str = "○"
    initial: bool = True
    dims: bool = True


Rows: TypeAlias = tuple[Row, ...]


def inserted(rows: Rows, at: int, row: Row) -> Rows:
    """The rows with one more before position `at`."""
    return (*rows[:at], row, *rows[at:])


def removed(rows: Rows, at: int) -> Rows:
    """The rows without the one at `at`."""
    return (*rows[:at], *rows[at + 1 :])


def replaced(rows: Rows, at: int, row: Row) -> Rows:
    """The rows with another one at `at`."""
    return (*rows[:at], row, *rows[at + 1 :])


def moved(rows: Rows, at: int, by: int) -> Rows:
    """The rows with the one at `at` moved; the same rows where it cannot move so far."""
    to = at + by
    if not (0 <= at < len(rows) and 0 <= to < len(rows)):
        return rows
    return inserted(removed(rows, at), to, rows[at])
