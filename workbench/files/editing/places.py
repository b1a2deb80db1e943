"""Finds where a key of a document stands, in whatever form its author wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workbench.files.editing.tree import Array, Inline, Pair, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.files.editing.tree import Node, Tree
    from workbench.files.positions import KeyPath


class Place(NamedTuple):
    """A pair that gives a key, or a part of it, its value; `tail` is what its own key has beyond the one asked for."""

    container: Section | Inline
    pair: Pair
    tail: tuple[str, ...]


def keys_below(tree: Tree, path: KeyPath) -> list[Place]:
    """The pairs that define a key or parts of it, in the order of the document."""
    return [place for section in tree.above(path) for place in _among(section, section.pairs, section.path, path)]


def sections_at(tree: Tree, path: KeyPath, *, below: bool) -> list[Section]:
    """The sections whose table is `path`, with `below` those of its sub-tables too."""
    found = [section for section in tree.under(path) if section.path[: len(path)] == path and section.head]
    return found if below else [section for section in found if section.path == path]


def exists(tree: Tree, path: KeyPath) -> bool:
    """Whether a key or table is there in any form."""
    return bool(keys_below(tree, path)) or bool(sections_at(tree, path, below=True))


def children(tree: Tree, table: KeyPath) -> list[str]:
    """The keys of a table in the order of the document."""
    names: dict[str, None] = {}
    item = table_in_braces(tree, table)
    if item is not None:
        return list(dict.fromkeys(pair.keys[0] for pair in item.pairs))
    for section in tree.under(table):
        if section.path == table:
            names.update(dict.fromkeys(pair.keys[0] for pair in section.pairs))
        if section.head and len(section.path) > len(table) and section.path[: len(table)] == table:
            names[str(section.path[len(table)])] = None
        if len(section.path) >= len(table):
            continue
        for place in _among(section, section.pairs, section.path, table):
            if place.tail:
                names[place.tail[0]] = None
    return list(names)


def table_in_braces(tree: Tree, table: KeyPath) -> Inline | None:
    """The braces that are a table: the value of its key, or an item of an array."""
    if not table:
        return None
    if isinstance(table[-1], str):
        nodes = [place.pair.node for place in keys_below(tree, table) if not place.tail]
        return nodes[0] if nodes and isinstance(nodes[0], Inline) else None
    for place in keys_below(tree, table[:-1]):
        if not place.tail and isinstance(place.pair.node, Array) and table[-1] < len(place.pair.node.items):
            node = place.pair.node.items[table[-1]].node
            return node if isinstance(node, Inline) else None
    return None


def _among(container: Section | Inline, pairs: Sequence[Pair], above: KeyPath, wanted: KeyPath) -> Iterator[Place]:
    for pair in pairs:
        full = (*above, *pair.keys)
        if len(full) >= len(wanted):
            if full[: len(wanted)] == wanted and len(wanted) > len(above):
                yield Place(container, pair, pair.keys[len(wanted) - len(above) :])
        elif wanted[: len(full)] == full:
            yield from _inside(pair.node, full, wanted)


def _inside(node: Node, above: KeyPath, wanted: KeyPath) -> Iterator[Place]:
    if isinstance(node, Inline):
        yield from _among(node, node.pairs, above, wanted)
    elif isinstance(node, Array):
        at = wanted[len(above)]
        if isinstance(at, int) and at < len(node.items):
            yield from _inside(node.items[at].node, (*above, at), wanted)
