"""Sets, removes and orders keys of a document, however its author wrote its tables.

A table may stand below a header, in dotted keys, in braces, or spread over several of these. A key that exists is
changed where it stands; a new one goes where its table's other keys are. What keys mean is `changes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.files.editing import layout
from workbench.files.editing.nodes import (
    Reading,
    insert_pair,
    json_reading,
    remove_pair,
    updated,
)
from workbench.files.editing.places import Place, children, keys_below, sections_at, table_in_braces
from workbench.files.editing.tree import Inline, Pair, Section, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.files.editing.tree import Node
    from workbench.files.positions import KeyPath


class _Home(NamedTuple):
    """Where a table's keys stand; `before` are the parts of dotted keys in front of its own."""

    container: Section | Inline
    before: tuple[str, ...] = ()


class Tables:
    """Edits one document.

    Args:
        tree: the document.
        order: for a table's path, the order of its keys; new ones are put in by it. Keys it does not have come last.
        headed: whether a new table of that path gets a header of its own, and not braces.
    """

    def __init__(self, tree: Tree, order: Ordering, headed: Headed) -> None:
        self.tree = tree
        self._order = order
        self._headed = headed

    def has(self, path: KeyPath) -> bool:
        """Whether a key or table is there in any form."""
        return bool(keys_below(self.tree, path)) or bool(sections_at(self.tree, path, below=True))

    def set(
        self, table: KeyPath, name: str, wanted: Any, *, after: str | None = None, reading: Reading = json_reading
    ) -> None:
        """Give a key of a table a value.

        Args:
            table: the path of the table.
            name: the key.
            wanted: a JSON value without null.
            after: the key it comes after when it is new; without, the format's order decides.
            reading: what values as they stand mean.
        """
        path = (*table, name)
        places = keys_below(self.tree, path)
        spread = sections_at(self.tree, path, below=True)
        listed = any(isinstance(section.path[len(path)], int) for section in spread if len(section.path) > len(path))
        if len(places) == 1 and places[0].tail == () and not spread:
            pair = places[0].pair
            pair.node = updated(pair.node, wanted, eol=self.tree.eol, reading=reading, split=True)
        elif (places or spread) and isinstance(wanted, dict) and not listed:
            self._set_all(path, wanted, reading)
        else:
            before = self._before(table, name) if places or spread else after
            self.remove(table, name)
            self._insert(table, name, wanted, after=before or after)

    def remove(self, table: KeyPath, name: str) -> None:
        """Take a key or a whole table out, in whatever form it stands."""
        path = (*table, name)
        for place in keys_below(self.tree, path):
            self._remove_pair(place)
        for section in sections_at(self.tree, path, below=True):
            self._remove_section(section)

    def rename(self, table: KeyPath, name: str, new: str) -> bool:
        """Rename a key where it stands; False when it stands in more than one place or none."""
        path = (*table, name)
        places = keys_below(self.tree, path)
        if len(places) != 1 or places[0].tail or sections_at(self.tree, path, below=True):
            return False
        pair = places[0].pair
        pair.keys = (*pair.keys[:-1], new)
        pair.key = layout.key(new)
        return True

    def sort(self, table: KeyPath, names: Sequence[str], values: Mapping[str, Any]) -> None:
        """Put keys of a table into an order; `values` has what each of them says, for those that must be rewritten."""
        found = [name for name in children(self.tree, table) if name in values]
        if found == list(names):
            return
        for name in names:
            self._gather(table, name, values[name])
        places = [keys_below(self.tree, (*table, name))[0] for name in names]
        containers = {id(place.container): place.container for place in places}
        if len(containers) > 1:
            self._collect(table, names, values)
            places = [keys_below(self.tree, (*table, name))[0] for name in names]
        _permute(places[0].container, [place.pair for place in places])

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

    def prune(self, path: KeyPath) -> None:
        """Take out a table's headers when nothing and no comment is left below them."""
        for section in sections_at(self.tree, path, below=True):
            if not section.pairs and "#" not in section.rest:
                self._remove_section(section)
        for place in keys_below(self.tree, path):
            if place.tail == () and isinstance(place.pair.node, Inline) and not place.pair.node.pairs:
                self._remove_pair(place)

    def _set_all(self, path: KeyPath, wanted: dict[str, Any], reading: Reading) -> None:
        """Make a table that stands in several places say `wanted`."""
        for name in children(self.tree, path):
            if name not in wanted:
                self.remove(path, name)
        for name, value in wanted.items():
            self.set(path, name, value, reading=reading)
        if not self.has(path):
            self._insert(path[:-1], str(path[-1]), wanted)

    def _insert(self, table: KeyPath, name: str, wanted: Any, *, after: str | None = None) -> None:
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
        if self.has(table):
            section = self._above_its_parts(table)
        elif self._headed(table) and self._may_have_header(table[:-1]):
            section = self.add_section(table)
        if section is None:
            self._insert(table[:-1], str(table[-1]), {name: wanted})
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

    def _before(self, table: KeyPath, name: str) -> str | None:
        names = children(self.tree, table)
        at = names.index(name)
        return names[at - 1] if at else None

    def _anchor(self, path: KeyPath) -> Section | None:
        """The section a new one comes after; None for the end of the document."""
        above = _owner(path)
        rank = self._rank(above, path)
        fallback: Section | None = None if above else self.tree.root
        last: Section | None = None
        for section in self.tree.under(above) if above else self.tree.sections:
            if section.path[: len(above)] != above:
                continue
            if section.path == above:
                fallback = section
            elif self._rank(above, section.path) <= rank:
                last = section
        return last or fallback

    def _rank(self, above: KeyPath, path: KeyPath) -> int:
        order = self._order(above)
        name = path[len(above)]
        return order.index(name) if isinstance(name, str) and name in order else len(order)

    def _remove_pair(self, place: Place) -> None:
        if isinstance(place.container, Inline):
            remove_pair(place.container, place.pair)
            return
        section, pair = place.container, place.pair
        self._pass_on(pair.lead, section, section.pairs.index(pair))
        section.pairs.remove(pair)

    def _remove_section(self, section: Section) -> None:
        self._pass_on(section.lead, section, len(section.pairs) - 1)
        self.tree.remove(section)

    def _pass_on(self, lead: str, section: Section, at: int) -> None:
        """Comments above something that goes stay in front of what follows; so does one blank line."""
        following, its_lead = self.tree.lead_after(section, at)
        kept = lead[: lead.rfind("\n") + 1]
        if "#" in kept or (kept and following is not None and its_lead[:1] not in ("\n", "\r")):
            self.tree.set_lead(following, kept + its_lead)

    def _gather(self, table: KeyPath, name: str, value: Any) -> None:
        """Write a key that is spread over several places as one."""
        path = (*table, name)
        places = keys_below(self.tree, path)
        if len(places) != 1 or places[0].tail or sections_at(self.tree, path, below=True):
            self.remove(table, name)
            self._insert(table, name, value)

    def _collect(self, table: KeyPath, names: Sequence[str], values: Mapping[str, Any]) -> None:
        for name in names:
            self.remove(table, name)
        for name in names:
            self._insert(table, name, values[name])


def _owner(path: KeyPath) -> KeyPath:
    """The table whose order decides where a new section goes: the request, or the document."""
    if path[0] == "request" and len(path) > 2:  # noqa: PLR2004 - "request", its number, and a key of it
        return path[:2]
    return path[:1] if path[0] == "defaults" and len(path) > 1 else ()


def _permute(container: Section | Inline, pairs: Sequence[Pair]) -> None:
    """Put pairs into the order given, within the places they take now."""
    slots = sorted(container.pairs.index(pair) for pair in pairs)
    inline = isinstance(container, Inline)
    outer = [(container.pairs[slot].lead, container.pairs[slot].rest) for slot in slots]
    for slot, pair, (lead, rest) in zip(slots, pairs, outer, strict=True):
        container.pairs[slot] = pair
        if inline:
            pair.lead, pair.rest = lead, rest


if TYPE_CHECKING:
    from collections.abc import Callable

    Ordering = Callable[[KeyPath], Sequence[str]]
    Headed = Callable[[KeyPath], bool]
