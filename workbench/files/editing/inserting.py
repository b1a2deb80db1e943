"""Where a new key or table goes in a document, and how it is laid out there.

Beside the other keys of its table, in whatever form these stand; a new table gets a header at its place in the format's
order. Changes nothing that is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.files.editing import layout
from workbench.files.editing.nodes import insert_pair
from workbench.files.editing.places import exists, keys_below, sections_at, table_in_braces
from workbench.files.editing.tree import Inline, Pair, Section
from workbench.files.positions import KeyPath

if TYPE_CHECKING:
    from workbench.files.editing.tree import Node, Tree

Ordering = Callable[[KeyPath], Sequence[str]]
"""For a table's path, the order of its keys."""

Headed = Callable[[KeyPath], bool]
"""Whether a new table of that path gets a header of its own, and not braces."""


class _Home(NamedTuple):
    """Where a table's keys stand; `before` are the parts of dotted keys in front of its own."""

    container: Section | Inline
    before: tuple[str, ...] = ()


class Insertions:
    """Adds keys and tables to one document.

    Args:
        tree: the document.
        order: new keys are put in by it; keys it does not have come last.
        headed: says which new tables get a header.
    """

    def __init__(self, tree: Tree, order: Ordering, headed: Headed) -> None:
        self.tree = tree
        self._order = order
        self._headed = headed

    def add_section(self, path: KeyPath, *, array: bool = False) -> Section:
        """Add an empty table with a header, at its place in the format's order."""
        names = [part for part in path if isinstance(part, str)]
        head = ".".join(map(layout.key, names))
        head = f"[[{head}]]" if array else f"[{head}]"
        section = Section(path, self.tree.eol, head, self.tree.eol, [], array=array)
        anchor = self._anchor(path)
        if anchor is None:
            self.tree.append(section)
        else:
            self.tree.insert(section, after=anchor)
            if len(self.tree.sections) > 1 and anchor is self.tree.root and not anchor.pairs:
                section.lead = ""
        return section

    def insert(self, table: KeyPath, name: str, wanted: Any, *, after: str | None = None) -> None:
        """Add a key that is not there yet."""
        path = (*table, name)
        node = layout.node(wanted, eol=self.tree.eol, split=True)
        home = self._home(table)
        if isinstance(wanted, dict) and self._headed(path) and self._may_have_header(table):
            self._insert_headed(path, wanted)
        elif home is None:
            self._insert_first(table, name, wanted)
        elif isinstance(home.container, Inline):
            at = self._index(home, table, name, after)
            insert_pair(home.container, name, node, at, home.before)
        else:
            at = self._index(home, table, name, after)
            self._put(home.container, home.before, name, node, at)

    def _insert_headed(self, path: KeyPath, wanted: dict[str, Any]) -> None:
        section = self.add_section(path)
        for name, value in wanted.items():
            node = layout.node(value, eol=self.tree.eol, split=True)
            self._put(section, (), name, node, len(section.pairs))

    def _insert_first(self, table: KeyPath, name: str, wanted: Any) -> None:
        """Add the first key of a table that has no place of its own yet."""
        section = None
        if exists(self.tree, table):
            section = self._above_its_parts(table)
        elif self._headed(table) and self._may_have_header(table[:-1]):
            section = self.add_section(table)
        if section is None:
            self.insert(table[:-1], str(table[-1]), {name: wanted})
        else:
            self._put(section, (), name, layout.node(wanted, eol=self.tree.eol, split=True), len(section.pairs))

    def _may_have_header(self, table: KeyPath) -> bool:
        """Whether the sub-tables of a table may have headers: not when it stands in braces or dotted keys."""
        home = self._home(table)
        if home is None:
            return self._may_have_header(table[:-1])
        return isinstance(home.container, Section) and not home.before

    def _above_its_parts(self, table: KeyPath) -> Section:
        """A header for a table of which only sub-tables have one: before the first of them."""
        first = sections_at(self.tree, table, below=True)[0]
        names = ".".join(layout.key(part) for part in table if isinstance(part, str))
        section = Section(table, first.lead, f"[{names}]", self.tree.eol, [], array=False)
        first.lead = self.tree.eol
        self.tree.insert(section, before=first)
        return section

    def _home(self, table: KeyPath) -> _Home | None:
        """Where a table's own keys stand; None when it has no place of its own."""
        if not table:
            return _Home(self.tree.root)
        braces = table_in_braces(self.tree, table)
        if braces is not None:
            return _Home(braces)
        for section in sections_at(self.tree, table, below=False):
            return _Home(section)
        dotted = [place for place in keys_below(self.tree, table) if place.tail]
        if not dotted:
            return None
        last = dotted[-1]
        return _Home(last.container, last.pair.keys[: len(last.pair.keys) - len(last.tail)])

    def _index(self, home: _Home, table: KeyPath, name: str, after: str | None) -> int:
        """Where a new key goes among the pairs of its place."""
        pairs, before, depth = home.container.pairs, home.before, len(home.before)
        own = [at for at, pair in enumerate(pairs) if pair.keys[:depth] == before and len(pair.keys) > depth]
        if after is not None:
            follows = [at for at in own if pairs[at].keys[depth] == after]
            if follows:
                return follows[-1] + 1
        order = self._order(table)
        if name not in order:
            return own[-1] + 1 if own else len(pairs)
        rank = order.index(name)
        lower = [at for at in own if pairs[at].keys[depth] in order and order.index(pairs[at].keys[depth]) < rank]
        if lower:
            return lower[-1] + 1
        return own[0] if own else len(pairs)

    def _put(self, section: Section, before: tuple[str, ...], name: str, node: Node, at: int) -> None:
        """Write a new line into a section, indented like its neighbour."""
        neighbour = section.pairs[at - 1] if at else section.pairs[0] if section.pairs else None
        lead = neighbour.lead if neighbour else section.lead
        indent = lead.rpartition("\n")[2]
        head = "".join(f"{layout.key(part)}." for part in before)
        tight = neighbour is not None and neighbour.sep == "="
        made = Pair(indent, (*before, name), head, layout.key(name), "=" if tight else " = ", node, self.tree.eol)
        if at == 0 and neighbour is not None:
            # The comment above the first key belongs to that key; the blank lines above it do not.
            blank = len(lead) - len(lead.lstrip("\r\n"))
            made.lead, neighbour.lead = lead[:blank] + indent, lead[blank:]
        section.pairs.insert(at, made)

    def _anchor(self, path: KeyPath) -> Section | None:
        """The section a new one comes after; None for the end of the document."""
        above = _owner(path)
        rank = self._rank(above, path)
        for section in reversed(list(self.tree.under(above)) if above else self.tree.sections):
            if section.path == above:
                return section
            if section.path[: len(above)] == above and self._rank(above, section.path) <= rank:
                return section
        return None

    def _rank(self, above: KeyPath, path: KeyPath) -> int:
        order = self._order(above)
        name = path[len(above)]
        return order.index(name) if isinstance(name, str) and name in order else len(order)


def _owner(path: KeyPath) -> KeyPath:
    """The table whose order decides where a new section goes: the request, or the document."""
    if path[0] == "request" and len(path) > 2:  # noqa: PLR2004 - "request", its number, and a key of it
        return path[:2]
    return path[:1] if path[0] == "defaults" and len(path) > 1 else ()
