"""A text that is told again with every state, and laid out only when it is another one."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Told(Static):
    """Text that is never markup. Saying the same again costs nothing: no layout, no painting."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, classes=classes, markup=False)
        self.said = ""

    def say(self, text: str) -> None:
        """Show a text that is fit for the terminal."""
        if text != self.said:
            self.said = text
            self.update(Content(text))
