"""The part of a code view that selects with keys: shift and an arrow take more or less of the text.

What is selected is Textual's own selection, so that it looks and is copied (ctrl+c) like one made with the mouse.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.selection import Selection

from workbench.tui.widgets.body_viewer.folding_view import FoldingView


class SelectingView(FoldingView):
    """Selects from an anchor to a caret; any other move of the cursor lets go."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys, f"select({columns}, {rows})", label, id=f"viewer.select_{name}", show=False, tooltip=label)
        for keys, columns, rows, name, label in (
            ("shift+down", 0, 1, "down", "Select a row more"),
            ("shift+up", 0, -1, "up", "Select a row less"),
            ("shift+right", 1, 0, "right", "Select a character more"),
            ("shift+left", -1, 0, "left", "Select a character less"),
            ("shift+end", 1_000_000_000, 0, "end", "Select to the end of the row"),
            ("shift+home", -1_000_000_000, 0, "start", "Select from the start of the row"),
            ("shift+pagedown", 0, 20, "page_down", "Select twenty rows more"),
            ("shift+pageup", 0, -20, "page_up", "Select twenty rows less"),
        )
    ]

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._anchor: Offset | None = None
        self._caret = Offset(0, 0)

    def action_select(self, columns: int, rows: int) -> None:
        """Move the caret, and select what lies between it and the anchor."""
        page = self.page
        if page is None:
            return
        anchor = self._anchor
        if anchor is None:
            row = page.rows.row(self.cursor_row)
            anchor = self._caret = Offset(page.column_at(row, self.place), self.cursor_row)
        number = min(max(0, self._caret.y + rows), page.rows.count - 1)
        length = len(page.text_of(page.rows.row(number)))
        self._caret = Offset(min(max(0, self._caret.x + columns), length), number)
        self.move_to_row(number)
        self._anchor = anchor
        self.screen.selections = {self: Selection.from_offsets(anchor, self._caret)}

    def put(self, row: int, place: int, *, center: bool = False) -> None:
        """Any other move lets go of what was selected with keys."""
        if self._anchor is not None:
            self._anchor = None
            self.screen.clear_selection()
        super().put(row, place, center=center)
