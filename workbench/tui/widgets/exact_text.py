"""A text area that holds a text exactly or not at all.

What a `TextArea` would alter (mixed line ends, control characters) is shown read-only, and `content` still gives the
text as it was; what is typed or pasted and could not be held is left out and said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import TextArea

from workbench.model.visible import visible
from workbench.tui.widgets.large_text import LargeText

if TYPE_CHECKING:
    from textual import events
    from textual.document._document import EditResult
    from textual.document._edit import Edit

_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_END = re.compile("\r\n|\r|\n")


def holds(text: str) -> bool:
    """Whether an editor can show and change this text without altering a byte that was not edited."""
    return not _UNHOLDABLE.search(text) and len(set(_LINE_END.findall(text))) <= 1


def readable(text: str) -> str:
    """A text as it is shown where it cannot be held: control characters and carriage returns as pictures."""
    return visible(text.replace("\r", "\u240d"))


class ExactText(LargeText):
    """`show` sets the text, `TextArea.Changed` tells of edits, `content` is the exact text; `locked`: it only shows."""

    locked = False
    _exact = ""

    class Altered(Message):
        """Something typed or pasted could not be held and was left out; `count` characters."""

        def __init__(self, editor: ExactText, count: int) -> None:
            self.editor = editor
            self.count = count
            super().__init__()

    def show(self, text: str) -> None:
        """Show a text without a message. The same text keeps the cursor and the undo history."""
        if text == self.content:
            return
        self._exact = text
        exact = holds(text)
        self.wrap_if_quick(text)
        with self.prevent(TextArea.Changed):
            self.load_text(text if exact else readable(text))
        self.read_only = self.locked or not exact

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

    async def _on_paste(self, event: events.Paste) -> None:
        """What is pasted into a text is nobody else's; `TextArea`, whose handler is called next, lets it go on."""
        if not self.read_only:
            event.stop()

    def edit(self, edit: Edit) -> EditResult:
        """Leave out what the document could not hold, and say so."""
        clean = _UNHOLDABLE.sub("", edit.text)
        if clean != edit.text:
            self.post_message(self.Altered(self, len(edit.text) - len(clean)))
            edit.text = clean
        return super().edit(edit)
