"""A TOML text as pieces that can be changed one by one: joined again, untouched pieces give the same text.

Every character belongs to exactly one piece. What the pieces mean is `workbench.files.editing.tables`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.files.positions import KeyPath, Paths
from workbench.files.scanner import scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.files import scanner

_SAME_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?")


class Leaf:
    """A value that is not taken apart: a text, number, date, truth value."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class Item:
    """One value of an array: what stands before it, up to its comma, and behind the comma on its line."""

    def __init__(self, lead: str, node: Node, gap: str = "", comment: str = "") -> None:
        self.lead = lead
        self.node = node
        self.gap = gap
        self.comment = comment


class Array:
    """`[ … ]`: items, whether a comma follows the last one, and what stands before the bracket."""

    def __init__(self, items: list[Item], close: str = "", *, last_comma: bool = False) -> None:
        self.items = items
        self.close = close
        self.last_comma = last_comma

    def __str__(self) -> str:
        parts = ["["]
        for at, item in enumerate(self.items):
            comma = "," if at + 1 < len(self.items) or self.last_comma else ""
            parts += [item.lead, str(item.node), item.gap, comma, item.comment]
        return "".join([*parts, self.close, "]"])


class Pair:
    """`key = value` with what stands before it and behind it.

    Attributes:
        lead: blank lines, comment lines and indentation; in an inline table, space.
        keys: the parts of the key.
        head: the dots before the last part, as written, with the parts before it.
        key: the last part as written.
        sep: from there to the value: the equals sign with its space.
        node: the value.
        rest: space, comment and line break; in an inline table, space before the comma.
    """

    def __init__(self, lead: str, keys: tuple[str, ...], head: str, key: str, sep: str, node: Node, rest: str) -> None:
        self.lead = lead
        self.keys = keys
        self.head = head
        self.key = key
        self.sep = sep
        self.node = node
        self.rest = rest

    def __str__(self) -> str:
        return f"{self.lead}{self.head}{self.key}{self.sep}{self.node}{self.rest}"


class Inline:
    """`{ … }`: its pairs, and what stands before the brace."""

    def __init__(self, pairs: list[Pair], close: str = "") -> None:
        self.pairs = pairs
        self.close = close

    def __str__(self) -> str:
        return "{" + ",".join(map(str, self.pairs)) + self.close + "}"


Node = Leaf | Array | Inline


class Section:
    """A header with the pairs below it; the first one of a document has no header.

    Attributes:
        path: the key path of its table, array positions as they were when the text was read.
        lead: blank lines, comment lines and indentation before the header.
        head: the header in its brackets.
        rest: from there to the end of its line.
    """

    def __init__(self, path: KeyPath, lead: str, head: str, rest: str, pairs: list[Pair], *, array: bool) -> None:
        self.path = path
        self.lead = lead
        self.head = head
        self.rest = rest
        self.pairs = pairs
        self.array = array

    def __str__(self) -> str:
        return f"{self.lead}{self.head}{self.rest}{''.join(map(str, self.pairs))}"


class Tree:
    """A document: its sections in order and what stands behind the last one.

    Attributes:
        eol: the line break of new lines.
    """

    def __init__(self, text: str) -> None:
        self._mark = "\ufeff" if text.startswith("\ufeff") else ""
        text = text.removeprefix("\ufeff")
        self.eol = "\r\n" if "\r\n" in text.partition("\n")[0] + "\n" else "\n"
        self.sections: list[Section] = []
        self.tail = ""
        self._ends_line = text.endswith("\n") or not text
        self._buckets: dict[KeyPath, list[Section]] = {}
        _Reader(text if self._ends_line else text + self.eol).fill(self)

    def __str__(self) -> str:
        text = "".join([self._mark, *map(str, self.sections), self.tail])
        return text if self._ends_line else text.removesuffix(self.eol)

    @property
    def root(self) -> Section:
        """The section without a header."""
        return self.sections[0]

    def under(self, path: KeyPath) -> Iterator[Section]:
        """The sections whose table is `path`, above it or below it."""
        yield self.root
        if not path:
            yield from self.sections[1:]
            return
        for bucket in self._around(path):
            for section in bucket:
                shorter = min(len(path), len(section.path))
                if section.path[:shorter] == path[:shorter]:
                    yield section

    def above(self, path: KeyPath) -> Iterator[Section]:
        """The sections whose table is above `path`: those where it can be a key."""
        yield self.root
        for section in self._buckets.get(_bucket(path), ()) if path else ():
            if len(section.path) < len(path) and section.path == path[: len(section.path)]:
                yield section

    def append(self, section: Section) -> None:
        """Add a section behind all others."""
        self.sections.append(section)
        if section.path:
            self._buckets.setdefault(_bucket(section.path), []).append(section)

    def insert(self, section: Section, *, after: Section | None = None, before: Section | None = None) -> None:
        """Add a section beside another one."""
        anchor = after or before
        if anchor is None:
            raise ValueError("a section goes after or before another one")
        step = 1 if after else 0
        at = len(self.sections) - 1 if self.sections[-1] is anchor else self.sections.index(anchor)
        self.sections.insert(at + step, section)
        bucket = self._buckets.setdefault(_bucket(section.path), [])
        bucket.insert(bucket.index(anchor) + step if anchor in bucket else len(bucket), section)

    def remove(self, section: Section) -> None:
        """Take a section out; its lead is the caller's business."""
        self.sections.remove(section)
        self._buckets[_bucket(section.path)].remove(section)

    def lead_after(self, section: Section, index: int) -> tuple[Section | Pair | None, str]:
        """The piece that follows the pair at `index` of a section (None: the end), and its lead."""
        if index + 1 < len(section.pairs):
            return section.pairs[index + 1], section.pairs[index + 1].lead
        at = self.sections.index(section) + 1
        if at < len(self.sections):
            return self.sections[at], self.sections[at].lead
        return None, self.tail

    def set_lead(self, piece: Section | Pair | None, lead: str) -> None:
        """Change what stands before a piece; None is the end of the document."""
        if piece is None:
            self.tail = lead
        else:
            piece.lead = lead

    def _around(self, path: KeyPath) -> Iterator[list[Section]]:
        key = _bucket(path)
        if path[0] == "request" and len(path) == 1:
            yield from (bucket for each, bucket in self._buckets.items() if each[0] == "request")
        elif key in self._buckets:
            yield self._buckets[key]


def _bucket(path: KeyPath) -> KeyPath:
    return path[:2] if path[0] == "request" else path[:1]


class _Reader:
    """Cuts a text into the pieces of a tree, by the spans of the scanner."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def fill(self, tree: Tree) -> None:
        paths = Paths()
        for table in scan(self._text):
            path = paths.of(table)
            if table.end > table.start:
                lead, head = self._to(table.start), self._to(table.end)
                section = Section(path, lead, head, self._line_end(), [], array=table.array)
            else:
                section = Section((), "", "", "", [], array=False)
            section.pairs.extend(self._statement(pair) for pair in table.pairs)
            tree.append(section)
        tree.tail = self._to(len(self._text))

    def _to(self, offset: int) -> str:
        start, self._at = self._at, offset
        return self._text[start:offset]

    def _line_end(self) -> str:
        end = self._text.index("\n", self._at)
        return self._to(end + 1)

    def _statement(self, pair: scanner.Pair) -> Pair:
        made = self._pair(pair)
        made.rest = self._line_end()
        return made

    def _pair(self, pair: scanner.Pair) -> Pair:
        lead = self._to(pair.start)
        head = self._to(pair.starts[-1])
        key = self._text[self._at : pair.key_end].rstrip(" \t")
        self._at += len(key)
        return Pair(lead, pair.keys, head, key, self._to(pair.value.start), self._node(pair.value), "")

    def _node(self, value: scanner.Value) -> Node:
        if value.kind == "array":
            return self._array(value)
        if value.kind == "inline":
            return self._inline(value)
        return Leaf(self._to(value.end))

    def _inline(self, value: scanner.Value) -> Inline:
        self._at += 1
        pairs = []
        for pair in value.pairs:
            made = self._pair(pair)
            pairs.append(made)
            comma = self._text.find(",", self._at, value.end) if pair is not value.pairs[-1] else -1
            if comma >= 0:
                made.rest = self._to(comma)
                self._at += 1
        close = self._to(value.end - 1)
        self._at += 1
        return Inline(pairs, close)

    def _array(self, value: scanner.Value) -> Array:
        self._at += 1
        items: list[Item] = []
        last_comma = False
        for item in value.items:
            made = Item(self._to(item.start), self._node(item))
            items.append(made)
            comma = self._comma(value.end)
            last_comma = comma >= 0
            if last_comma:
                made.gap = self._to(comma)
                self._at += 1
            match = _SAME_LINE.match(self._text, self._at)
            if match and self._text.startswith(("\n", "\r\n"), match.end()):
                made.comment = self._to(match.end())
        close = self._to(value.end - 1)
        self._at += 1
        return Array(items, close, last_comma=last_comma)

    def _comma(self, end: int) -> int:
        """The comma behind an item, past space and comments; -1 when the array ends first."""
        at = self._at
        while at < end:
            if self._text[at] == ",":
                return at
            if self._text[at] == "]":
                return -1
            at = self._text.index("\n", at) if self._text[at] == "#" else at + 1
        return -1
