"""The last belt before the terminal: a line filter that removes control characters from everything that is painted.

Foreign text is made visible where it enters (`workbench.model.visible`); this filter takes out what slipped past, on
every widget alike (RELIABILITY.md, "The terminal"). An app hands one instance out of `get_line_filters`, since painted
strips are cached by filter. It must stay cheap, for it sees every segment of every frame.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_REMOVED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """The text without control characters, C1, and what changes the direction; a lone surrogate becomes U+FFFD.

    Everything that is removed has no width in a terminal's cells, and a surrogate and U+FFFD have one each, so that the
    width of the text stays what the layout took it for.
    """
    if text.isprintable():
        return text
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _REMOVED.sub("", text))


class ControlFilter(LineFilter):
    """Removes from segments what a terminal would obey: `get_line_filters` of the app ends with one instance of it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The same segments, or cleaned copies when one of them holds something to remove."""
        if all(text.isprintable() for text, _, _ in segments):
            return segments
        return [Segment(printable(text), style, control) for text, style, control in segments]
