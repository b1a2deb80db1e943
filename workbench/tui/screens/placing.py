"""Puts a layout into the sizes of a screen's parts: the same on the main screen and on the outline before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.screen import Screen

    from workbench.tui.controllers.layout import Layout

_PARTS = ("#side", "#request-pane", "#response-pane")


def place(screen: Screen[None], layout: Layout) -> bool:
    """Size the parts; False where they are not there yet, or on the way out."""
    if not all(screen.query(part) for part in _PARTS):
        return False
    screen.set_class(layout.hidden, "-no-side")
    for part in ("side", "request", "response"):
        screen.set_class(layout.zoom == part, f"-zoom-{part}")
    screen.query_one("#side").styles.width = layout.side_width(screen.app.size.width) if not layout.zoom else "1fr"
    for pane in screen.query("#request-pane, #broken-file"):
        pane.styles.height = f"{layout.share}fr"
    screen.query_one("#response-pane").styles.height = f"{100 - layout.share}fr"
    return True
