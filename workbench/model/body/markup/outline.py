"""The elements of a laid-out markup text: where each begins and ends, and what it stands in.

Made while the text is laid out, in document order; says what path a place has and which lines a block takes. Holds
numbers only, so that a large document costs a few megabytes.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right

_NAME = re.compile(rb"<([^\s/>]+)")
_LONGEST_NAME = 200


class Outline:
    """Elements that begin a line, by number from 0."""

    def __init__(self) -> None:
        self._starts, self._stops = array("Q"), array("Q")
        self._lines, self._ends = array("Q"), array("Q")
        self._parents = array("q")

    def __len__(self) -> int:
        return len(self._starts)

    def begin(self, start: int, line: int, parent: int) -> int:
        """Note that an element begins; its number."""
        self._starts.append(start)
        self._stops.append(start)
        self._lines.append(line)
        self._ends.append(line)
        self._parents.append(parent)
        return len(self._starts) - 1

    def end(self, element: int, stop: int, line: int) -> None:
        """Note where an element ends: the offset after it, and the line of its last character."""
        self._stops[element] = stop
        self._ends[element] = line

    def span(self, element: int) -> tuple[int, int]:
        """First byte of an element and the byte after its last."""
        return self._starts[element], self._stops[element]

    def parent(self, element: int) -> int:
        """The element around it; -1 for none."""
        return self._parents[element]

    def at(self, offset: int) -> int:
        """The innermost element that has a byte; -1 for none."""
        element = bisect_right(self._starts, offset) - 1
        while element >= 0 and self._stops[element] <= offset:
            element = self._parents[element]
        return element

    def block(self, line: int) -> int | None:
        """The last line of the block that a line begins; None when it begins none."""
        element = bisect_right(self._lines, line) - 1
        while element >= 0 and self._lines[element] == line:
            if self._ends[element] > line:
                return self._ends[element]
            element -= 1
        return None

    def blocks(self, level: int) -> tuple[array[int], array[int]]:
        """First and last lines of the blocks at a level, from 0; in order, none inside another."""
        levels = array("H")
        firsts, lasts = array("Q"), array("Q")
        for element, parent in enumerate(self._parents):
            levels.append(min(levels[parent] + 1, 0xFFFF) if parent >= 0 else 0)
            line, end = self._lines[element], self._ends[element]
            if levels[element] == level and end > line and (not lasts or line > lasts[-1]):
                firsts.append(line)
                lasts.append(end)
        return firsts, lasts

    def children(self, line: int) -> list[tuple[int, int]]:
        """First and last lines of the blocks directly inside the block that a line begins."""
        return self._blocks_between(line + 1, self.block(line) or line)

    def roots(self) -> list[tuple[int, int]]:
        """First and last lines of the blocks that stand in no other."""
        return self._blocks_between(0, max(self._ends, default=0))

    def _blocks_between(self, line: int, last: int) -> list[tuple[int, int]]:
        found = []
        each = bisect_right(self._lines, line - 1) if line else 0
        while each < len(self._lines) and self._lines[each] <= last:
            first, end = self._lines[each], self._ends[each]
            if end > first:
                found.append((first, end))
            each = bisect_right(self._lines, max(first, end - 1))
        return found

    def name(self, data: bytes, element: int) -> str:
        """An element's name."""
        start = self._starts[element]
        found = _NAME.match(data, start, start + _LONGEST_NAME)
        return found[1].decode("utf-8", "replace") if found else "?"

    def path(self, data: bytes, element: int) -> str:
        """The way to an element from the root, as an XPath; a number where it has siblings of its name."""
        steps = []
        while element >= 0:
            name = self.name(data, element)
            before, after = self._namesakes(data, element, name)
            steps.append(f"/{name}[{before + 1}]" if before or after else f"/{name}")
            element = self._parents[element]
        return "".join(reversed(steps)) or "/"

    def _namesakes(self, data: bytes, element: int, name: str) -> tuple[int, bool]:
        """How many siblings of its name stand before an element, and whether one stands after it."""
        parent = self._parents[element]
        wanted = re.compile(b"<" + re.escape(name.encode()) + rb"(?=[\s/>])")
        last = self._stops[parent] if parent >= 0 else len(data)
        before, after = 0, False
        each = parent + 1
        while each < len(self._starts) and self._starts[each] < last:
            if wanted.match(data, self._starts[each]):
                before += each < element
                after = each > element
                if after:
                    break
            each = bisect_right(self._starts, max(self._stops[each] - 1, self._starts[each]))
        return before, after
