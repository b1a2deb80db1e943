"""What is pressed while it changes or leaves: nothing comes of it, where Textual would end the program with an error.

A list may have other options by the time a click on it arrives, a palette may be closed by the click before, and a
widget under the mouse may be gone already.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from textual import events
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widgets import OptionList

from workbench.tui.screens.leaving import LeavingScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import App


_CHECKS: Mapping[str, Callable[[OptionList, Any], bool]] = {
    "_move_page": lambda options, _: (options.highlighted or 0) in options._index_to_line,  # noqa: SLF001 - see there
    "_on_click": lambda options, event: event.style.meta.get("option", 0) < options.option_count,
}
"""Methods of a list, with what has to hold for them."""


class Palette(CommandPalette, LeavingScreen[None]):
    """Textual's palette, closed once; without its id, since the one before may still be on its way out."""


def is_late(app: App[Any], event: events.Event) -> bool:
    """Whether a mouse button went down on a widget that is on its way out."""
    if not isinstance(event, events.MouseDown) or not app.screen_stack:
        return False
    widget, _ = app.screen.get_widget_and_offset_at(event.x, event.y)
    return widget is not None and not isinstance(widget, Screen) and widget.parent is None


def is_there(event: OptionList.OptionSelected) -> bool:
    """Whether an option that was chosen still stands in its list, in its place."""
    options, at = event.option_list, event.option_index
    return at < options.option_count and options.get_option_at_index(at) is event.option


def steady_lists() -> None:
    """Have every list of options leave out what belongs to options that it has no more.

    In the class itself, since Textual's palette makes its list itself.
    """
    for name, is_there in _CHECKS.items():
        plain = getattr(OptionList, name, None)  # not Textual's public interface: another version may do without
        if plain is not None and not hasattr(plain, "__wrapped__"):
            setattr(OptionList, name, _or_nothing(plain, is_there))


def _or_nothing(plain: Callable[..., object], is_there: Callable[[OptionList, Any], bool]) -> Callable[..., object]:
    @functools.wraps(plain)
    def steady(self: OptionList, what: Any) -> object:
        return plain(self, what) if is_there(self, what) else None

    return steady
