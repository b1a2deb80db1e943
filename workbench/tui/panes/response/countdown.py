"""The seconds that a platform asked to wait (429, `Retry-After`), counted down; nothing is sent by itself."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange


class Countdown(Static):
    """One line: how long to wait before sending again, then that one may. Hidden where nobody asked to wait."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__("", id=id, markup=False)
        self._until = 0.0

    def on_mount(self) -> None:
        """Nobody has asked yet."""
        self.display = False
        self.set_interval(0.5, self._show)

    def begin(self, exchange: Exchange) -> None:
        """Count for an outcome, from the moment it came."""
        wait = exchange.error.retry_after if exchange.error is not None else None
        self.display = wait is not None
        self._until = _ended(exchange) + (wait or 0.0)
        self._show()

    def _show(self) -> None:
        if self.display:
            left = self._until - time.time()
            text = f"in {left:.0f} s it may be sent again" if left > 0 else "it may be sent again now"
            self.update(Content.from_markup("[b]Wait[/]          $text", text=text))


def _ended(exchange: Exchange) -> float:
    """When an outcome came, in seconds since the epoch; now, where that is not known."""
    try:
        return datetime.fromisoformat(exchange.started).timestamp() + exchange.elapsed
    except ValueError:
        return time.time()
