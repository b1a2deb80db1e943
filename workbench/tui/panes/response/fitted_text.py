"""A text that is laid out for the width there is. What it says is `texts`' business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.content import Content


class FittedText(Static):
    """Shows what a function makes of a width in cells; 0 where that is not known yet."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__("", id=id, markup=False)
        self._made: Callable[[int], Content] | None = None
        self._width = 0

    def show(self, made: Callable[[int], Content]) -> None:
        """Show another text."""
        self._made = made
        self.update(made(self._width))

    def on_resize(self, event: events.Resize) -> None:
        """Lay it out anew for another width."""
        if event.size.width != self._width:
            self._width = event.size.width
            if self._made is not None:
                self.update(self._made(self._width))
