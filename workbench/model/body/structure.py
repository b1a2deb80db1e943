"""Where one is in a laid-out text: the path of a place, its value, the blocks that can be folded away.

One face for JSON, whose levels are read back from the indentation, and for markup, which has an outline. Lines count
from 0. Whatever grows with the text may be cancelled.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Protocol

from workbench.model.body.jsonplace import Place, block_end, enclosing, locate
from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import INDENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workbench.model.body.lines import LineIndex
    from workbench.model.body.markup import Outline

_STEP = 256 * 1024
_BETWEEN_LOOKS = 1000


class Structure(Protocol):
    """What a laid-out text consists of."""

    @property
    def single(self) -> bool:
        """Whether one block stands around all others."""

    def place(self, offset: int, cancelled: Callable[[], bool] = bool) -> Place | None:
        """Path and span of the value at a place; None where there is none."""

    def block(self, line: int, cancelled: Callable[[], bool] = bool) -> int | None:
        """The last line of the block that a line begins; None when it begins none."""

    def around(self, offset: int, cancelled: Callable[[], bool] = bool) -> int | None:
        """The first line of the block that a place is in without beginning it; None for none."""

    def blocks(self, level: int, cancelled: Callable[[], bool] = bool) -> tuple[array[int], array[int]]:
        """First and last lines of all blocks at a level, from 0; in order, none inside another."""

    def children(self, line: int) -> list[tuple[int, int]]:
        """First and last lines of the blocks directly inside the block that a line begins."""


class JsonStructure:
    """JSON as `pretty` lays it out."""

    def __init__(self, index: LineIndex, *, lines: bool = False) -> None:
        """Look at a laid-out text; `lines`: it may be several values (NDJSON)."""
        self._index = index
        self._data = index.data
        self._lines = lines

    @property
    def single(self) -> bool:
        """Whether one object or array stands around everything."""
        first, last = self._index.span(0), self._index.span(self._index.count - 1)
        closer = {b"{": b"}", b"[": b"]"}.get(self._data[slice(*first)])
        return closer is not None and self._data[slice(*last)] == closer and not self._lines

    def place(self, offset: int, cancelled: Callable[[], bool] = bool) -> Place | None:
        """JSONPath and span of the value on the line of a place."""
        return locate(self._data, offset, cancelled)

    def block(self, line: int, cancelled: Callable[[], bool] = bool) -> int | None:
        """The last line of the block that a line begins."""
        if not line and self.single:
            return self._index.count - 1
        end = block_end(self._data, *self._index.span(line), cancelled)
        return None if end is None else self._index.line_at(end)

    def around(self, offset: int, cancelled: Callable[[], bool] = bool) -> int | None:
        """The first line of the object or array that the line of a place is in."""
        found = enclosing(self._data, offset, cancelled)
        return None if found is None else self._index.line_at(found)

    def blocks(self, level: int, cancelled: Callable[[], bool] = bool) -> tuple[array[int], array[int]]:
        """First and last lines of all objects and arrays at a level: lines that end in a bracket, and their closers."""
        return self._blocks(level, 0, len(self._data), cancelled)

    def children(self, line: int) -> list[tuple[int, int]]:
        """First and last lines of the objects and arrays directly inside one."""
        start, end = self._index.span(line)
        last = self._index.start(self.block(line) or line)
        indent = end - start - len(self._data[start:end].lstrip(b" "))
        return list(zip(*self._blocks(indent // INDENT + 1, end + 1, last, bool), strict=True))

    def _blocks(self, level: int, low: int, high: int, cancelled: Callable[[], bool]) -> tuple[array[int], array[int]]:
        data = self._data
        firsts, lasts = array("Q"), array("Q")
        line, at = self._index.line_at(low), low
        for start, closes in _brackets(data, level, (low, high), cancelled):
            line += data.count(b"\n", at, start)
            at = start
            if not closes:
                if len(firsts) > len(lasts):
                    firsts.pop()
                firsts.append(line)
            elif len(firsts) > len(lasts):
                lasts.append(line)
        return firsts[: len(lasts)], lasts


def _brackets(
    data: bytes, level: int, part: tuple[int, int], cancelled: Callable[[], bool]
) -> Iterator[tuple[int, bool]]:
    """The lines at a level in a part of the text that open or close a block: first byte, and whether they close."""
    lead = b" " * (level * INDENT)
    line = re.compile(rb"^%b(?:([}\]])|[^\s}\]][^\n]*+(?<=[{\[])$)" % lead, re.MULTILINE)
    low, last = part
    looks = 0
    while low < last:
        high = data.find(b"\n", min(low + _STEP, last), last)
        high = last if high < 0 else high
        if cancelled():
            raise Cancelled
        for found in line.finditer(data, low, high):
            looks += 1
            if not looks % _BETWEEN_LOOKS and cancelled():
                raise Cancelled
            yield found.start(), found[1] is not None
        low = high + 1


class MarkupStructure:
    """XML or HTML as `markup` lays it out."""

    def __init__(self, index: LineIndex, outline: Outline) -> None:
        self._index = index
        self._outline = outline

    @property
    def single(self) -> bool:
        """Whether one element stands around all others."""
        return len(self._outline.roots()) == 1

    def place(self, offset: int, cancelled: Callable[[], bool] = bool) -> Place | None:  # noqa: ARG002 - a few bisections
        """XPath and span of the element that begins on the line of a place, or else has it in it."""
        start, end = self._index.span(self._index.line_at(offset))
        text = self._index.data[start:end]
        element = self._outline.at(start + len(text) - len(text.lstrip()))
        if element < 0:
            return None
        return Place(self._outline.path(self._index.data, element), *self._outline.span(element))

    def block(self, line: int, cancelled: Callable[[], bool] = bool) -> int | None:  # noqa: ARG002 - a few bisections
        """The last line of the element that a line begins."""
        return self._outline.block(line)

    def around(self, offset: int, cancelled: Callable[[], bool] = bool) -> int | None:  # noqa: ARG002 - as above
        """The first line of the element that the line of a place is in."""
        line = self._index.line_at(offset)
        element = self._outline.at(offset)
        while element >= 0:
            first = self._index.line_at(self._outline.span(element)[0])
            if first < line and self._outline.block(first) is not None:
                return first
            element = self._outline.parent(element)
        return None

    def blocks(self, level: int, cancelled: Callable[[], bool] = bool) -> tuple[array[int], array[int]]:  # noqa: ARG002 - as above
        """First and last lines of all elements at a level that take more than one."""
        return self._outline.blocks(level)

    def children(self, line: int) -> list[tuple[int, int]]:
        """First and last lines of the elements directly inside one that take more than one."""
        return self._outline.children(line)
