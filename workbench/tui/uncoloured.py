"""`NO_COLOR`: nothing that is painted has a colour; what was told by a background alone is told by reverse video.

Textual by itself paints in greys then, which are colours to a terminal as well (no-color.org asks for none).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

if TYPE_CHECKING:
    from rich.color import Color as RichColor

_STANDS_OUT = 0.2
"""The difference in brightness, from 0 to 1, from which a background is a highlight."""

_REVERSE = Style(reverse=True)


class Uncoloured(LineFilter):
    """Takes colours off: `get_line_filters` of the app has one instance of it in place of Textual's greys."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without colours."""
        return [
            Segment(text, None if style is None else _plain(style, background), control)
            for text, style, control in segments
        ]


@lru_cache(4096)
def _plain(style: Style, background: Color) -> Style:
    plain = style.without_color
    return plain + _REVERSE if _stands_out(style.bgcolor, background) else plain


def _stands_out(bgcolor: RichColor | None, background: Color) -> bool:
    if bgcolor is None or bgcolor.is_default or bgcolor.triplet is None:
        return False
    return abs(Color.from_rich_color(bgcolor).brightness - background.brightness) >= _STANDS_OUT
