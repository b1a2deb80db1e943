"""Finds the longest line of a large text without looking at every line.

From a line's start it jumps as far ahead as the longest line known so far and looks back for a line feed: many short
lines cost one step. Pure; runs in a thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.body.lines import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.tui.widgets.body_viewer.document import Document

_LEAST = 40
_STEPS_BETWEEN_LOOKS = 4096


def longest_line(document: Document, cancelled: Callable[[], bool] = bool) -> int:
    """The number of the line with the most bytes; lines of up to 40 bytes are not told apart.

    Raises:
        Cancelled: `cancelled` said so.
    """
    data, longest, found = document.data, _LEAST, 0
    start = steps = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + longest + 1)
        if end < 0:
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            if end - start > longest:
                longest, found = end - start, start
        start = end + 1
        steps += 1
        if not steps % _STEPS_BETWEEN_LOOKS and cancelled():
            raise Cancelled
    return document.index.line_at(found)
