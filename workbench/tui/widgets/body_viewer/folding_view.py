"""The part of a code view that folds: one block, a level, all of them, or none.

Finding the blocks of a level is done in a thread in a large text; whatever is asked for next ends it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from workbench.model.body.lines import Cancelled
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.page_view import AT_ONCE, PageView
from workbench.tui.widgets.body_viewer.pages import TextPage

if TYPE_CHECKING:
    from workbench.tui.widgets.body_viewer.folding import FoldedRows


class FoldingView(PageView):
    """Folds the blocks of its page."""

    def fold_level(self, level: int, *, all_folded: bool = False) -> None:
        """Fold the blocks of a level and no others, off the event loop when the text is large."""
        page = self.page
        if not isinstance(page, TextPage) or page.structure is None:
            self.app.bell()
        elif len(page.data) <= AT_ONCE:
            self._fold(page, page.folds(level), all_folded=all_folded)
        else:
            self._stop.set()
            self._stop = stop = Stop()
            self.laying_out = "folding"
            self.cursor_moved()
            self._fold_in_thread(page, level, stop, all_folded=all_folded)

    @work(group="lay_out", exclusive=True)
    async def _fold_in_thread(self, page: TextPage, level: int, stop: Stop, *, all_folded: bool) -> None:
        try:
            rows = await asyncio.to_thread(page.folds, level, stop.asked)
        except Cancelled:
            return
        finally:
            stop.set()
        if self.page is page:
            self.laying_out = ""
            self._fold(page, rows, all_folded=all_folded)
            self._lay_out()  # what this may have interrupted

    def _fold(self, page: TextPage, rows: FoldedRows, *, all_folded: bool) -> None:
        self._keeping_place(page, lambda: page.fold(rows, all_folded=all_folded))
        self.cursor_moved()

    def unfold(self) -> bool:
        """Unfold the block that begins on the cursor's row; whether it was folded."""
        page = self.page
        if not isinstance(page, TextPage) or not page.unfold(page.rows.row(self.cursor_row).line):
            return False
        self.rows_changed()
        return True

    def fold(self, first: int, last: int) -> None:
        """Fold a block, with the cursor on its first line."""
        page = self.page
        if isinstance(page, TextPage):
            page.rows.fold(first, last)
            self.rows_changed()
            self.move_to_row(page.rows.first(first))

    def unfold_all(self) -> None:
        """Fold nothing away, what is being folded neither."""
        page = self.page
        if self.laying_out == "folding":
            self._stop.set()
            self._lay_out()  # what the folding may have interrupted
            self.cursor_moved()
        if isinstance(page, TextPage) and page.folded:
            self._keeping_place(page, page.unfold_all)
            self.cursor_moved()
