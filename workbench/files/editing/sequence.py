"""The requests of a document as a list: adds, removes and moves whole `[[request]]` blocks with their comments."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from workbench.files.editing import layout, nodes
from workbench.files.editing.places import keys_below, sections_at
from workbench.files.editing.tree import Array, Inline, Pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.files.editing.tables import Tables
    from workbench.files.editing.tree import Section


class Requests:
    """The requests of a document.

    Args:
        tables: the document's tables.
        count: how many requests it has.
    """

    def __init__(self, tables: Tables, count: int) -> None:
        self._tables = tables
        self._tree = tables.tree
        self._count = count
        self._old = count

    def add(self, request_id: str) -> int:
        """Add a request with nothing but its id behind all others; its number."""
        number = self._count
        self._count += 1
        array = self._array()
        identity = layout.node(request_id, eol=self._tree.eol)
        if array is not None:
            made = Inline([Pair(" ", ("id",), "", "id", " = ", identity, "")], " ")
            nodes.insert_item(array, len(array.items), made, eol=self._tree.eol)
        else:
            section = self._tables.add_section(("request", number), array=True)
            section.pairs.append(Pair("", ("id",), "", "id", " = ", identity, self._tree.eol))
        return number

    def arrange(self, order: Sequence[int]) -> None:
        """Put the requests into an order; those that it leaves out are removed."""
        array = self._array()
        if array is not None:
            self._arrange_items(array, order)
            return
        groups = {number: sections_at(self._tree, ("request", number), below=True) for number in range(self._count)}
        staying = _longest_rising([number for number in order if number < self._old])
        kept = set(staying)
        comments: dict[int, str] = {}
        for number in range(self._count):
            if number not in kept:
                comments[number] = self._take_out(groups[number])
        placed = [number for number in order if number in kept]
        for at, number in enumerate(order):
            if number not in kept:
                previous = groups[order[at - 1]] if at else None
                self._put_in(groups[number], comments[number], previous, [groups[each] for each in placed])

    def _array(self) -> Array | None:
        """`request = [ … ]`; an empty one makes way for headers."""
        for place in keys_below(self._tree, ("request",)):
            if not place.tail and isinstance(place.pair.node, Array):
                if place.pair.node.items:
                    return place.pair.node
                self._tables.remove((), "request")
        return None

    def _arrange_items(self, array: Array, order: Sequence[int]) -> None:
        for number in reversed(range(self._count)):
            if number not in order:
                nodes.remove_item(array, number, eol=self._tree.eol)
        left = sorted(order)
        if list(order) == left:
            return
        items = dict(zip(left, array.items, strict=True))
        leads = [item.lead for item in array.items]
        array.items = [items[number] for number in order]
        if not any("#" in lead for lead in leads):
            for item, lead in zip(array.items, leads, strict=True):
                item.lead = lead
        nodes.mend(array, eol=self._tree.eol)

    def _take_out(self, sections: Sequence[Section]) -> str:
        """Take a request out of the document; the comment that belongs to it. What stands above that stays."""
        for section in reversed(sections[1:]):
            self._tree.remove(section)
        first = sections[0]
        rest, own = _split(first.lead)
        following, lead = self._tree.lead_after(first, len(first.pairs) - 1)
        blank = "#" not in rest and (lead[:1] in ("\n", "\r") or following is None)
        self._tree.remove(first)
        if rest and not blank:
            self._tree.set_lead(following, rest + lead)
        return own

    def _put_in(
        self,
        sections: Sequence[Section],
        own: str,
        previous: Sequence[Section] | None,
        others: Sequence[Sequence[Section]],
    ) -> None:
        """Put a request behind another one, or before all others."""
        first = sections[0]
        first.lead = self._tree.eol + own
        if previous is not None:
            self._chain(sections, self._last(previous))
        elif others:
            start = others[0][0]
            rest, its_own = _split(start.lead)
            first.lead, start.lead = rest + own, self._tree.eol + its_own
            self._tree.insert(first, before=start)
            self._chain(sections[1:], first)
        else:
            for section in sections:
                self._tree.append(section)

    def _chain(self, sections: Sequence[Section], anchor: Section) -> None:
        for section in sections:
            self._tree.insert(section, after=anchor)
            anchor = section

    def _last(self, sections: Sequence[Section]) -> Section:
        return max(sections, key=self._tree.sections.index)


def _split(lead: str) -> tuple[str, str]:
    """What stands above a header: blank lines and distant comments · the comment right above it, and indentation."""
    lines = lead.splitlines(keepends=True)
    start = len(lines)
    if lines and not lines[-1].endswith("\n"):
        start -= 1
    while start and lines[start - 1].lstrip(" \t").startswith("#"):
        start -= 1
    return "".join(lines[:start]), "".join(lines[start:])


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """The longest part of a list that is in rising order: what need not be moved."""
    tails: list[int] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tails, number)
        before[number] = last[at - 1] if at else None
        tails[at:] = [number, *tails[at + 1 :]]
        last[at:] = [number, *last[at + 1 :]]
    found: list[int] = []
    step = last[-1] if last else None
    while step is not None:
        found.append(step)
        step = before[step]
    return found[::-1]
