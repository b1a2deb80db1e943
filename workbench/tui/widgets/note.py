"""A line or two under an editor: what is wrong, what to know, what the next key does. No room when it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from workbench.model.visible import visible
from workbench.tui.widgets.told import Told

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["info", "warning", "error"]

_MARKS = {"info": "", "warning": "! ", "error": "✗ "}


class Note(Told):
    """Lines with a mark as well as a colour for its severity."""

    DEFAULT_CSS = """
    Note {
        height: auto; max-height: 3; padding: 0 1; display: none; color: $text-muted;
        &.-shown { display: block; }
        &.-warning { color: $text-warning; }
        &.-error { color: $text-error; }
    }
    """

    def say(self, lines: str | Iterable[str], severity: Severity = "info") -> None:
        """Show these lines; nothing to say hides the note."""
        listed = [lines] if isinstance(lines, str) else list(lines)
        text = "\n".join(_MARKS[severity] + visible(line) for line in listed if line)
        self.set_class(bool(text), "-shown")
        self.set_class(severity == "warning", "-warning")
        self.set_class(severity == "error", "-error")
        super().say(text)
