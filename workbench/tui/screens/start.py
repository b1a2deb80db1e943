"""The first frames: the main screen's outline, then the first files in it, while the panes are imported and made.

It imports nothing of the panes, and it is gone as soon as they are there.
"""

from __future__ import annotations

from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from workbench.model.visible import one_line
from workbench.tui.screens.placing import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from workbench.tui.controllers.layout import Layout
    from workbench.tui.controllers.workspace import Workspace

_SIDE = (("services-pane", "Services"), ("collections-pane", "Collections"), ("history-pane", "History"))
_WORK = (("request-pane", "Request"), ("response-pane", "Response"))


class StartScreen(Screen[None]):
    """Titles and frames in their places; `welcome` stands where the answer will."""

    def __init__(self, layout: Layout, welcome: str = "") -> None:
        super().__init__()
        self._layout = layout
        self._welcome = welcome

    def compose(self) -> ComposeResult:
        """What the main screen has, without what is in it."""
        yield Static("cyberun-tui", id="start-header", markup=False)
        yield Static("", id="target-bar", markup=False)
        with Horizontal(id="columns"):
            with Vertical(id="side"):
                yield from (_frame(name, title, "…") for name, title in _SIDE)
            with Vertical(id="work"):
                yield from (_frame(name, title, self._welcome) for name, title in _WORK)
        yield Static("", id="start-footer")

    def on_mount(self) -> None:
        """The parts have their places from the beginning."""
        place(self, self._layout)

    def show(self, workspace: Workspace) -> None:
        """Show the collections that were read first, and where the first request goes."""
        lines = islice(_tree(workspace), self.size.height)
        self.query_one("#collections-pane", Static).update("\n".join(map(one_line, lines)))
        item = next((item for _, item in workspace.refs()), None)
        if item is not None:
            self.query_one("#target-bar", Static).update(one_line(f"… {item.request.method} {item.request.path}"))
            self.query_one("#request-pane").border_title = Content(one_line(f"Request ─ {item.request.title}"))


def _frame(name: str, title: str, text: str) -> Static:
    frame = Static(text, id=name, markup=False)
    frame.border_title = title
    return frame


def _tree(workspace: Workspace) -> Iterator[str]:
    """The lines of the tree: the first file with its requests, then the names of the others."""
    opened = False
    for file in workspace.files.values():
        name = PurePath(file.path).name
        if opened or not file.items:
            yield f"▸ {name}"
            continue
        opened = True
        yield f"▾ {name}"
        for item in file.items:
            guide = "└" if item is file.items[-1] else "├"
            yield f"{guide} {item.request.method:<4} {item.request.title}"
