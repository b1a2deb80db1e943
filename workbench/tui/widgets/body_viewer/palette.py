"""Turns token types and marks into terminal styles, from the theme in use.

Colours come from the theme's variables only; what a hit or the cursor is shows without colour too (underline, reverse,
a mark in the gutter), so that 16 colours and `NO_COLOR` lose nothing.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.style import Style as RichStyle
from textual.color import Color
from textual.style import Style

if TYPE_CHECKING:
    from textual.widget import Widget


_STEPS = 20
_ENOUGH = 4.5
_LINEAR_UP_TO = 0.04045


class Mark(Enum):
    """What else a run of characters is, beside its token; the value is the component class that styles it."""

    NONE = ""
    HIT = "code-view--hit"
    CURRENT = "code-view--current-hit"


class Palette:
    """Rich styles for the tokens of one widget; made anew when its style or the theme changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self.made_for = self.key(widget)
        self._ansi = widget.app.native_ansi_color  # sixteen colours do not mix: there the text styles have to do
        self._base = widget.visual_style
        self._cursor = self._base + self._component("code-view--cursor")
        self._gutter = self._component("code-view--gutter")
        self._note = self._component("code-view--note")
        self._specs = _ansi_styles() if self._ansi else _theme_styles()
        self.style = lru_cache(1024)(self._style)

    def _style(self, token: Any, mark: Mark = Mark.NONE, *, cursor: bool = False) -> RichStyle:
        """The style of a token; `cursor`: on the cursor's row."""
        style = self._ground(cursor=cursor) + self._token(token)
        if mark is not Mark.NONE:
            style += self._component(mark.value)
        return readable(style.rich_style)

    @staticmethod
    def key(widget: Widget) -> tuple[object, ...]:
        """What a palette depends on: when this is another, so must the palette be."""
        parts = [widget.get_component_styles(name) for name in sorted(widget.COMPONENT_CLASSES)]
        return (widget.app.theme, widget.visual_style, *((part.background, part.color) for part in parts))

    def _component(self, name: str) -> Style:
        """What the style sheet says of a part, and nothing else; `Widget.get_visual_style` would drop `reverse`."""
        styles = self._widget.get_component_styles(name)
        whole = Style.from_styles(styles)
        colour = styles.has_rule("color") and not self._ansi
        return replace(
            whole,
            background=whole.background if styles.has_rule("background") and not self._ansi else None,
            foreground=whole.foreground if colour else None,
            auto_color=whole.auto_color and colour,
        )

    def _ground(self, *, cursor: bool) -> Style:
        return self._cursor if cursor else self._base

    def _token(self, token: Any) -> Style:
        while token is not None:
            spec = self._specs.get(token)
            if spec is not None:
                return Style.parse(spec) if spec else Style()
            token = token.parent
        return Style()

    def ground(self, *, cursor: bool = False) -> RichStyle:
        """The style where there is no text."""
        return self._ground(cursor=cursor).rich_style

    def gutter(self, *, cursor: bool = False) -> RichStyle:
        """The style of line numbers."""
        return readable((self._ground(cursor=cursor) + self._gutter).rich_style)

    def note(self, *, cursor: bool = False) -> RichStyle:
        """The style of what the viewer itself says within the text, such as how much is folded."""
        return readable((self._ground(cursor=cursor) + self._note).rich_style)

    def selection(self) -> RichStyle:
        """The style of selected text."""
        return self._widget.screen.get_component_rich_style("screen--selection")


def readable(style: RichStyle) -> RichStyle:
    """The style with its colour moved towards black or white until it stands out 4.5 to 1 (WCAG 2.2, 1.4.3).

    Some light themes' greens and yellows do not. Colours that the terminal decides on are left alone.
    """
    if style.color is None or style.bgcolor is None or not (style.color.triplet and style.bgcolor.triplet):
        return style
    text, ground = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
    goal = max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda end: contrast(end, ground))
    nearest = (text.blend(goal, step / _STEPS) for step in range(_STEPS + 1))
    chosen = next((colour for colour in nearest if contrast(colour, ground) >= _ENOUGH), goal)
    return style if chosen == text else style + RichStyle(color=chosen.rich_color)


def contrast(one: Color, other: Color) -> float:
    """How much two colours stand out from each other: 1 not at all, 21 black from white (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    linear = [part / 12.92 if part <= _LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@lru_cache
def _theme_styles() -> dict[Any, str]:
    """Textual's own highlight theme, with the colours of values at full strength: its softer ones are hard to read.

    Punctuation is quieter than what stands between it.
    """
    from pygments.token import Comment, Keyword, Literal, Punctuation
    from textual.highlight import HighlightTheme

    return {
        **HighlightTheme.STYLES,
        Punctuation: "$text 70%",
        Comment: "$text 70%",
        Keyword.Constant: "bold $text-success",
        Literal.String: "$text-success",
        Literal.String.Double: "$text-success",
    }


@lru_cache
def _ansi_styles() -> dict[Any, str]:
    """The terminal's own sixteen colours: readable on light and dark, since both are the user's choice."""
    from pygments.token import Token

    return {
        Token.Comment: "dim italic",
        Token.Error: "ansi_red underline",
        Token.Generic.Strong: "bold",
        Token.Generic.Emph: "italic",
        Token.Generic.Heading: "bold ansi_blue",
        Token.Keyword: "bold ansi_magenta",
        Token.Keyword.Constant: "bold ansi_cyan",
        Token.Literal.Number: "ansi_magenta",
        Token.Literal.String: "ansi_green",
        Token.Name.Attribute: "ansi_cyan",
        Token.Name.Class: "bold ansi_blue",
        Token.Name.Function: "ansi_blue",
        Token.Name.Tag: "bold ansi_blue",
        Token.Operator.Word: "ansi_magenta",
    }
