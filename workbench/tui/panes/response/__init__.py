"""The response pane: one request's outcome in tabs. `ResponsePane` is its only public name."""

from workbench.tui.panes.response.pane import ResponsePane

__all__ = ["ResponsePane"]
