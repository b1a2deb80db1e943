"""`RowTable`: rows, the line that edits one of them, undo, and a note below. Every change is told with all rows.

It knows nothing of what the rows mean; a subclass says what fits (`complete`), what is wrong with a row (`problem`)
and what to know about one (`hints`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from workbench.model.visible import one_line
from workbench.tui.widgets.key_value.editor import RowEditor
from workbench.tui.widgets.key_value.grid import HINT, PROBLEM, RowGrid
from workbench.tui.widgets.key_value.model import RowModel
from workbench.tui.widgets.note import Note
from workbench.tui.widgets.templates import Names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from textual.app import ComposeResult
    from textual.widgets import DataTable

    from workbench.tui.widgets.key_value.model import Act
    from workbench.tui.widgets.key_value.rows import Column, Flag, Row, Rows
    from workbench.tui.widgets.templates import Completion


_SHOWN_OF_A_ROW = 40


class RowTable(Widget):
    """A table of texts, edited with the keyboard or the mouse."""

    HELP: ClassVar[str] = (
        "Enter edits the row (Escape takes it back), a adds one, Space switches it, d duplicates it, "
        "Shift+Up and Shift+Down (or K and J) move it, Delete or x pressed twice deletes it, u takes the last change "
        "back. Arrows or h j k l, g and G move. Click the mark to switch a row, click a row twice to edit it."
    )
    DEFAULT_CSS = """
    RowTable {
        height: 1fr; layout: vertical;
        &.-auto { height: auto; }
        &.-auto RowGrid { height: auto; max-height: 8; }
    }
    """

    names: reactive[Names] = reactive[Names](dict)

    class Changed(Message):
        """The user changed the rows."""

        def __init__(self, table: RowTable, rows: Rows) -> None:
            self.table = table
            self.rows = rows
            super().__init__()

        @property
        def control(self) -> RowTable:
            """The table whose rows changed."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        flag: Flag | None = None,
        noun: str = "row",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """`noun` is what one row is called in notes."""
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._flag = flag
        self._noun = noun
        self._told: Rows = ()
        self._arriving = False
        self._editor = RowEditor(self._columns, self.complete)
        self._model = RowModel(flagged=flag is not None, initial=flag is not None and flag.initial)

    def compose(self) -> ComposeResult:
        """The rows and the note; the line that edits a row stands between them once it is needed."""
        yield RowGrid(self._columns, self._flag, self._do, self._editor.take)
        yield Note()

    async def on_descendant_focus(self) -> None:
        """Make the line that edits a row when it may soon be needed, not for every table nobody touches."""
        if not self._editor.is_attached:
            await self.mount(self._editor, after=self._grid)

    # What a subclass knows

    def complete(self, column: int, cells: tuple[str, ...], text: str, cursor: int) -> Completion | None:
        """What could stand at the cursor of a field; variables are offered without this."""
        del column, cells, text, cursor
        return None

    def problem(self, row: Row) -> str:
        """What is wrong with a row; empty when nothing is."""
        del row
        return ""

    def hints(self, rows: Rows) -> list[str]:
        """What to know about these rows, where none of them has a problem."""
        del rows
        return []

    # Values down

    @property
    def rows(self) -> Rows:
        """The rows as they stand."""
        return self._model.rows

    @property
    def cursor(self) -> int:
        """The position of the row under the cursor, or of the one being edited."""
        return self._model.session.at if self._model.session is not None else self._grid.cursor_row

    def load(self, rows: Rows) -> None:
        """Show other rows, without a message; the same rows change nothing, not even a row being typed."""
        if rows == self.rows:
            return
        self._model.load(rows)
        self._told = rows
        if self.is_mounted:
            self._editor.close()
            self._draw(min(self._grid.cursor_row, len(rows) - 1))

    def replace_row(self, at: int, row: Row) -> None:
        """Change one row as the user would, from a text that was edited elsewhere."""
        self._close()
        self._settle(self._model.replace(at, row))

    def watch_names(self, names: Names) -> None:
        """Paint and complete with these variables."""
        if self.is_mounted:
            self._editor.names = names
            self._draw(self.cursor)

    def on_mount(self) -> None:
        """Draw what was loaded before there was a grid."""
        self._editor.names = self.names
        self._draw(0)

    @property
    def _grid(self) -> RowGrid:
        return self.query_one(RowGrid)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the rows."""
        self._grid.focus(scroll_visible)
        return self

    def _draw(self, cursor: int) -> None:
        self._grid.draw(self.rows, self.names, [self._mark(row) for row in self.rows], max(0, cursor))
        self._explain()

    def _mark(self, row: Row) -> str:
        return PROBLEM if self.problem(row) else HINT if self.hints((row,)) else ""

    def _explain(self) -> None:
        note = self.query_one(Note)
        rows, at, armed = self.rows, self.cursor, self._model.armed
        if armed is not None and armed < len(rows):
            shown = one_line(rows[armed].cells[0])[:_SHOWN_OF_A_ROW]
            note.say(f"press again to delete {shown!r}; any other key keeps it, u brings it back", "warning")
            return
        shown_rows = rows[at : at + 1] if at >= 0 else ()  # the cursor of a grid that is being drawn may be nowhere
        here = next(map(self.problem, shown_rows), "")
        hints = self.hints(shown_rows) if shown_rows else []
        if here:
            note.say(here, "error")
        elif hints:
            note.say(hints, "warning")
        elif self._model.session is not None:
            note.say("Enter: on, then done · Down: what fits · Esc: take it back")
        else:
            note.say("" if rows else f"no {self._noun} yet: a adds one")

    # Commands

    def _do(self, act: Act, at: int) -> None:
        """Do what a key or a click asks for; anything but a second delete disarms the first."""
        self._close()
        if act == "undo" and not self._model.can_undo:
            raise SkipAction  # the key may have a meaning around the table
        if act == "add" or (act == "edit" and at >= len(self.rows)):
            self._open(None)
        elif act == "edit":
            self._open(at)
        else:
            self._settle(self._model.run(act, at))

    def _settle(self, cursor: int | None) -> None:
        """After a step of the model: draw, and tell the rows if they have changed."""
        if cursor is not None:
            self._draw(cursor)
        else:
            self._explain()
        if self.rows != self._told:
            self._told = self.rows
            self.post_message(self.Changed(self, self.rows))

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Moving the cursor disarms a delete and explains the row."""
        event.stop()
        if self._model.armed is not None and self._grid.cursor_row != self._model.armed:
            self._model.armed = None
        self._explain()

    # Editing one row

    def _open(self, at: int | None) -> None:
        if not self._editor.is_mounted:
            self._editor.expect()
            self.call_after_refresh(self._open, at)
            return
        session = self._model.begin(at, self._grid.cursor_row)
        if session.adding:
            self._editor.open(("",) * len(self._columns), 0)
        else:
            cells = self.rows[session.at].cells
            self._editor.open(cells, len(cells) - 1 if cells[0] else 0)
        self._explain()
        self._arriving = True
        self.app.call_later(self._arrive)

    def _arrive(self) -> None:
        """The focus goes to the line, unless it has been given elsewhere since the row was asked for."""
        self._arriving = False
        if self._editor.is_open and self.has_focus_within:
            self._editor.enter()
        elif self.is_attached:
            self._left()

    def on_row_editor_typed(self, event: RowEditor.Typed) -> None:
        """Take the row over as it is typed."""
        event.stop()
        self._settle(self._model.typed(event.cells))

    def on_row_editor_done(self, event: RowEditor.Done) -> None:
        """Keep the row."""
        event.stop()
        self._close(focus=True)

    def on_row_editor_cancelled(self, event: RowEditor.Cancelled) -> None:
        """Put the row back as it was before it was edited."""
        event.stop()
        self._settle(self._model.cancel())
        self._close(focus=True)

    def _close(self, *, focus: bool = False) -> None:
        if self._editor.is_open:
            self._settle(self._model.typed(self._editor.cells))  # what its last message would have told
        self._model.end()
        self._editor.close()
        if focus and self.has_focus_within:
            self._grid.focus()
        self._explain()

    def on_descendant_blur(self) -> None:
        """Leaving disarms a delete and closes the line; the app's own loss of focus does not."""
        if self.app.app_focus:
            self.call_after_refresh(self._left)

    def _left(self) -> None:
        if self._is_left:
            self._editor.when_taken(self._close_left)
        if self._model.armed is not None and not self._grid.has_focus:
            self._model.armed = None
            self._explain()

    @property
    def _is_left(self) -> bool:
        """Whether a row is open that has not the focus, and is not about to get it."""
        return self._model.session is not None and not self._arriving and not self._editor.has_focus_within

    def _close_left(self) -> None:
        if self._is_left:
            self._close()
