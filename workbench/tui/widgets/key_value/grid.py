"""The rows on the screen, and the keys that act on the row under the cursor. It changes nothing itself.

What a key asks for is handed to its owner at once and not posted: with keys that repeat, a message would arrive when
the cursor is already on another row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from workbench.tui.widgets import templates
from workbench.tui.widgets.in_order import InOrder
from workbench.tui.widgets.templates import Names, paint, pictured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual import events

    from workbench.tui.widgets.key_value.model import Act
    from workbench.tui.widgets.key_value.rows import Column, Flag, Row

PROBLEM, HINT = "✗", "!"
"""The marks of rows that something is wrong with, and of those there is something to know about."""

_MARK_WIDTH = 3
_LEAST_WIDTH = 4


class RowGrid(InOrder, DataTable[Text]):
    """A `DataTable` whose cells are `Text`, never markup, and whose columns share the width there is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *templates.COMPONENT_CLASSES,
        "row-grid--off",
        "row-grid--problem",
        "row-grid--hint",
    }
    DEFAULT_CSS = """
    RowGrid {
        height: 1fr; min-height: 2; overflow-x: hidden;
        & > .row-grid--off { text-style: dim; }
        & > .row-grid--problem { color: $text-error; text-style: bold; }
        & > .row-grid--hint { color: $text-warning; text-style: bold; }
        & > .template--resolved { color: $text-success; }
        & > .template--missing { color: $text-error; text-style: underline; }
        & > .template--secret { color: $text-warning; text-style: italic; }
        & > .template--control { color: $text-warning; text-style: reverse; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "act('edit')", "Edit", id="table.edit", tooltip="Edit the row; Escape takes it back"),
        Binding("a,insert", "act('add')", "Add", id="table.add", tooltip="Add a row below this one"),
        Binding("space", "act('toggle')", "On/off", id="table.toggle", tooltip="Switch the row on or off"),
        Binding("d", "act('duplicate')", "Duplicate", id="table.duplicate", tooltip="Add a copy of the row below it"),
        Binding(
            "delete,backspace,x",
            "act('delete')",
            "Delete",
            id="table.delete",
            tooltip="Delete the row: press it twice; u brings it back",
        ),
        Binding("shift+up,K", "act('up')", "Move up", show=False, id="table.up", tooltip="Move the row up"),
        Binding("shift+down,J", "act('down')", "Move down", show=False, id="table.down", tooltip="Move the row down"),
        Binding("u", "act('undo')", "Undo", show=False, id="table.undo", tooltip="Take back the last change here"),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("g,home", "scroll_top", "First row", show=False),
        Binding("G,end", "scroll_bottom", "Last row", show=False),
    ]

    def __init__(
        self,
        columns: Sequence[Column],
        flag: Flag | None,
        command: Callable[[Act, int], None],
        typed_ahead: Callable[[events.Key], bool],
    ) -> None:
        """Make an empty grid.

        Args:
            columns: what stands beside the mark.
            flag: the rows' yes-or-no, where they have one.
            command: gets what is asked for, and the position of the row.
            typed_ahead: takes a key that belongs to a row being edited; False where none is.
        """
        super().__init__(cursor_type="row", show_row_labels=False, cell_padding=0)
        self._layout_columns = tuple(columns)
        self._flag = flag
        self._command = command
        self._typed_ahead = typed_ahead
        self._drawn: tuple[Sequence[Row], Names, Sequence[str]] = ((), {}, ())

    async def _on_key(self, event: events.Key) -> None:
        """What was typed ahead, before the field had the focus, is text and no command."""
        if self._typed_ahead(event):
            event.stop()
            event.prevent_default()

    def action_act(self, act: Act) -> None:
        """Pass a key on for the row under the cursor."""
        self._command(act, self.cursor_row)

    def draw(self, rows: Sequence[Row], names: Names, marks: Sequence[str], cursor: int) -> None:
        """Show these rows with the cursor on one; `marks` has `✗`, `!` or nothing for each."""
        before, same_names, before_marks = self._drawn
        self._drawn = (rows, names, marks)
        if len(before) == len(rows) and same_names == names and self.row_count == len(rows):
            for at, row in enumerate(rows):
                if row != before[at] or marks[at] != before_marks[at]:
                    for column, cell in enumerate(self._cells(row, marks[at])):
                        self.update_cell_at(Coordinate(at, column), cell)
            if cursor != self.cursor_row:
                self.move_cursor(row=cursor)
            return
        self._rebuild(cursor)

    def _rebuild(self, cursor: int) -> None:
        rows, _, marks = self._drawn
        self.clear(columns=True)
        self.add_column(Text(""), width=_MARK_WIDTH)
        width = max(0, self.size.width - self.scrollbar_size_vertical - _MARK_WIDTH)
        shares = sum(column.share for column in self._layout_columns)
        for column in self._layout_columns:
            self.add_column(Text(column.title), width=max(_LEAST_WIDTH, width * column.share // shares))
        for row, mark in zip(rows, marks, strict=True):
            self.add_row(*self._cells(row, mark))
        self.move_cursor(row=cursor)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def _cells(self, row: Row, mark: str) -> list[Text]:
        first = Text((self._flag.yes if row.flag else self._flag.no) if self._flag else "")
        first.append(mark, self._style("row-grid--problem" if mark == PROBLEM else "row-grid--hint"))
        off = self._flag is not None and self._flag.dims and not row.flag
        cells = [first]
        for cell in row.cells:
            text = Text(pictured(cell), no_wrap=True, overflow="ellipsis", end="")
            paint(text, self._drawn[1], self._style, source=cell)
            if off:
                text.stylize(self._style("row-grid--off"))
            cells.append(text)
        return cells

    def on_mount(self) -> None:
        """Another theme has other colours, and the cells hold theirs."""
        self.app.theme_changed_signal.subscribe(self, self._recolour)

    def _recolour(self, _: object) -> None:
        self.call_after_refresh(self._rebuild_here)

    def _rebuild_here(self) -> None:
        self._rebuild(self.cursor_row)

    def on_resize(self) -> None:
        """Share the width anew."""
        self._rebuild_here()

    def on_click(self, event: events.Click) -> None:
        """A click on the mark switches it; on a row it moves the cursor; a second click edits."""
        meta = event.style.meta
        if self._flag is not None and meta.get("column") == 0 and meta.get("row", -1) >= 0:
            event.stop()
            event.prevent_default()
            self.move_cursor(row=meta["row"])
            self._command("toggle", meta["row"])

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """A second click on a row edits it."""
        event.stop()
        self._command("edit", event.cursor_row)
