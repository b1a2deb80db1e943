"""`CodeEditor`: a `TextArea` coloured by Pygments, with placeholders by whether they have a value.

It holds a text exactly or not at all: what a `TextArea` would alter (mixed line ends, control characters) is shown
read-only, and `content` still gives the text as it was. It never uses Textual's `language`, which needs tree-sitter.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea

from workbench.model.visible import visible
from workbench.tui.widgets.highlighting import NAMES, LineSpan, highlight
from workbench.tui.widgets.templates import Names, complete_placeholder, describe, spans, state_of

if TYPE_CHECKING:
    from textual import events
    from textual.document._document import EditResult, Selection
    from textual.document._edit import Edit
    from textual.geometry import Region
    from textual.strip import Strip

HIGHLIGHTED_AT_ONCE = 16_000
"""Characters up to which a text is coloured on every key; above, a moment later and in a thread."""

HIGHLIGHTED_AT_ALL = 200_000
"""Characters above which only placeholders are coloured."""

LONGEST_WRAPPED = 20_000
"""A line longer than this is not wrapped: wrapping it anew on every key would be felt."""

_TEMPLATES = ("resolved", "missing", "secret")
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_END = re.compile("\r\n|\r|\n")


def holds(text: str) -> bool:
    """Whether an editor can show and change this text without altering a byte that was not edited."""
    return not _UNHOLDABLE.search(text) and len(set(_LINE_END.findall(text))) <= 1


def readable(text: str) -> str:
    """A text as it is shown where it cannot be held: control characters and carriage returns as pictures."""
    return visible(text.replace("\r", "\u240d"))


def styles_css(widget: str) -> str:
    """The colours of code, for a widget's DEFAULT_CSS; one place, so that editor and viewer can agree."""
    rules = {
        "code--key": "color: $text-primary; text-style: bold;",
        "code--string": "color: $text-success;",
        "code--number": "color: $text-warning;",
        "code--literal": "color: $text-success; text-style: bold;",
        "code--comment": "text-style: dim italic;",
        "code--punctuation": "text-style: dim;",
        "template--resolved": "color: $text-accent; text-style: bold;",
        "template--missing": "color: $text-error; text-style: bold underline;",
        "template--secret": "color: $text-warning; text-style: bold italic;",
    }
    return "\n".join(f"{widget} > .{name} {{ {rule} }}" for name, rule in rules.items())


class CodeEditor(TextArea):
    """A text with placeholders. `show` sets it, `TextArea.Changed` tells of edits, `content` is the exact text."""

    HELP: ClassVar[str] = (
        "Type {{ for a variable and Right to take the grey suggestion. Bold has a value, underlined has none, italic "
        "is a secret. Ctrl+underscore undoes, Ctrl+Y redoes, Tab leaves. A text that cannot be shown exactly is "
        "read-only here: F4 opens it in $EDITOR."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"code--{name}" for name in NAMES),
        *(f"template--{name}" for name in _TEMPLATES),
    }
    DEFAULT_CSS = styles_css("CodeEditor")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+underscore", "undo", "Undo", show=False, id="editor.undo", tooltip="Take back the last typing"),
        Binding("ctrl+y", "redo", "Redo", show=False, id="editor.redo", tooltip="Do again what was taken back"),
    ]

    names: reactive[Names] = reactive[Names](dict)
    _lexer = ""
    _exact = ""
    _suggested_at = (-1, -1)

    class Altered(Message):
        """Something typed or pasted could not be held and was left out; `count` characters."""

        def __init__(self, editor: CodeEditor, count: int) -> None:
            self.editor = editor
            self.count = count
            super().__init__()

    def __init__(
        self,
        *,
        lexer: str = "",
        locked: bool = False,
        line_numbers: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        """`lexer` is a Pygments name (`json` also indents new lines); a `locked` editor only ever shows."""
        super().__init__(
            id=id,
            classes=classes,
            show_line_numbers=line_numbers,
            tab_behavior="focus",
            compact=True,
            read_only=locked,
        )
        self._locked = locked
        self.indent_width = 2
        self._lexer = lexer

    # The text

    def show(self, text: str, *, lexer: str | None = None) -> None:
        """Show a text without a message. The same text keeps the cursor and the undo history."""
        if lexer is not None and lexer != self._lexer:
            self._lexer = lexer
            self._build_highlight_map()
            self.refresh()
        if text == self.content:
            return
        self._exact = text
        exact = holds(text)
        self.soft_wrap = max(map(len, text.split("\n"))) <= LONGEST_WRAPPED
        with self.prevent(TextArea.Changed):
            self.load_text(text if exact else readable(text))
        self.read_only = self._locked or not exact

    @property
    def content(self) -> str:
        """The exact text, whether or not it can be edited here."""
        return self._exact if self.read_only else self.text

    def replace_all(self, text: str) -> None:
        """Put another text in place of all of it, as one edit that can be undone; the cursor stays in its line."""
        row, column = self.cursor_location
        self.history.checkpoint()
        self.replace(text, self.document.start, self.document.end)
        self.history.checkpoint()
        self.move_cursor((row, column))

    def edit(self, edit: Edit) -> EditResult:
        """Leave out what the document could not hold, and say so."""
        clean = _UNHOLDABLE.sub("", edit.text)
        if clean != edit.text:
            self.post_message(self.Altered(self, len(edit.text) - len(clean)))
            edit.text = clean
        if self.soft_wrap and len(clean) > LONGEST_WRAPPED and max(map(len, clean.split("\n"))) > LONGEST_WRAPPED:
            self.soft_wrap = False
        return super().edit(edit)

    async def _on_key(self, event: events.Key) -> None:
        """A new line of JSON begins where the last one did, or deeper after a bracket."""
        if event.key != "enter" or self.read_only or self._lexer != "json":
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
        self._build_highlight_map()
        self.refresh()

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
        found = complete_placeholder(line, column, self.names)
        rest = ""
        if found is not None and found.end == column:
            typed = line[found.start : column]
            rest = found.candidates[0].removeprefix(typed) if found.candidates[0].startswith(typed) else ""
        self.suggestion = rest

    def watch_selection(self, _: Selection, selection: Selection) -> None:
        """A suggestion belongs to the place where it was made."""
        if self.suggestion and selection.end != self._suggested_at:
            self.suggestion = ""

    # Colours

    def render_lines(self, crop: Region) -> list[Strip]:
        """Take the colours from the theme that holds now."""
        self._theme.syntax_styles = {
            name: self.get_component_rich_style(name, partial=True) for name in self.COMPONENT_CLASSES
        }
        return super().render_lines(crop)

    def _build_highlight_map(self) -> None:
        """Called by `TextArea` after every change of the document."""
        size = sum(map(len, self.document.lines))
        if not self._lexer or size > HIGHLIGHTED_AT_ALL:
            self._colour({})
        elif size <= HIGHLIGHTED_AT_ONCE:
            self._colour(highlight(self.document.lines, self._lexer))
        else:
            self._line_cache.clear()
            self._colour_cursor_row()
            if self.is_mounted:
                self._highlight_later()

    @work(exclusive=True, group="highlight")
    async def _highlight_later(self) -> None:
        lines = list(self.document.lines)
        found = await asyncio.to_thread(highlight, lines, self._lexer)
        if lines == self.document.lines:
            self._colour(found)
            self.refresh()

    def _colour(self, found: dict[int, list[LineSpan]]) -> None:
        self._line_cache.clear()
        self._highlights.clear()
        for row, line in enumerate(self.document.lines):
            if row in found or "{{" in line:
                self._colour_row(row, line, found.get(row, []))

    def _colour_cursor_row(self) -> None:
        """The row being typed, by itself, until the whole text has been read again."""
        row = self.cursor_location[0]
        if row < self.document.line_count:
            line = self.document[row]
            found = highlight([line], self._lexer) if len(line) <= HIGHLIGHTED_AT_ONCE else {}
            self._colour_row(row, line, found.get(0, []))

    def _colour_row(self, row: int, line: str, found: list[LineSpan]) -> None:
        wanted = [LineSpan(start, end, f"code--{name}") for start, end, name in found]
        wanted += [
            LineSpan(span.start, span.end, f"template--{state_of(span.name, self.names)}") for span in spans(line)
        ]
        self._highlights[row] = _in_bytes(line, wanted)

    def on_mount(self) -> None:
        """Colour what was shown before there was a screen."""
        self._build_highlight_map()


def _in_bytes(line: str, wanted: list[LineSpan]) -> list[tuple[int, int | None, str]]:
    """`TextArea` counts highlights in bytes of UTF-8."""
    if line.isascii():
        return [(start, end, name) for start, end, name in wanted]
    offsets = [0]
    for character in line:
        offsets.append(offsets[-1] + len(character.encode("utf-8", "surrogatepass")))
    return [(offsets[start], offsets[end], name) for start, end, name in wanted]
