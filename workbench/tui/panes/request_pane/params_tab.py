"""The Params tab: the query table, and the parameters that stand in the path itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual.binding import Binding, BindingType

from workbench.tui.panes.request_pane.query_string import in_path, into_path, into_table
from workbench.tui.panes.request_pane.tab import EditorTab, External
from workbench.tui.panes.request_pane.tables import replace_row, row_external
from workbench.tui.widgets.key_value import KeyValueTable, RowTable
from workbench.tui.widgets.note import Note

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from workbench.model.collection import Entry, SavedRequest

    _Place: TypeAlias = tuple[str, tuple[Entry, ...]]
    """A path and the table beside it."""
    from workbench.tui.widgets.templates import Names


class ParamsTab(EditorTab):
    """Query parameters: a table, a note on those in the path, and keys that move them either way."""

    HELP: ClassVar[str] = (
        "Query parameters are percent-encoded when they are sent. m moves the parameters of the path into the table, "
        "w writes the table's into the path, u takes a move back; what the other side cannot say stays. "
        + RowTable.HELP
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "into_table", "From path", id="params.into_table", tooltip="Move the path's parameters in here"),
        Binding("w", "into_path", "Into path", id="params.into_path", tooltip="Write these parameters into the path"),
        Binding("u", "undo_move", "Undo move", show=False, id="params.undo_move", tooltip="Take back the last move"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._moves: list[tuple[_Place, _Place]] = []

    def compose(self) -> ComposeResult:
        """The table, and the note below it."""
        yield KeyValueTable(noun="parameter", check=_problem, id="query")
        yield Note(id="in-path")

    @property
    def _table(self) -> KeyValueTable:
        return self.query_one("#query", KeyValueTable)

    @property
    def _note(self) -> Note:
        return self.query_one("#in-path", Note)

    def watch_names(self, names: Names) -> None:
        """The table paints with these."""
        if self.is_mounted:
            self._table.names = names

    def refill(self, before: SavedRequest, *, fresh: bool) -> None:
        """Show the query, and what the path holds itself."""
        if fresh:
            self._moves.clear()
        if fresh or before.query != self.request.query:
            self._table.load_entries(self.request.query)
        self._explain()

    def _explain(self, said: str = "") -> None:
        pieces = in_path(self.request.path)
        held = f"in the path: {' · '.join(pieces)} (m moves them into the table)" if pieces else ""
        self._note.say([said, held])

    def on_row_table_changed(self, event: RowTable.Changed) -> None:
        """The user changed the table."""
        event.stop()
        self.change(query=self._table.entries)

    def action_into_table(self) -> None:
        """Move the path's parameters into the table."""
        moved = into_table(self.request.path, self.request.query)
        self._move(moved.path, moved.entries)
        if moved.left:
            self._explain(f"{moved.left} stay in the path, because the table would send them differently")
        else:
            self._explain()

    def action_into_path(self) -> None:
        """Write the table's parameters into the path."""
        moved = into_path(self.request.path, self.request.query)
        blocked = "#" in self.request.path
        self._move(moved.path, moved.entries)
        if blocked:
            self._explain("the path has a #, so that parameters cannot be added at its end")
        elif moved.left:
            self._explain(f"{moved.left} that are off stay in the table")
        else:
            self._explain()

    def _move(self, path: str, query: tuple[Entry, ...]) -> None:
        before, after = (self.request.path, self.request.query), (path, query)
        if before != after:
            self._moves.append((before, after))
        self._put(after)

    def _put(self, place: _Place) -> None:
        path, query = place
        self.change(path=path, query=query)
        self._table.load_entries(query)

    def action_undo_move(self) -> None:
        """Take back the last move, unless something was edited since: the table's own undo comes first."""
        if self._moves and self._moves[-1][1] == (self.request.path, self.request.query):
            self._put(self._moves.pop()[0])
            self._explain()

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
    return "" if entry.name or entry.off else "a parameter needs a name"
