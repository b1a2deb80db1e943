"""What a JSONPath has selected of a body, as a page of its own whose places are still places of the body. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.model.body.jsonplace import Place, locate
from workbench.model.body.places import corresponding_span
from workbench.model.body.selecting import Selection, select
from workbench.model.body.structure import JsonStructure
from workbench.model.body.walking import Walk
from workbench.tui.widgets.body_viewer.document import Document
from workbench.tui.widgets.body_viewer.opening import short_scalar
from workbench.tui.widgets.body_viewer.pages import TextPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.tui.widgets.body_viewer.opening import OpenBody

_NUMBER = re.compile(r"\$\[(\d+)\]")


class FilteredBody:
    """The result of a filter over a body.

    Attributes:
        path: the JSONPath.
        selection: what it selects.
        page: that as a page.
    """

    has_paths = True

    def __init__(self, body: OpenBody, path: str, cancelled: Callable[[], bool] = bool) -> None:
        """Select from a body; long work on a large one.

        Raises:
            QueryError: it is no JSONPath.
            Cancelled: `cancelled` said so.
        """
        self.path = path
        self._body = body
        self.selection: Selection = select(body.text("pretty"), path, cancelled)
        document = Document(self.selection.data, "json", cancelled)
        self.page = TextPage(document, JsonStructure(document.index))

    def words(self) -> str:
        """How many values there are."""
        count = self.selection.count
        if not count:
            return "selects nothing"
        text = "1 value" if count == 1 else f"{count:,} values"
        return f"{text}, the first {len(self.selection.starts):,} shown" if self.selection.cut else text

    def locate(self, place: int, _mode: str, cancelled: Callable[[], bool] = bool) -> Place | None:
        """The place in the body of what stands at a place of the result; None between the values."""
        found = locate(self.page.data, place, cancelled)
        number = _NUMBER.match(found.path)
        if self.selection.single:
            first, rest, outer = 0, found.path[1:], 0
        elif number is not None:
            first, rest = int(number[1]), found.path[number.end() :]
            outer = locate(self.page.data, self._item(first, cancelled), cancelled).start
        else:
            return None
        start = self.selection.starts[first]
        text = self._body.text("pretty")
        return Place(
            locate(text, start, cancelled).path + rest,
            *self._moved(found, outer, start, cancelled),
        )

    def _item(self, number: int, cancelled: Callable[[], bool]) -> int:
        """Where a value of the result begins in it."""
        walk = Walk(self.page.data, cancelled)
        root = next(walk.roots())
        return next(value.start for at, (_, value) in enumerate(walk.children(root)) if at == number)

    def _moved(self, found: Place, outer: int, start: int, cancelled: Callable[[], bool]) -> tuple[int, int]:
        """The bytes of the body that became those of a place, within the value that begins at `outer`, or `start`."""
        text = self._body.text("pretty")
        end = locate(text, start, cancelled).end
        first, last = corresponding_span(
            self.page.data[outer : found.end], found.start - outer, found.end - outer, text[start:end]
        )
        return start + first, start + last

    def title(self, place: Place) -> str:
        """The path in the body."""
        return self._body.title(place)

    def value(self, place: Place) -> str:
        """The value as it was received; a string without quotes and escapes."""
        return self._body.value(place)

    def literal(self) -> str | None:
        """The one value selected, as received, when it is a number, a short string, true, false or null."""
        return short_scalar(self.selection.data) if self.selection.single else None
