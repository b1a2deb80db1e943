"""Walks laid-out JSON by its lines: children, members, descendants of a value, found by searching bytes.

Nothing is decoded, so that a walk over 100 MB needs no memory, and what it finds are places in the text. Relies on
`pretty`'s layout alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import INDENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WINDOW = 256 * 1024
_BETWEEN_LOOKS = 512
_OPENERS = b"{["
_NOT_SPACE = re.compile(rb"[^ \t\r\n]")
_KEY = rb'"(?:[^"\\\n]|\\.)*+"'
_ESCAPED_KEY = rb'"[^"\\\n]*\\.(?:[^"\\\n]|\\.)*+"'


class Value(NamedTuple):
    """A value: its first byte, the byte after its last, and the level of the line it begins on."""

    start: int
    end: int
    level: int


class Walk:
    """One text that is walked."""

    def __init__(self, data: bytes, cancelled: Callable[[], bool] = bool) -> None:
        self.data = data
        self._cancelled = cancelled
        self._looks = 0

    def roots(self) -> Iterator[Value]:
        """The values at the top: one, or one a line.

        Raises:
            Cancelled: `cancelled` said so; from every method here.
        """
        found = _NOT_SPACE.search(self.data)
        if found is not None:
            for _, value in self._lines(_at_level(0), found.start(), len(self.data), 0, first=True):
                yield value

    def is_object(self, value: Value) -> bool:
        """Whether it is an object."""
        return self.data.startswith(b"{", value.start)

    def is_array(self, value: Value) -> bool:
        """Whether it is an array."""
        return self.data.startswith(b"[", value.start)

    def children(self, value: Value) -> Iterator[tuple[bytes, Value]]:
        """The members or items of a value, in order, with the literal of their name; b"" for an item."""
        if self._has_children(value):
            level = value.level + 1
            yield from self._lines(_at_level(level), value.start + 1, value.end, level)

    def member(self, value: Value, name: str) -> Value | None:
        """The last member of that name."""
        if not self.is_object(value) or not self._has_children(value):
            return None
        data, level = self.data, value.level + 1
        needle = b"\n" + b" " * (level * INDENT) + msgspec.json.encode(name) + b": "
        high = value.end
        while high > value.start:
            self._look()
            low = max(value.start, high - _WINDOW)
            found = data.rfind(needle, low, min(value.end, high + len(needle) - 1))
            if found >= 0:
                return self._value_at(found + len(needle), level, value.end)
            high = low
        last = None
        for key, child in self.children(value) if self._may_be_escaped(value) else ():
            if b"\\" in key and msgspec.json.decode(key) == name:
                last = child
        return last

    def containers(self, value: Value) -> Iterator[Value]:
        """The value and every object or array below it, from the top down."""
        below = [iter([value])]
        while below:
            each = next(below[-1], None)
            if each is None:
                below.pop()
                continue
            yield each
            if self._has_children(each):
                below.append(child for _, child in self.children(each) if self.data[child.start] in _OPENERS)

    def members_below(self, value: Value, name: str) -> Iterator[Value]:
        """Every member of that name, however deep."""
        if self.data[value.start] not in _OPENERS:
            return
        literal = msgspec.json.encode(name)
        line = re.compile(rb"\n( *)(%b|%b): " % (re.escape(literal), _ESCAPED_KEY))
        for found in self._matches(line, value.start + 1, value.end):
            if found[2] == literal or msgspec.json.decode(found[2]) == name:
                yield self._value_at(found.end(), len(found[1]) // INDENT, value.end)

    def _has_children(self, value: Value) -> bool:
        return value.end - value.start > len(_OPENERS) and self.data[value.start] in _OPENERS

    def _may_be_escaped(self, value: Value) -> bool:
        """Whether some name in it may be written with escapes."""
        return any(b"\\" in self.data[at : at + _WINDOW] for at in range(value.start, value.end, _WINDOW))

    def _value_at(self, start: int, level: int, limit: int) -> Value:
        """The value that begins at an offset, on a line of that level."""
        data = self.data
        end = data.find(b"\n", start, limit)
        end = limit if end < 0 else end
        if end - start != 1 or data[start] not in _OPENERS:
            return Value(start, _without_comma(data, start, end), level)
        closer = b"\n" + b" " * (level * INDENT) + (b"}" if data[start] == _OPENERS[0] else b"]")
        low = end
        while True:
            self._look()
            found = data.find(closer, low, min(limit, low + _WINDOW + len(closer)))
            if found >= 0 or low >= limit:
                return Value(start, found + len(closer) if found >= 0 else limit, level)
            low += _WINDOW

    def _lines(
        self, pattern: re.Pattern[bytes], low: int, high: int, level: int, *, first: bool = False
    ) -> Iterator[tuple[bytes, Value]]:
        """The values that begin on lines of a level, with their names; `first`: one begins at `low` itself."""
        data = self.data
        opened: tuple[bytes, int] | None = None
        if first:
            value = self._value_at(low, level, high)
            yield b"", value
            low = value.end
        for found in self._matches(pattern, low, high):
            self._looks += 1
            if found[1] is not None:
                if opened is not None:
                    yield opened[0], Value(opened[1], found.end(), level)
                opened = None
                continue
            start = found.end()
            end = data.find(b"\n", start, high)
            end = high if end < 0 else end
            if end - start == 1 and data[start] in _OPENERS:
                opened = found[2] or b"", start
            elif end > start:
                yield found[2] or b"", Value(start, _without_comma(data, start, end), level)

    def _matches(self, pattern: re.Pattern[bytes], low: int, high: int) -> Iterator[re.Match[bytes]]:
        """Matches of a pattern that begins with a line feed and stays on its line; with pauses between parts."""
        while low < high:
            end = self.data.find(b"\n", min(low + _WINDOW, high), high)
            end = high if end < 0 else end
            self._look()
            for number, found in enumerate(pattern.finditer(self.data, low, end)):
                if not number % _BETWEEN_LOOKS:
                    self._look()
                yield found
            low = max(end, low + 1)

    def _look(self) -> None:
        if self._cancelled():
            raise Cancelled


def _without_comma(data: bytes, start: int, end: int) -> int:
    return end - 1 if end - start > 1 and data[end - 1] == 0x2C else end  # noqa: PLR2004 - a comma


@lru_cache(64)
def _at_level(level: int) -> re.Pattern[bytes]:
    """A line at a level: a closer, or the name of a member and what follows it, or an item."""
    return re.compile(rb"\n%b(?:([}\]])|(?! )(?:(%b): )?)" % (b" " * (level * INDENT), _KEY))
