"""A `TextArea` whose keys stay quick in a large text: what Textual counts for each line it draws is counted once.

It touches private names of Textual, whose minor is pinned for that. It knows nothing of what the text is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.document._document import Document
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths
from textual.geometry import Size
from textual.widgets import TextArea

from workbench.tui.widgets.in_order import InOrder

if TYPE_CHECKING:
    from textual.document._document import EditResult, Location
    from textual.document._edit import Edit

LONGEST_WRAPPED = 20_000
"""A text with a line longer than this is not wrapped: wrapping it anew on every key would be felt."""

MOST_WRAPPED = 2_000
"""A text of more lines than this is not wrapped: it would be wrapped anew at every change of the width."""

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

    def measure(self) -> None:
        """Take the measures of a text that has changed."""
        lines, tab = self.document.lines, self.indent_width
        lengths = [len(line) for line in lines]
        self._joined = None
        self.text_length, self.longest_line = sum(lengths), max(lengths)
        self._width = max(
            len(line) if line.isascii() and "\t" not in line else cell_len(line.expandtabs(tab)) for line in lines
        )
        if not self.soft_wrap:
            self._refresh_size()

    def _build_highlight_map(self) -> None:
        self.measure()
        super()._build_highlight_map()

    def _set_document(self, text: str, language: str | None) -> None:
        del language  # it would need tree-sitter
        self.document = Document(text)
        self.wrapped_document = _Counted(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._build_highlight_map()
        self.move_cursor((0, 0))
        self._rewrap_and_refresh_virtual_size()

    def _refresh_size(self) -> None:
        """Unwrapped, the size is what was measured at the last change."""
        if self.soft_wrap:
            super()._refresh_size()
            return
        self.virtual_size = Size(self._width + self.gutter_width + 1, self.document.line_count)
        self._refresh_scrollbars()


class _Counted(WrappedDocument):
    """A wrapped document that keeps count; Textual's adds up all its lines for each line that is drawn."""

    @property
    def height(self) -> int:
        """The lines on the screen that it takes."""
        return len(self._offset_to_line_info)

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        """Without a width every line is one on the screen, and stays so until `wrap_range` is told of a change."""
        if width:
            super().wrap(width, tab_width)
            return
        tab = tab_width or self._tab_width
        lines = self.document.lines
        if (self._width, self._tab_width, self.height) == (0, tab, len(lines)):
            return
        self._width, self._tab_width = 0, tab
        self._wrap_offsets = [[] for _ in lines]
        self._offset_to_line_info = [(at, 0) for at in range(len(lines))]
        self._line_index_to_offsets = [[at] for at in range(len(lines))]
        self._tab_width_cache = [
            [cells for _, cells in get_tab_widths(line, tab)] if "\t" in line else [0] * bool(line) for line in lines
        ]


def _is_quick(text: str) -> bool:
    lines = text.split("\n")
    return len(lines) <= MOST_WRAPPED and max(map(len, lines)) <= LONGEST_WRAPPED
