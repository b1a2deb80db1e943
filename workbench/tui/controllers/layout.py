"""How the main screen is divided, as one frozen value that is remembered between runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from textual.geometry import Region

Zoom = Literal["", "side", "request", "response"]
Grip = Literal["", "side", "share"]
"""Which border the mouse has hold of: the left column's, or the one above the response."""

ZOOMS: tuple[Zoom, ...] = ("", "side", "request", "response")

SIDE_STEP, SIDE_LEAST, SIDE_MOST = 4, 16, 80
SHARE_STEP, SHARE_LEAST, SHARE_MOST = 10, 10, 90


@dataclass(frozen=True)
class Layout:
    """The division of the main screen.

    Attributes:
        side: width of the left column in cells; 0 for what suits the window.
        share: percent of the height that the request pane gets.
        hidden: the left column is hidden.
        zoom: which part has the whole window.
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

    def with_side(self, width: int) -> Layout:
        """A left column of that width, as far as it may have it."""
        return replace(self, side=max(SIDE_LEAST, min(SIDE_MOST, width)))

    def with_share(self, rows: int, of: int) -> Layout:
        """A request pane of that many of all rows, as far as it may have them."""
        return replace(self, share=max(SHARE_LEAST, min(SHARE_MOST, round(rows * 100 / max(1, of)))))

    def to_state(self) -> dict[str, Any]:
        """What is remembered."""
        return {"side": self.side, "share": self.share, "hidden": self.hidden, "zoom": self.zoom}


def grip_at(x: int, y: int, side: Region | None, response: Region) -> Grip:
    """The border at a place of the screen; `side` is None while it is hidden."""
    if side is not None and x == side.right - 1 and side.y <= y < side.bottom:
        return "side"
    if y == response.y and response.x <= x < response.right:
        return "share"
    return ""


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
    zoom: Zoom = next((each for each in ZOOMS if each == state.get("zoom")), ZOOMS[0])
    return replace(layout, hidden=hidden if isinstance(hidden, bool) else False, zoom=zoom)
