"""The first frame: the main screen's outline, painted while the panes are still being imported and made.

It imports nothing of the panes, and it is gone as soon as they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

_SIDE = (("services-pane", "Services"), ("collections-pane", "Collections"), ("history-pane", "History"))
_WORK = (("request-pane", "Request"), ("response-pane", "Response"))


class StartScreen(Screen[None]):
    """Titles and frames in their places; `welcome` stands where the answer will."""

    def __init__(self, welcome: str = "") -> None:
        super().__init__()
        self._welcome = welcome

    def compose(self) -> ComposeResult:
        """What the main screen has, without what is in it."""
        yield Static("cyberun-tui", id="start-header", markup=False)
        yield Static("", id="target-bar")
        with Horizontal(id="columns"):
            with Vertical(id="side"):
                yield from (_frame(name, title, "…") for name, title in _SIDE)
            with Vertical(id="work"):
                yield from (_frame(name, title, self._welcome) for name, title in _WORK)
        yield Static("", id="start-footer")


def _frame(name: str, title: str, text: str) -> Static:
    frame = Static(text, id=name, markup=False)
    frame.border_title = title
    return frame
