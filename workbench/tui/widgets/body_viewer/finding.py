"""The part of the body viewer that finds: asks the find bar what, searches, marks, counts, steps.

A large text is searched in a thread; the first hit shows before all of them are counted.
"""

from __future__ import annotations

import asyncio

from textual import work

from workbench.model.body.lines import Cancelled
from workbench.model.body.pattern import PatternError, Query, compile_query
from workbench.model.body.search import Hit, Search
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.find_bar import FindBar
from workbench.tui.widgets.body_viewer.modes import ModesViewer
from workbench.tui.widgets.body_viewer.page_view import AT_ONCE


class FindingViewer(ModesViewer):
    """Finds in the page on the screen."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._query = Query("")
        self._search: Search | None = None
        self._hit: Hit | None = None
        self._origin = 0
        self._give_up = Stop()
        self._steps: list[int] = []  # asked for, in a large body, and not yet gone

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
        elif len(search.data) <= AT_ONCE:
            self._stepped(search, *self._next_hit(search, direction))
        else:
            self._steps.append(direction)
            if len(self._steps) == 1:
                self._step_in_thread(search)

    def _next_hit(self, search: Search, direction: int) -> tuple[Hit | None, int, int]:
        place, stop = self.view.place, self._give_up.asked
        hit = search.following(place + 1, stop) if direction > 0 else search.preceding(place, stop)
        return hit, place, direction

    @work(group="step", exclusive=True)
    async def _step_in_thread(self, search: Search) -> None:
        """Every step that was asked for, one after the other."""
        try:
            while self._steps:
                found = await asyncio.to_thread(self._next_hit, search, self._steps[0])
                self._stepped(search, *found)
                self._steps.pop(0)
        except Cancelled:
            pass
        finally:
            self._steps.clear()

    def _stepped(self, search: Search, hit: Hit | None, place: int, direction: int) -> None:
        if search is not self._search:
            return
        if hit is None:
            self._found(search, None)
            return
        around = hit.start <= place if direction > 0 else hit.start >= place
        self._found(search, hit, " ↻" if around else "")
