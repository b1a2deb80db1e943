"""How the main screen is divided, as one frozen value that is remembered between runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Zoom = Literal["", "side", "request", "response"]

SIDE_STEP, SIDE_LEAST, SIDE_MOST = 4, 16, 80
SHARE_STEP, SHARE_LEAST, SHARE_MOST = 10, 10, 90


@dataclass(frozen=True)
class Layout:
    """The division of the main screen.

    Attributes:
        side: width of the left column in cells; 0 for what suits the window.
        share: percent of the height that the request pane gets.
        hidden: the left column is hidden.
        zoom: which part has the whole window; not remembered.
    """

    side: int = 0
    share: int = 45
    hidden: bool = False
    zoom: Zoom = ""

    def side_width(self, window: int) -> int:
        """The left column's width in a window of that many cells."""
        wanted = self.side or (22 if window < 100 else 28 if window < 140 else 34)  # noqa: PLR2004 - the sizes drawn for
        return max(SIDE_LEAST, min(wanted, SIDE_MOST, window // 2))

    def wider(self, window: int, steps: int) -> Layout:
        """A left column that is that many steps wider."""
        width = self.side_width(window) + steps * SIDE_STEP
        return replace(self, side=max(SIDE_LEAST, min(SIDE_MOST, width)), hidden=False)

    def taller(self, steps: int) -> Layout:
        """A request pane that is that many steps taller."""
        return replace(self, share=max(SHARE_LEAST, min(SHARE_MOST, self.share + steps * SHARE_STEP)))

    def to_state(self) -> dict[str, Any]:
        """What is remembered."""
        return {"side": self.side, "share": self.share, "hidden": self.hidden}


def from_state(state: Any) -> Layout:
    """The division as it was remembered; whatever makes no sense is left at its default."""
    layout = Layout()
    if not isinstance(state, Mapping):
        return layout
    side, share, hidden = state.get("side"), state.get("share"), state.get("hidden")
    if isinstance(side, int) and (side == 0 or SIDE_LEAST <= side <= SIDE_MOST):
        layout = replace(layout, side=side)
    if isinstance(share, int) and SHARE_LEAST <= share <= SHARE_MOST:
        layout = replace(layout, share=share)
    return replace(layout, hidden=hidden) if isinstance(hidden, bool) else layout
