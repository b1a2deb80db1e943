"""Searches a large text: how many hits there are, which one comes next, which lie on the screen.

Keeps a count for each block of the text instead of every hit, so that a letter that stands 10 million times costs no
more memory than a rare word. A hit begins in its block and hits of one block do not overlap.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from workbench.model.body.lines import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.body.pattern import Needle

_BLOCKS_KEPT = 32


class Hit(NamedTuple):
    """First byte of a hit and the byte after its last."""

    start: int
    end: int


class Search:
    """One query over one text.

    `count` must have run before `total` and `number` are asked; the others work at once.
    """

    def __init__(self, data: bytes, needle: Needle) -> None:
        self.data = data
        self.needle = needle
        self._before: array[int] = array("Q", [0])
        self._hits = lru_cache(_BLOCKS_KEPT)(self._find_hits)
        self._blocks = max(1, -(-len(data) // needle.block))

    def count(self, cancelled: Callable[[], bool] = bool) -> int:
        """Count every hit: 100 MB take about 0.1 s for a literal.

        Raises:
            Cancelled: `cancelled` said so between two blocks.
        """
        before = array("Q", [0])
        total = 0
        for block in range(self._blocks):
            if cancelled():
                raise Cancelled
            total += self._count_block(block)
            before.append(total)
        self._before = before
        return total

    @property
    def counted(self) -> bool:
        """Whether `count` has run."""
        return len(self._before) > self._blocks

    @property
    def total(self) -> int:
        """How many hits there are."""
        return self._before[-1]

    def number(self, hit: Hit) -> int:
        """The hit's number, from 1."""
        block = hit.start // self.needle.block
        return self._before[block] + bisect_left(self._hits(block)[0], hit.start) + 1

    def following(self, offset: int, cancelled: Callable[[], bool] = bool) -> Hit | None:
        """The first hit that begins at `offset` or after it; after the end it goes on at the beginning."""
        first = min(offset // self.needle.block, self._blocks - 1)
        for step in range(self._blocks + 1):
            if cancelled():
                raise Cancelled
            block = (first + step) % self._blocks
            if self._empty(block):
                continue
            starts, ends = self._hits(block)
            at = bisect_left(starts, offset) if not step else 0
            if at < len(starts):
                return Hit(starts[at], ends[at])
        self._before = array("Q", bytes(8 * (self._blocks + 1)))  # all of it was searched: there is none
        return None

    def preceding(self, offset: int, cancelled: Callable[[], bool] = bool) -> Hit | None:
        """The last hit that begins before `offset`; before the beginning it goes on at the end."""
        first = min(offset // self.needle.block, self._blocks - 1)
        for step in range(self._blocks + 1):
            if cancelled():
                raise Cancelled
            block = (first - step) % self._blocks
            if self._empty(block):
                continue
            starts, ends = self._hits(block)
            at = bisect_left(starts, offset) - 1 if not step else len(starts) - 1
            if at >= 0:
                return Hit(starts[at], ends[at])
        return None

    def between(self, start: int, end: int, limit: int = 1000) -> list[Hit]:
        """The hits that have a byte in common with a part of the text, at most `limit` of them."""
        found: list[Hit] = []
        first = max(0, start - self.needle.overlap) // self.needle.block
        for block in range(first, min(self._blocks, -(-end // self.needle.block))):
            starts, ends = self._hits(block)
            at = bisect_right(ends, start)
            while at < len(starts) and starts[at] < end and len(found) < limit:
                found.append(Hit(starts[at], ends[at]))
                at += 1
        return found

    def _empty(self, block: int) -> bool:
        return self.counted and self._before[block] == self._before[block + 1]

    def _range(self, block: int) -> tuple[int, int]:
        start = block * self.needle.block
        return start, min(start + self.needle.block + self.needle.overlap, len(self.data))

    def _count_block(self, block: int) -> int:
        start, end = self._range(block)
        needle = self.needle
        if needle.pattern is not None:
            return len(self._find_hits(block)[0])
        if needle.folded:
            return self.data[start:end].lower().count(needle.literal)
        return self.data.count(needle.literal, start, end)

    def _has_required(self, low: int, high: int) -> bool:
        text = self.data[low:high].lower()
        return all(part in text for part in self.needle.required)

    def _find_hits(self, block: int) -> tuple[array[int], array[int]]:
        """First bytes and ends of the hits that begin in a block."""
        low, high = self._range(block)
        starts, ends = array("Q"), array("Q")
        needle = self.needle
        if needle.pattern is not None:
            if needle.required and not self._has_required(low, high):
                return starts, ends
            last = low + needle.block
            for found in needle.pattern.finditer(self.data, low, high):
                start, end = found.span()
                if start >= last:
                    break
                if end > start:
                    starts.append(start)
                    ends.append(end)
            return starts, ends
        text = self.data[low:high].lower() if needle.folded else self.data[low:high]
        at = text.find(needle.literal)
        while at >= 0:
            starts.append(low + at)
            ends.append(low + at + len(needle.literal))
            at = text.find(needle.literal, at + len(needle.literal))
        return starts, ends
