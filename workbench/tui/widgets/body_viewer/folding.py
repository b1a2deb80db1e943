"""Rows of a text with blocks of lines folded away, as many as there may be.

Blocks are kept in chunks, so that folding or unfolding one of half a million costs no more than one of ten. Folding a
block around others keeps those for when it is unfolded. Knows lines and rows; what a block is, the structure knows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from workbench.model.body.lines import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from workbench.tui.widgets.body_viewer.document import Document
    from workbench.tui.widgets.body_viewer.rows import Row, TextRows

_CHUNK = 512


class _Chunk:
    """Some blocks in order, and where they stand on the rows below."""

    def __init__(self, firsts: array[int], lasts: array[int], base: TextRows) -> None:
        self.firsts, self.lasts, self.base = firsts, lasts, base
        self.starts = array("Q")  # rows of `base`: the first one hidden
        self.ends = array("Q")  # the first one shown again
        self.seen = array("Q")  # where it stands when only this chunk hides anything
        self.hidden = 0
        for first, last in zip(firsts, lasts, strict=True):
            start, end = base.first(first + 1), base.first(last + 1)
            self.starts.append(start)
            self.ends.append(end)
            self.seen.append(start - self.hidden)
            self.hidden += end - start

    def on(self, base: TextRows) -> _Chunk:
        """The same blocks on other rows."""
        return _Chunk(self.firsts, self.lasts, base)

    def part(self, low: int, high: int) -> _Chunk:
        """Some of the blocks."""
        return _Chunk(self.firsts[low:high], self.lasts[low:high], self.base)


class FoldedRows:
    """Other rows with blocks of lines taken out. A block is the lines below its first one."""

    def __init__(
        self,
        base: TextRows,
        document: Document,
        blocks: tuple[Sequence[int], Sequence[int]] = ((), ()),
        cancelled: Callable[[], bool] = bool,
    ) -> None:
        """Take blocks out of `base`.

        Args:
            base: the rows without folds.
            document: its text.
            blocks: first lines, which stay, and last lines, which go; in order, none inside another.
            cancelled: asked now and then.
        """
        self.base = base
        self._document = document
        self._inner: dict[int, list[_Chunk]] = {}
        self.version = 0  # grows with every block that is folded or unfolded
        self._chunks = self._made(*blocks, cancelled)
        self._add_up()

    def on(self, base: TextRows, cancelled: Callable[[], bool] = bool) -> FoldedRows:
        """The same blocks taken out of other rows of the text.

        Raises:
            Cancelled: `cancelled` said so.
        """
        firsts, lasts = array("Q"), array("Q")
        for chunk in self._chunks:
            firsts += chunk.firsts
            lasts += chunk.lasts
        made = FoldedRows(base, self._document, (firsts, lasts), cancelled)
        made._inner = self._inner
        made.version = self.version
        return made

    @property
    def blocks(self) -> int:
        """How many blocks are folded away."""
        return sum(len(chunk.firsts) for chunk in self._chunks)

    def last(self, line: int) -> int | None:
        """The last line of the block that a line begins; None when none is folded away there."""
        at = bisect_right(self._lines, line) - 1
        if at < 0:
            return None
        chunk = self._chunks[at]
        inside = bisect_left(chunk.firsts, line)
        found = inside < len(chunk.firsts) and chunk.firsts[inside] == line
        return chunk.lasts[inside] if found else None

    def hiding(self, line: int) -> int | None:
        """The first line of the block that hides a line; None when it is shown."""
        at = bisect_left(self._lines, line) - 1
        if at < 0:
            return None
        chunk = self._chunks[at]
        inside = bisect_left(chunk.firsts, line) - 1
        return chunk.firsts[inside] if chunk.lasts[inside] >= line else None

    def fold(self, first: int, last: int) -> None:
        """Fold a block; those inside it are kept for later."""
        self.version += 1
        low, high = self._cut(first), self._cut(last + 1)
        inner = self._chunks[low:high]
        if inner:
            self._inner[first] = inner
        self._put(low, high, self._made([first], [last]))

    def fold_many(self, blocks: Sequence[tuple[int, int]]) -> None:
        """Fold blocks, in order, that have no others between or inside them."""
        if blocks:
            self.version += 1
            low = self._cut(blocks[0][0])
            self._put(low, low, self._made([first for first, _ in blocks], [last for _, last in blocks]))

    def unfold(self, first: int) -> bool:
        """Show a block again, with those inside it folded as they were; whether there was one."""
        if self.last(first) is None:
            return False
        self.version += 1
        low, high = self._cut(first), self._cut(first + 1)
        inner = self._inner.pop(first, [])
        self._put(low, high, [each if each.base is self.base else each.on(self.base) for each in inner])
        return True

    @property
    def count(self) -> int:
        """How many rows there are, at least 1."""
        return self.base.count - self._hidden

    def row(self, number: int) -> Row:
        """What stands on a row."""
        at = bisect_right(self._seen, number) - 1
        base, following = number, self._chunks[0] if self._chunks else None
        if at >= 0:
            chunk = self._chunks[at]
            inside = bisect_right(chunk.seen, number + self._before[at]) - 1
            base = chunk.ends[inside] + number + self._before[at] - chunk.seen[inside]
            following = chunk
            if inside + 1 == len(chunk.seen):
                following = self._chunks[at + 1] if at + 1 < len(self._chunks) else None
        row = self.base.row(base)
        if following is not None:
            place = bisect_left(following.starts, base + 1)
            if place < len(following.starts) and following.starts[place] == base + 1:
                return row._replace(hidden=following.lasts[place] - following.firsts[place])
        return row

    def at(self, offset: int) -> int:
        """The row that has a byte; for a byte that is folded away the last row of its block's first line."""
        base = self.base.at(offset)
        at = bisect_right(self._starts, base) - 1
        if at < 0:
            return base
        chunk = self._chunks[at]
        inside = bisect_right(chunk.starts, base) - 1
        seen = chunk.seen[inside] - self._before[at]
        return seen - 1 if base < chunk.ends[inside] else seen + base - chunk.ends[inside]

    def first(self, line: int) -> int:
        """The row that begins a line which is shown."""
        return self.at(self._document.span(line)[0])

    def _made(self, firsts: Sequence[int], lasts: Sequence[int], cancelled: Callable[[], bool] = bool) -> list[_Chunk]:
        made = []
        for start in range(0, len(firsts), _CHUNK):
            if cancelled():
                raise Cancelled
            part = slice(start, start + _CHUNK)
            made.append(_Chunk(array("Q", firsts[part]), array("Q", lasts[part]), self.base))
        return made

    def _cut(self, line: int) -> int:
        """How many chunks begin before a line; the one that goes on after it is cut in two there."""
        at = bisect_left(self._lines, line)
        if at:
            chunk = self._chunks[at - 1]
            inside = bisect_left(chunk.firsts, line)
            if inside < len(chunk.firsts):
                self._chunks[at - 1 : at] = [chunk.part(0, inside), chunk.part(inside, len(chunk.firsts))]
                self._add_up()
        return at

    def _put(self, low: int, high: int, chunks: list[_Chunk]) -> None:
        """Put chunks in the place of others, and join small ones with their neighbours."""
        self._chunks[low:high] = chunks
        for at in (low + len(chunks), low):
            if 0 < at < len(self._chunks):
                one, other = self._chunks[at - 1 : at + 1]
                if len(one.firsts) + len(other.firsts) <= _CHUNK:
                    joined = _Chunk(one.firsts + other.firsts, one.lasts + other.lasts, self.base)
                    self._chunks[at - 1 : at + 1] = [joined]
        self._add_up()

    def _add_up(self) -> None:
        """What stands before each chunk; cheap, since there are few."""
        self._lines, self._starts = array("Q"), array("Q")
        self._before, self._seen = array("Q"), array("Q")
        hidden = 0
        for chunk in self._chunks:
            self._lines.append(chunk.firsts[0])
            self._starts.append(chunk.starts[0])
            self._before.append(hidden)
            self._seen.append(chunk.starts[0] - hidden)
            hidden += chunk.hidden
        self._hidden = hidden
