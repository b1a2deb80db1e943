"""A line or two under an editor: what is wrong, what to know, what the next key does. No room when it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.content import Content
from textual.widgets import Static

from workbench.model.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["info", "warning", "error"]

_MARKS = {"info": "", "warning": "! ", "error": "✗ "}


class Note(Static):
    """Text that is never markup, with a mark as well as a colour for its severity."""

    DEFAULT_CSS = """
    Note {
        height: auto; max-height: 3; padding: 0 1; display: none; color: $text-muted;
        &.-shown { display: block; }
        &.-warning { color: $text-warning; }
        &.-error { color: $text-error; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, classes=classes, markup=False)
        self.said = ""

    def say(self, lines: str | Iterable[str], severity: Severity = "info") -> None:
        """Show these lines; nothing to say hides the note."""
        listed = [lines] if isinstance(lines, str) else list(lines)
        text = "\n".join(_MARKS[severity] + visible(line) for line in listed if line)
        self.set_class(bool(text), "-shown")
        self.set_class(severity == "warning", "-warning")
        self.set_class(severity == "error", "-error")
        if text != self.said:
            self.said = text
            self.update(Content(text))
