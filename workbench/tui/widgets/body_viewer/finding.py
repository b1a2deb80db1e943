"""The part of the body viewer that finds: asks the find bar what, searches, marks, counts, steps.

A large text is searched in a thread; the first hit shows before all of them are counted.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from workbench.model.body.lines import Cancelled
from workbench.model.body.pattern import PatternError, Query, compile_query
from workbench.model.body.search import Hit, Search
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.find_bar import FindBar
from workbench.tui.widgets.body_viewer.loading import LoadingViewer
from workbench.tui.widgets.body_viewer.page_view import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable


class FindingViewer(LoadingViewer):
    """Finds in the page on the screen."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._query = Query("")
        self._search: Search | None = None
        self._hit: Hit | None = None
        self._origin = 0
        self._give_up = Stop()

    @property
    def bar(self) -> FindBar:
        """The find bar."""
        return self.query_one(FindBar)

    @property
    def finding(self) -> bool:
        """Whether the find bar is on the screen."""
        return self._ready and self.bar.shown

    def action_find(self) -> None:
        """Type what to look for."""
        self._origin = self.view.place
        self.bar.open()
        self.refresh_bindings()

    def action_find_next(self) -> None:
        """Go to the next hit; after the last comes the first."""
        self._step(1)

    def action_find_previous(self) -> None:
        """Go to the hit before; before the first comes the last."""
        self._step(-1)

    def on_find_bar_changed(self, event: FindBar.Changed) -> None:
        """Search from where one was when the bar was opened."""
        event.stop()
        if event.query != self._query:
            self._query = event.query
            self._look(self._origin, jump=True)

    def on_find_bar_stepped(self, event: FindBar.Stepped) -> None:
        """Go to another hit."""
        event.stop()
        self._step(event.direction)

    def on_find_bar_closed(self, event: FindBar.Closed) -> None:
        """Back to the text and to where one was."""
        event.stop()
        self.close_find()

    def close_find(self) -> None:
        """Forget the hits; the cursor goes back, unless it has been taken elsewhere since."""
        self._give_up.set()
        if self._hit is not None and self.view.place == self._hit.start and self.bar.has_focus_within:
            self.view.reveal(self._origin)
        self._search, self._hit, self._query = None, None, Query("")
        self.bar.hide()
        self.bar.say("")
        self.view.mark(None)
        self.refresh_bindings()

    def page_changed(self) -> None:
        """Look for the same in the new page, and stay where one is."""
        super().page_changed()
        self._origin = self.view.place
        if self.finding and self._query.text:
            self._look(self._origin, jump=False)

    def body_changed(self) -> None:
        """The old body's hits are nothing to the new one."""
        super().body_changed()
        self._give_up.set()
        self._search, self._hit = None, None

    def _look(self, origin: int, *, jump: bool) -> None:
        self._give_up.set()
        self._give_up = stop = Stop()
        self._search, self._hit = None, None
        page = self.view.page
        if page is None or not self._query.text:
            self.view.mark(None)
            self.bar.say("")
            return
        try:
            search = Search(page.data, compile_query(self._query))
        except PatternError as error:
            self.view.mark(None)
            self.bar.say(str(error), problem=True)
            return
        self._search = search
        if len(page.data) <= AT_ONCE:
            hit = search.following(origin)
            search.count()
            self._found(search, hit if jump else None)
            return
        self.bar.say("…")
        self._look_in_thread(search, origin, stop, jump=jump)

    @work(group="find", exclusive=True)
    async def _look_in_thread(self, search: Search, origin: int, stop: Stop, *, jump: bool) -> None:
        """The first hit, then the count of all."""
        try:
            hit = await asyncio.to_thread(search.following, origin, stop.asked)
            if search is self._search and jump:
                self._found(search, hit)
            await asyncio.to_thread(search.count, stop.asked)
        except Cancelled:
            return
        except asyncio.CancelledError:
            stop.set()
            raise
        if search is self._search:
            self._found(search, self._hit)

    def _found(self, search: Search, hit: Hit | None, note: str = "") -> None:
        """Mark the hits, and go to one of them unless one is there."""
        moved = hit is not None and hit != self._hit
        self._hit = hit
        self.view.mark(search, hit)
        if moved and hit is not None:
            self.view.reveal(hit.start, cells=min(hit.end - hit.start, self.view.text_width), center=True)
        if not search.counted:
            self.bar.say("…")
        elif not search.total:
            self.bar.say("nothing found", problem=True)
        else:
            whole = "1 hit" if search.total == 1 else f"{search.total:,} hits"
            self.bar.say(f"{search.number(hit):,}/{search.total:,}{note}" if hit else whole)

    def _step(self, direction: int) -> None:
        search = self._search
        if search is None:
            self.action_find()
            return
        place = self.view.place if self._hit is None or self.view.place != self._hit.start else self._hit.start

        def step() -> Hit | None:
            stop = self._give_up.asked
            return search.following(place + 1, stop) if direction > 0 else search.preceding(place, stop)

        if len(search.data) <= AT_ONCE:
            self._stepped(search, step(), place, direction)
        else:
            self._step_in_thread(search, step, place, direction)

    @work(group="step", exclusive=True)
    async def _step_in_thread(self, search: Search, step: Callable[[], Hit | None], place: int, direction: int) -> None:
        try:
            hit = await asyncio.to_thread(step)
        except Cancelled:
            return
        self._stepped(search, hit, place, direction)

    def _stepped(self, search: Search, hit: Hit | None, place: int, direction: int) -> None:
        if search is not self._search:
            return
        if hit is None:
            self._found(search, None)
            return
        around = hit.start <= place if direction > 0 else hit.start >= place
        self._found(search, hit, " ↻" if around else "")
