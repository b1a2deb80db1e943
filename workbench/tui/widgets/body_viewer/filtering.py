"""The part of the body viewer that filters: asks the filter bar for a JSONPath and shows what it selects.

A large body is searched in a thread; what comes too late for another path or body is dropped. What selects is loaded
when the first path is typed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from workbench.model.body.lines import Cancelled
from workbench.tui.widgets.body_viewer.background import Stop
from workbench.tui.widgets.body_viewer.filter_bar import FilterBar
from workbench.tui.widgets.body_viewer.finding import FindingViewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.tui.widgets.body_viewer.filtered import FilteredBody
    from workbench.tui.widgets.body_viewer.opening import Mode, OpenBody

_WHOLE = ("", "$")
_PAUSE = 0.1


class FilteringViewer(FindingViewer):
    """Shows a part of the body that a JSONPath selects."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(name=name, id=id, classes=classes)
        self._filtered: FilteredBody | None = None
        self._before = 0  # the place in the body from which the filter was opened
        self._give_up_filter = Stop()

    @property
    def filter_bar(self) -> FilterBar:
        """The filter bar."""
        return self.query_one(FilterBar)

    @property
    def filtering(self) -> bool:
        """Whether the filter bar is on the screen."""
        return self._ready and self.filter_bar.shown

    @property
    def source(self) -> OpenBody | FilteredBody | None:
        """What the page on the screen was made of: the body, or what is selected of it."""
        return self._filtered or self._body

    def action_filter(self) -> None:
        """Type a JSONPath."""
        if self._filtered is None:
            self._before = self.view.place
        self.filter_bar.open()
        self.refresh_bindings()
        self._filter(self.filter_bar.text)

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        """Select as it is typed."""
        event.stop()
        if self.filtering:
            self._filter(event.path)

    def on_filter_bar_closed(self, event: FilterBar.Closed) -> None:
        """Show the whole body again."""
        event.stop()
        self.close_filter()

    def close_filter(self) -> None:
        """Show the whole body again, at the value that the cursor is on."""
        self._give_up_filter.set()
        self._give_up_filter = stop = Stop()
        filtered, body, place = self._filtered, self._body, self.view.place
        self.filter_bar.hide()
        self.refresh_bindings()
        if filtered is None or body is None:
            return
        mode = self.mode

        def find() -> int | None:
            found = filtered.locate(place, mode, stop.asked)
            return body.moved(found.start, "pretty", mode, stop.asked) if found else None

        if self.small:
            self._leave_filter(find())
        else:
            self._find_in_body(find, stop)

    @work(group="filter", exclusive=True)
    async def _find_in_body(self, find: Callable[[], int | None], stop: Stop) -> None:
        try:
            place = await asyncio.to_thread(find)
        except Cancelled:
            return
        if not stop.is_set:
            self._leave_filter(place)

    def _leave_filter(self, place: int | None) -> None:
        self._before = self._before if place is None else place
        self._show_whole()

    def _show_whole(self) -> None:
        self._filtered = None
        if self._body is not None:
            self.view.show_page(self._body.page(self.mode), place=self._before)
            self.page_changed()

    def _filter(self, path: str) -> None:
        self._give_up_filter.set()
        self._give_up_filter = stop = Stop()
        path, body = path.strip(), self._body
        if body is None:
            return
        if path in _WHOLE:
            self.filter_bar.say("")
            if self._filtered is not None:
                self._show_whole()
        elif not body.is_json:
            self.filter_bar.say("this body is no JSON: there is nothing to select from", problem=True)
        elif self.small:
            self._use_filter(_filtered(body, path))
        else:
            self.filter_bar.say("…")
            self._filter_in_thread(body, path, stop)

    @work(group="filter", exclusive=True)
    async def _filter_in_thread(self, body: OpenBody, path: str, stop: Stop) -> None:
        await asyncio.sleep(_PAUSE)  # the next letter may be on its way
        try:
            filtered = await asyncio.to_thread(_filtered, body, path, stop.asked)
        except Cancelled:
            return
        except asyncio.CancelledError:
            stop.set()
            raise
        if not stop.is_set and body is self._body:
            self._use_filter(filtered)

    def _use_filter(self, filtered: FilteredBody | str) -> None:
        """Show a result, or say why there is none."""
        if isinstance(filtered, str):
            self.filter_bar.say(filtered, problem=True)
            return
        self._filtered = filtered
        self.filter_bar.say(filtered.words(), problem=not filtered.selection.count)
        self.view.show_page(filtered.page)
        self.page_changed()

    def body_changed(self) -> None:
        """The old body's values are nothing to the new one."""
        super().body_changed()
        self._give_up_filter.set()
        self._filtered, self._before = None, 0

    def page_changed(self) -> None:
        """A new body is filtered as the old one was."""
        super().page_changed()
        if self._filtered is None and self.filtering and self.filter_bar.text.strip() not in _WHOLE:
            self._filter(self.filter_bar.text)

    def watch_mode(self, before: Mode, after: Mode) -> None:
        """Laid out, raw or hex is said of the whole body."""
        if self._filtered is not None:
            self._filtered = None
            self.view.place = self._before
        if self.filtering:
            self._give_up_filter.set()
            self.filter_bar.hide()
        super().watch_mode(before, after)


def _filtered(body: OpenBody, path: str, cancelled: Callable[[], bool] = bool) -> FilteredBody | str:
    """What a path selects of a body; for what is no path the reason."""
    from workbench.model.body.selecting import QueryError
    from workbench.tui.widgets.body_viewer.filtered import FilteredBody

    try:
        return FilteredBody(body, path, cancelled)
    except QueryError as error:
        return str(error)
