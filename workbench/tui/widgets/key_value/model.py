"""The state of a table of rows: the rows, what undo goes back to, the row being edited, a delete not yet confirmed.

No widget: every step says by its result where the cursor belongs afterwards, or None where it stays.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from workbench.tui.widgets.key_value import rows as edits
from workbench.tui.widgets.key_value.rows import Row, Rows

Act: TypeAlias = Literal["edit", "add", "toggle", "duplicate", "delete", "up", "down", "undo"]
"""What a key or a click asks for."""

_MOST_UNDO = 200


class Session(msgspec.Struct, frozen=True):
    """One row being edited: where it stands or will stand, and how the table was before."""

    at: int
    before: Rows
    cursor: int
    adding: bool = False


class RowModel:
    """Rows and the edits on them. What is typed in one session of editing is one step of undo."""

    def __init__(self, *, flagged: bool, initial: bool) -> None:
        """`flagged`: rows have a yes-or-no, which a new row has as `initial`."""
        self.rows: Rows = ()
        self.session: Session | None = None
        self.armed: int | None = None
        self._flagged = flagged
        self._initial = initial
        self._undo: list[tuple[Rows, int]] = []

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return bool(self._undo)

    def load(self, rows: Rows) -> None:
        """Other rows from outside: nothing of before belongs to them."""
        self.rows = rows
        self.session = None
        self.armed = None
        self._undo.clear()

    def run(self, act: Act, at: int) -> int | None:
        """Carry out a command on the row at `at`; `edit` and `add` are `begin`'s. The first `delete` only arms."""
        armed, self.armed = self.armed, None
        if act == "undo":
            return self._take_back()
        if not 0 <= at < len(self.rows):
            return None
        if act == "delete":
            if armed != at:
                self.armed = at
                return None
            self._set(edits.removed(self.rows, at), at)
            return max(0, min(at, len(self.rows) - 1))
        rows, then = self._changed(act, at)
        self._set(rows, at)
        return then

    def _changed(self, act: Act, at: int) -> tuple[Rows, int]:
        if act == "toggle" and self._flagged:
            row = self.rows[at]
            return edits.replaced(self.rows, at, Row(row.cells, not row.flag)), at
        if act == "duplicate":
            return edits.inserted(self.rows, at + 1, self.rows[at]), at + 1
        if act in ("up", "down"):
            by = -1 if act == "up" else 1
            return edits.moved(self.rows, at, by), max(0, min(at + by, len(self.rows) - 1))
        return self.rows, at

    def replace(self, at: int, row: Row) -> int:
        """Put another row in place of one, from a text that was edited elsewhere."""
        self._set(edits.replaced(self.rows, at, row), at)
        return at

    def _set(self, rows: Rows, cursor: int) -> None:
        if rows != self.rows:
            self._remember(self.rows, cursor)
            self.rows = rows

    def _remember(self, rows: Rows, cursor: int) -> None:
        self._undo.append((rows, cursor))
        del self._undo[:-_MOST_UNDO]

    def _take_back(self) -> int | None:
        if not self._undo:
            return None
        self.rows, cursor = self._undo.pop()
        return cursor

    def begin(self, at: int | None, cursor: int) -> Session:
        """Edit the row at `at`, or with None a new one below the cursor."""
        self.armed = None
        if at is None:
            self.session = Session(min(cursor + 1, len(self.rows)), self.rows, cursor, adding=True)
        else:
            self.session = Session(at, self.rows, cursor)
        return self.session

    def typed(self, cells: tuple[str, ...]) -> int | None:
        """The row being edited as it stands now; a new one is there as long as it has any text."""
        session = self.session
        if session is None:
            return None
        before, at = session.before, session.at
        if session.adding:
            row = Row(cells, self._flagged and self._initial)
            rows = before if row.empty else edits.inserted(before, at, row)
        else:
            rows = edits.replaced(before, at, Row(cells, before[at].flag))
        if rows == self.rows:
            return None
        self.rows = rows
        return max(0, min(at, len(rows) - 1))

    def end(self) -> None:
        """The row stays as it was typed."""
        session, self.session = self.session, None
        if session is not None and session.before != self.rows:
            self._remember(session.before, session.cursor)

    def cancel(self) -> int | None:
        """The rows as they were before the row was edited."""
        session, self.session = self.session, None
        if session is None or session.before == self.rows:
            return None
        self.rows = session.before
        return session.cursor
