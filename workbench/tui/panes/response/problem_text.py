"""What went wrong with a call, laid out for the width there is. Draws; what is said is `texts.problem`'s business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from workbench.tui.panes.response import texts

if TYPE_CHECKING:
    from textual import events

    from workbench.model.errors import Failure
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor


class ProblemText(Static):
    """One failed call: what, where, whether it ran, what to do; each goes on below its own beginning."""

    def __init__(self, redactor: Redactor, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__("", id=id, markup=False)
        self._redactor = redactor
        self._failed: tuple[Exchange, Failure] | None = None
        self._width = 0

    def show(self, exchange: Exchange, failure: Failure) -> None:
        """Show what went wrong."""
        self._failed = exchange, failure
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lay it out anew for another width."""
        if event.size.width != self._width:
            self._width = event.size.width
            self._lay_out()

    def _lay_out(self) -> None:
        if self._failed is not None:
            self.update(texts.problem(*self._failed, self._redactor, self._width))
