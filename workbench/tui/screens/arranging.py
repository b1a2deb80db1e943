"""Where the main screen's parts stand: the layout put into sizes, by keys, by dragging a border, by a double click."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Static

from workbench.tui.controllers.layout import Grip, Zoom, grip_at
from workbench.tui.screens.placing import place
from workbench.tui.screens.working import WorkingScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.widget import Widget

TOO_NARROW, TOO_LOW = 60, 15

_PANES: Sequence[tuple[str, Zoom]] = (("#side", "side"), ("#response-pane", "response"), ("#request-pane", "request"))


class ArrangingScreen(WorkingScreen):
    """The state and the work with a layout; a subclass has the parts."""

    _grip: Grip = ""
    _focused_before: Widget | None = None

    def watch_layout_state(self) -> None:
        """Put the parts where the layout says; the app remembers it when the mouse lets go."""
        if place(self, self.layout_state) and not self._grip:
            self.app.remember(layout=self.layout_state.to_state())  # type: ignore[attr-defined]  # WorkbenchApp's

    def on_resize(self, event: events.Resize) -> None:
        """A window too small for the panes says so, and everything stays as it is."""
        width, height = event.size
        small = width < TOO_NARROW or height < TOO_LOW
        if small and not self.has_class("-too-small"):
            self._focused_before = self.focused  # what is hidden loses the focus
        self.set_class(small, "-too-small")
        if not small and self._focused_before is not None:
            before, self._focused_before = self._focused_before, None
            self.call_after_refresh(before.focus)
        text = f"{width}×{height} is too small: make the window at least {TOO_NARROW}×{TOO_LOW}. Nothing is lost."
        self.query_one("#too-small", Static).update(text)
        self.watch_layout_state()

    def focused_part(self) -> Zoom:
        """The part of the window that has the focus."""
        return next((part for selector, part in _PANES if self.query_one(selector).has_focus_within), "request")

    # The mouse

    def _grip_at(self, event: events.MouseEvent) -> Grip:
        layout = self.layout_state
        if layout.zoom:
            return ""
        side = self.query_one("#side").region if not layout.hidden else None
        return grip_at(event.screen_x, event.screen_y, side, self.query_one("#response-pane").region)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of a border."""
        self._grip = self._grip_at(event)
        if self._grip:
            event.stop()
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """The border follows the mouse."""
        if not self._grip:
            return
        if self._grip == "side":
            self.layout_state = self.layout_state.with_side(event.screen_x + 1)
        else:
            work = self.query_one("#work").region
            self.layout_state = self.layout_state.with_share(event.screen_y - work.y, work.height)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go: from now on it stays so."""
        if self._grip:
            self._grip = ""
            event.stop()
            self.release_mouse()
            self.watch_layout_state()

    def on_click(self, event: events.Click) -> None:
        """Two clicks on the title of a part zoom it, or give the others their room again."""
        if event.chain != 2:  # noqa: PLR2004 - a double click
            return
        for selector, part in _PANES:
            region = self.query_one(selector).region
            if region.y == event.screen_y and region.x <= event.screen_x < region.right:
                self.layout_state = replace(self.layout_state, zoom="" if self.layout_state.zoom else part)
                return
