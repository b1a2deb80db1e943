"""`CodeEditor`: an exact text coloured by Pygments, with placeholders by whether they have a value.

It never uses Textual's `language`, which needs tree-sitter.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from workbench.tui.widgets.candidates import Offer
from workbench.tui.widgets.code_paint import STYLES, Paint, styles_css
from workbench.tui.widgets.exact_text import ExactText
from workbench.tui.widgets.highlighting import highlight
from workbench.tui.widgets.templates import Names, complete_placeholder, describe, spans

if TYPE_CHECKING:
    from textual import events
    from textual.document._document import Selection
    from textual.geometry import Region
    from textual.strip import Strip

    from workbench.tui.widgets.highlighting import LineSpan
    from workbench.tui.widgets.templates import Completion

HIGHLIGHTED_AT_ONCE = 16_000
"""Characters up to which a text is coloured on every key; above, a moment later and in a thread."""

HIGHLIGHTED_AFTER = 0.15
"""Seconds without a key after which a longer text is coloured: reading it anew on every key would be felt."""

HIGHLIGHTED_AT_ALL = 200_000
"""Characters above which only placeholders are coloured."""

LONGEST_PAINTED = 50_000
"""A text with a line longer than this has no colours: all of a line is painted for each picture of it."""


class CodeEditor(ExactText):
    """A text with placeholders. `show` sets it, `TextArea.Changed` tells of edits, `content` is the exact text."""

    HELP: ClassVar[str] = (
        "Type {{ for a variable: Down and Up choose from the list, Enter takes the marked one, Right the grey "
        "suggestion, Escape closes the list. Bold has a value, underlined has none, italic is a secret. "
        "Ctrl+underscore undoes, Ctrl+Y redoes, Tab leaves. A text that cannot be shown exactly is read-only here: "
        "F4 opens it in $EDITOR."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {*STYLES}
    DEFAULT_CSS = styles_css("CodeEditor")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+underscore", "undo", "Undo", show=False, id="editor.undo", tooltip="Take back the last typing"),
        Binding("ctrl+y", "redo", "Redo", show=False, id="editor.redo", tooltip="Do again what was taken back"),
        Binding("escape", "close_candidates", "Close the list", show=False),
    ]

    names: reactive[Names] = reactive[Names](dict)
    _lexer = ""
    _suggested_at = (-1, -1)

    def __init__(
        self,
        *,
        lexer: str = "",
        locked: bool = False,
        line_numbers: bool = True,
        templates: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """Make an empty editor.

        Args:
            lexer: a Pygments name; `json` also indents new lines.
            locked: it only ever shows.
            line_numbers: show them.
            templates: offer variables where `{{` is open.
            id: Textual's.
            classes: Textual's.
        """
        self._templates = templates
        self._offered = Offer(self)
        self._colours = Paint(lambda row: self.document[row])
        super().__init__(
            id=id,
            classes=classes,
            show_line_numbers=line_numbers,
            tab_behavior="focus",
            compact=True,
            read_only=locked,
        )
        self.locked = locked
        self._highlights = self._colours
        self.indent_width = 2
        self._lexer = lexer

    def show(self, text: str, *, lexer: str | None = None) -> None:
        """Show a text without a message, in the colours of a language."""
        if lexer is not None and lexer != self._lexer:
            self._lexer = lexer
            self._build_highlight_map()
            self.refresh()
        super().show(text)

    async def _on_key(self, event: events.Key) -> None:
        """Enter takes the marked candidate; a new line of JSON begins where the last one did, or deeper."""
        if event.key != "enter" or self.read_only:
            return
        if self._offered.index is not None:
            event.stop()
            event.prevent_default()
            self.accept(self._offered.index)
            return
        if self._lexer != "json":
            return
        event.stop()
        event.prevent_default()
        row, column = min(self.selection)
        before = self.document[row][:column]
        indent = before[: len(before) - len(before.lstrip(" \t"))]
        if before.rstrip().endswith(("{", "[")):
            indent += " " * self.indent_width
        self._replace_via_keyboard(f"\n{indent}", *self.selection)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F6 belongs to the app."""
        return False if action == "select_line" else super().check_action(action, parameters)

    # Variables

    def watch_names(self) -> None:
        """Colour the placeholders again."""
        self._colours.names = self.names
        self._repaint()

    @property
    def about_cursor(self) -> str:
        """What is known of the placeholder the cursor is in; empty when it is in none."""
        row, column = self.cursor_location
        line = self.document[row]
        found = next((span for span in spans(line) if span.start < column < span.end), None)
        return describe(found.name, self.names) if found else ""

    def update_suggestion(self) -> None:
        """Offer the rest of a variable's name behind the cursor."""
        row, column = self._suggested_at = self.cursor_location
        line = self.document[row]
        found = complete_placeholder(line, column, self.names) if self._templates and not self.read_only else None
        rest = ""
        if found is not None and found.end == column:
            typed = line[found.start : column]
            rest = found.candidates[0].removeprefix(typed) if found.candidates[0].startswith(typed) else ""
        self.suggestion = rest
        self._offered.put(found if self._offers(found, line) else None)

    def _offers(self, found: Completion | None, line: str) -> bool:
        return found is not None and found.candidates != (line[found.start : found.end],)

    def watch_selection(self, _: Selection, selection: Selection) -> None:
        """A suggestion belongs to the place where it was made, and so does the list."""
        if selection.end != self._suggested_at:
            self._offered.put(None)
            if self.suggestion:
                self.suggestion = ""

    def on_blur(self) -> None:
        """Nothing is offered without focus."""
        self._offered.put(None)

    def accept(self, index: int) -> None:
        """Put a candidate in place of what was typed of it."""
        taken = self._offered.take(index)
        if taken is not None:
            row = self.cursor_location[0]
            start, end, chosen = taken
            self._replace_via_keyboard(chosen, (row, start), (row, end))
            self._offered.put(None)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down, or the next candidate where the list is open."""
        if self._offered.completion is not None and not select:
            self._offered.mark(1)
        else:
            super().action_cursor_down(select)

    def action_cursor_up(self, select: bool = False) -> None:
        """Up, or the candidate before where the list is open."""
        if self._offered.completion is not None and not select:
            self._offered.mark(-1)
        else:
            super().action_cursor_up(select)

    def action_close_candidates(self) -> None:
        """Close the list; without one the key is not ours."""
        if self._offered.completion is None:
            raise SkipAction
        self._offered.put(None)

    # Colours

    def render_lines(self, crop: Region) -> list[Strip]:
        """Take the colours from the theme that holds now."""
        self._theme.syntax_styles = {
            name: self.get_component_rich_style(name, partial=True) for name in self.COMPONENT_CLASSES
        }
        return super().render_lines(crop)

    def mark_problem(self, place: tuple[int, int] | None) -> None:
        """Underline what is wrong at a line and column, both from 0; at an empty line the end of the text above it."""
        if place is not None:
            row = min(place[0], self.document.line_count - 1)
            above = next((at for at in range(row, -1, -1) if self.document[at]), row)
            place = (row, place[1]) if above == row else (above, len(self.document[above]))
        if self._colours.mark(place):
            self._line_cache.clear()
            self.refresh()

    def _build_highlight_map(self) -> None:
        """Called by `TextArea` after every change of the document."""
        self.measure()
        self._colours.on = self.longest_line <= LONGEST_PAINTED
        if not self._lexer or not self._colours.on or self.text_length > HIGHLIGHTED_AT_ALL:
            self._repaint({})
        elif self.text_length <= HIGHLIGHTED_AT_ONCE:
            self._repaint(highlight(self.document.lines, self._lexer))
        else:
            row = self.cursor_location[0]
            self._repaint(self._cursor_row(row), row)
            if self.is_mounted:
                self._highlight_later()

    def _cursor_row(self, row: int) -> dict[int, list[LineSpan]]:
        """The row being typed, by itself, until the whole text has been read again."""
        line = self.document[row] if row < self.document.line_count else ""
        return {row: highlight([line], self._lexer).get(0, [])} if len(line) <= HIGHLIGHTED_AT_ONCE else {}

    @work(exclusive=True, group="highlight")
    async def _highlight_later(self) -> None:
        await asyncio.sleep(HIGHLIGHTED_AFTER)
        lines = list(self.document.lines)
        found = await asyncio.to_thread(highlight, lines, self._lexer)
        if lines == self.document.lines:
            self._repaint(found)

    def _repaint(self, found: dict[int, list[LineSpan]] | None = None, row: int | None = None) -> None:
        self._line_cache.clear()
        self._colours.renew(found, row)
        self.refresh()

    def on_mount(self) -> None:
        """Colour what was shown before there was a screen."""
        self._build_highlight_map()
