"""What the app has said in toasts, so that it can be read when they are gone. Knows no widget and no screen."""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from textual.content import Content

from workbench.model.visible import visible

MOST = 200
"""Messages that are kept; older ones go."""

_MARKS: dict[str, tuple[str, str]] = {
    "information": ("·", "$text-muted"),
    "warning": ("!", "$text-warning"),
    "error": ("✗", "$text-error"),
}


class _Message(NamedTuple):
    at: str
    severity: str
    text: str


class Said:
    """The last messages of this run of the program."""

    def __init__(self) -> None:
        self._messages: deque[_Message] = deque(maxlen=MOST)

    def add(self, text: str, severity: str) -> None:
        """Keep a message with the time of day; `severity` is `information`, `warning` or `error`."""
        self._messages.append(_Message(time.strftime("%H:%M:%S"), severity, text))

    def content(self) -> Content:
        """All of them, the last one first; a line of its own where there is none."""
        lines = []
        for at, severity, text in reversed(self._messages):
            mark, style = _MARKS[severity]
            indented = visible(text).replace("\n", "\n           ")
            lines.append(Content.assemble(f"{at} ", Content.styled(mark, style), f" {indented}"))
        return Content("\n").join(lines) if lines else Content("nothing has been said yet")
