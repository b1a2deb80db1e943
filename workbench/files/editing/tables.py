"""Sets, removes and orders keys of a document, however its author wrote its tables.

A table may stand below a header, in dotted keys, in braces, or spread over several of these. A key that exists is
changed where it stands; a new one goes where its table's other keys are. What keys mean is `changes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.files.editing import layout
from workbench.files.editing.inserting import Headed, Insertions, Ordering
from workbench.files.editing.nodes import (
    Reading,
    json_reading,
    remove_pair,
    updated,
)
from workbench.files.editing.places import Place, children, exists, keys_below, sections_at
from workbench.files.editing.tree import Inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.files.editing.tree import Pair, Section, Tree
    from workbench.files.positions import KeyPath


class Tables:
    """Edits one document.

    Args:
        tree: the document.
        order: for a table's path, the order of its keys; new ones are put in by it. Keys it does not have come last.
        headed: whether a new table of that path gets a header of its own, and not braces.
    """

    def __init__(self, tree: Tree, order: Ordering, headed: Headed) -> None:
        self.tree = tree
        self._new = Insertions(tree, order, headed)

    def has(self, path: KeyPath) -> bool:
        """Whether a key or table is there in any form."""
        return exists(self.tree, path)

    def add_section(self, path: KeyPath, *, array: bool = False) -> Section:
        """Add an empty table with a header, at its place in the format's order."""
        return self._new.add_section(path, array=array)

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
            self._new.insert(table, name, wanted, after=before or after)

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
            self._new.insert(path[:-1], str(path[-1]), wanted)

    def _before(self, table: KeyPath, name: str) -> str | None:
        names = children(self.tree, table)
        at = names.index(name)
        return names[at - 1] if at else None

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
            self._new.insert(table, name, value)

    def _collect(self, table: KeyPath, names: Sequence[str], values: Mapping[str, Any]) -> None:
        for name in names:
            self.remove(table, name)
        for name in names:
            self._new.insert(table, name, values[name])


def _permute(container: Section | Inline, pairs: Sequence[Pair]) -> None:
    """Put pairs into the order given, within the places they take now."""
    slots = sorted(container.pairs.index(pair) for pair in pairs)
    inline = isinstance(container, Inline)
    outer = [(container.pairs[slot].lead, container.pairs[slot].rest) for slot in slots]
    for slot, pair, (lead, rest) in zip(slots, pairs, outer, strict=True):
        container.pairs[slot] = pair
        if inline:
            pair.lead, pair.rest = lead, rest
