"""A `TextArea` whose keys stay quick in a large text: what Textual counts for each line it draws is counted once.

It touches private names of Textual, whose minor is pinned for that. It knows nothing of what the text is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.document._document_navigator import DocumentNavigator
from textual.geometry import Size
from textual.widgets import TextArea

from workbench.tui.widgets.in_order import InOrder
from workbench.tui.widgets.measured import Counted, Measured, cells_before

if TYPE_CHECKING:
    from textual.document._document import EditResult, Location
    from textual.document._edit import Edit

LONGEST_WRAPPED = 20_000
"""A text with a line longer than this is not wrapped: wrapping it anew on every key would be felt."""

MOST_WRAPPED = 2_000
"""A text of more lines than this is not wrapped: it would be wrapped anew at every change of the width."""

WIDE = 256
"""Cells above which a text that is not wrapped grows wider in steps of as many."""

BRACKETS_WITHIN = 64_000
"""Characters up to which the bracket that belongs to the one under the cursor is looked for."""


class LargeText(InOrder, TextArea):
    """Call `measure` first where `_build_highlight_map` is overridden."""

    text_length = 0
    """Characters of the text, line ends aside."""

    longest_line = 0
    """Characters of its longest line."""

    _joined: str | None = None
    _width = 0
    _measured: Measured

    @property
    def text(self) -> str:
        """The document, put together once for each change: `TextArea` asks for it for every line it draws."""
        if self._joined is None:
            self._joined = self.document.text
        return self._joined

    @text.setter
    def text(self, value: str) -> None:
        self.load_text(value)

    def wrap_if_quick(self, text: str) -> None:
        """Wrap the lines of a text that is about to be shown, where that takes no time."""
        self.soft_wrap = _is_quick(text)

    def edit(self, edit: Edit) -> EditResult:
        """What is inserted may be too long to be wrapped."""
        if self.soft_wrap and not _is_quick(edit.text):
            self.soft_wrap = False
        return super().edit(edit)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """Look only where that takes no time."""
        return None if self.text_length > BRACKETS_WITHIN else super().find_matching_bracket(bracket, search_from)

    def get_column_width(self, row: int, column: int) -> int:
        """The cells before a column."""
        return cells_before(self.document[row], column, self.indent_width)

    def measure(self) -> None:
        """Take the measures of a text that has changed."""
        measured = self._measured
        self._joined = None
        self.text_length, self.longest_line, self._width = measured.length, measured.longest, measured.width
        if not self.soft_wrap:
            self._refresh_size()

    def _build_highlight_map(self) -> None:
        self.measure()
        super()._build_highlight_map()

    def _set_document(self, text: str, language: str | None) -> None:
        del language  # it would need tree-sitter
        self.document = self._measured = Measured(text, self.indent_width)
        self.wrapped_document = Counted(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _refresh_size(self) -> None:
        """Unwrapped, the size is what was measured at the last change."""
        if self.soft_wrap:
            super()._refresh_size()
            return
        width = self._width + self.gutter_width + 1
        if width > WIDE:
            width = -(-width // WIDE) * WIDE  # another width lays the whole screen out anew: not on every key
        self.virtual_size = Size(width, self.document.line_count)
        self._refresh_scrollbars()


def _is_quick(text: str) -> bool:
    lines = text.split("\n")
    return len(lines) <= MOST_WRAPPED and max(map(len, lines)) <= LONGEST_WRAPPED
