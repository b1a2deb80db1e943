"""Finds out where one is in laid-out JSON: the path of a line, its value, the end of its block.

Reads the levels back from the indentation that `pretty` wrote, by searching bytes and never by parsing: a line in the
middle of 100 MB costs a few searches over the text before it. Works on `pretty`'s layout only; for bytes as received,
`places` says which place in the layout corresponds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import INDENT

if TYPE_CHECKING:
    from collections.abc import Callable

_KEY = re.compile(rb'("(?:[^"\\]|\\.)*+"): ', re.DOTALL)
_SHORT_NAME = re.compile(r"[A-Za-z_][0-9A-Za-z_]*")  # of what RFC 9535 allows, the part that every library reads
_STEP = 512 * 1024
_FIRST_LOOK = 64 * 1024
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "'": "\\'", "\\": "\\\\"}
_CLOSER = {ord("{"): b"}", ord("["): b"]"}


class Place(msgspec.Struct, frozen=True):
    """Where a line stands.

    Attributes:
        path: JSONPath of its value (RFC 9535, in its short form where a name allows it).
        start: offset of the value's first byte.
        end: offset after its last, without the comma.
    """

    path: str
    start: int
    end: int


class _Line(msgspec.Struct, frozen=True):
    start: int
    end: int
    level: int
    first: int  # offset of the first byte that is no space
    value: int  # offset of the value: after the key, where there is one
    key: bytes | None


def locate(data: bytes, offset: int, cancelled: Callable[[], bool] = bool) -> Place:
    """The place of the line that holds `offset`; the line of a closing bracket counts as that of its opening one.

    Raises:
        Cancelled: `cancelled` said so between two searches.
    """
    line = _opener(data, _line(data, offset), cancelled)
    start, end = _value(data, line, cancelled)
    parts: list[str] = []
    while line.level > 0:
        parent = _line(data, _parent(data, line.start, line.level - 1, cancelled))
        if line.key is not None:
            parts.append(_member(line.key))
        else:
            parts.append(f"[{_siblings(data, parent.end, line.start, line.level, cancelled)}]")
        line = parent
    return Place("$" + "".join(reversed(parts)), start, end)


def block_end(data: bytes, start: int, end: int, cancelled: Callable[[], bool] = bool) -> int | None:
    """Where the line begins that closes the block which the line from `start` to `end` opens; None if it opens none.

    Raises:
        Cancelled: `cancelled` said so between two searches.
    """
    closer = _CLOSER.get(data[end - 1]) if end > start else None
    indent = _indent(data, start, end)
    if closer is None or not data.startswith(b"\n" + b" " * (indent + INDENT), end):
        return None
    needle = b"\n" + b" " * indent + closer
    for low in range(end, len(data), _STEP):
        if cancelled():
            raise Cancelled
        found = data.find(needle, low, low + _STEP + len(needle) - 1)
        if found >= 0:
            return found + 1
    return None


def enclosing(data: bytes, offset: int, cancelled: Callable[[], bool] = bool) -> int | None:
    """Offset in the line that opens the block which the line of `offset` is in, or closes; None at the top.

    Raises:
        Cancelled: `cancelled` said so between two searches.
    """
    line = _line(data, offset)
    if data[line.first : line.first + 1] in (b"}", b"]"):
        return _parent(data, line.start, line.level, cancelled)
    return _parent(data, line.start, line.level - 1, cancelled) if line.level else None


def read_string(literal: bytes) -> str | None:
    """The text of a JSON string literal; None when it is none."""
    try:
        return msgspec.json.decode(literal, type=str)
    except msgspec.DecodeError:
        return None


def _line(data: bytes, offset: int) -> _Line:
    start = data.rfind(b"\n", 0, offset) + 1
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    first = start + _indent(data, start, end)
    found = _KEY.match(data, first, end)
    key, value = (found[1], found.end()) if found else (None, first)
    return _Line(start, end, (first - start) // INDENT, first, value, key)


def _indent(data: bytes, start: int, end: int) -> int:
    at = start
    while at < end and data[at] == 0x20:  # noqa: PLR2004 - a space
        at += 1
    return at - start


def _opener(data: bytes, line: _Line, cancelled: Callable[[], bool]) -> _Line:
    if data[line.first : line.first + 1] not in (b"}", b"]"):
        return line
    return _line(data, _parent(data, line.start, line.level, cancelled))


def _value(data: bytes, line: _Line, cancelled: Callable[[], bool]) -> tuple[int, int]:
    closing = block_end(data, line.start, line.end, cancelled) if line.end - line.value == 1 else None
    if closing is not None:
        return line.value, closing + line.level * INDENT + 1
    end = line.end
    if data[end - 1 : end] == b"," and end > line.value:
        end -= 1
    return line.value, end


def _parent(data: bytes, before: int, level: int, cancelled: Callable[[], bool]) -> int:
    """Offset in the nearest line above that stands at `level` and can open a block."""
    lead = b"\n" + b" " * (level * INDENT)
    needles = [lead + opener for opener in (b'"', b"{", b"[")]
    high, step = before, _FIRST_LOOK
    while high > 0:
        if cancelled():
            raise Cancelled
        low = max(0, high - step)
        limit = min(before, high + len(lead))
        found = max(data.rfind(needle, low, limit) for needle in needles)
        if found >= 0:
            return found + 1
        high, step = low, _STEP
    return 0


def _siblings(data: bytes, start: int, end: int, level: int, cancelled: Callable[[], bool]) -> int:
    """How many values begin at `level` on the lines between two offsets."""
    lead = b"\n" + b" " * (level * INDENT)
    count = 0
    for low in range(start, end, _STEP):
        if cancelled():
            raise Cancelled
        high = min(low + _STEP, end)
        count += data.count(lead, low, min(high + len(lead) - 1, end))
        for other in (b" ", b"}", b"]"):
            count -= data.count(lead + other, low, min(high + len(lead), end))
    return count


def _member(key: bytes) -> str:
    name = read_string(key) or ""
    if _SHORT_NAME.fullmatch(name):
        return f".{name}"
    escaped = "".join(
        _ESCAPES.get(character, character if character >= " " else f"\\u{ord(character):04x}") for character in name
    )
    return f"['{escaped}']"
