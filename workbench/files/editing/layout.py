"""How a new value is written (FORMAT.md, "Reading and writing"): which quotes, on how many lines.

tomlkit writes keys, numbers and literal texts; texts with escapes are written here, since its time for them grows with
the square of their length. Every result is read back before it is saved.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import tomlkit

from workbench.files.editing.tree import Array, Inline, Item, Leaf, Pair

if TYPE_CHECKING:
    from workbench.files.editing.tree import Node

WIDTH = 100
"""A list that would be longer on one line gets a line for each item."""

INDENT = "  "

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f]')
_ESCAPED_IN_LINES = re.compile(r'\\|[\x00-\x08\x0b-\x1f\x7f-\x9f]|"(?="")|"\Z')
_MULTILINE = ('"""', "'''")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Lines(str):
    """A text that is written over several lines: a body, a description."""

    __slots__ = ()


def key(name: str) -> str:
    """A part of a key: bare where it can be."""
    return tomlkit.key(name).as_string()


def text(value: str, *, like: str = "") -> str:
    """A text on one line: in double quotes, or in single ones where that saves escapes.

    Args:
        value: the text.
        like: the text it takes the place of, as written; its quotes are kept where they fit.
    """
    literal = "'" not in value and "\n" not in value and "\t" not in value and _CONTROL.search(value) is None
    if like.startswith("'") and not like.startswith("'''") and literal:
        return tomlkit.string(value, literal=True).as_string()
    if _ESCAPED.search(value) and literal:
        return tomlkit.string(value, literal=True).as_string()
    return f'"{_ESCAPED.sub(_escape, value)}"'


def lines(value: str, *, eol: str, like: str = "") -> str:
    """A text over several lines, such as a body: literal where it can be, with escapes where not, on one line for CR.

    Args:
        value: the text.
        eol: the line break of the document; TOML turns CRLF into LF, so the value stays the same.
        like: the text it takes the place of, as written.
    """
    if not value or "\r" in value:
        return text(value)
    kept = _same_quotes(value, like)
    if kept is not None:
        return kept
    escaped = _ESCAPED_IN_LINES.sub(_escape, value)
    first = "" if like[:3] in _MULTILINE and like[3:4] not in ("\n", "\r") and not value.startswith("\n") else "\n"
    literal = "'''" not in value and not value.endswith("'") and _CONTROL.search(value) is None
    if not literal or (like.startswith('"""') and escaped == value):
        written = f'"""{first}{escaped}"""'
    elif value.startswith("\n"):
        written = tomlkit.string(value, literal=True, multiline=True).as_string()  # puts the first line break twice
    else:
        written = f"'''{first}{tomlkit.string(value, literal=True, multiline=True).as_string()[3:]}"
    return written.replace("\n", eol)


def _same_quotes(value: str, like: str) -> str | None:
    """A body of one line in the quotes of one line that it had."""
    one_line = like[:1] in ('"', "'") and like[:3] not in _MULTILINE
    if not one_line or "\n" in value:
        return None
    return text(value, like=like)


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


def node(value: Any, *, eol: str, like: Node | None = None, split: bool = False) -> Node:
    """A JSON value as a new piece of a tree; tables inline.

    Args:
        value: without null.
        eol: the document's line break.
        like: what it takes the place of.
        split: a long list gets a line for each item.
    """
    if isinstance(value, str):
        written = str(like) if isinstance(like, Leaf) else ""
        return Leaf(lines(value, eol=eol, like=written) if isinstance(value, Lines) else text(value, like=written))
    if isinstance(value, dict):
        return inline(value, eol=eol)
    if isinstance(value, (list, tuple)):
        return array(list(value), eol=eol, split=split)
    return Leaf(tomlkit.item(value).as_string())


def inline(table: dict[str, Any], *, eol: str) -> Inline:
    """A table on one line."""
    pairs = [Pair(" ", (name,), "", key(name), " = ", node(value, eol=eol), "") for name, value in table.items()]
    return Inline(pairs, " " if pairs else "")


def array(values: list[Any], *, eol: str, split: bool = False) -> Array:
    """A list, on one line or, when it is long and may be split, with a line for each item."""
    nodes = [node(value, eol=eol) for value in values]
    if split and sum(len(str(each)) + 2 for each in nodes) > WIDTH:
        return Array([Item(eol + INDENT, each) for each in nodes], eol, last_comma=True)
    return Array([Item(" " if at else "", each) for at, each in enumerate(nodes)])
