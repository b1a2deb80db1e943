"""Where everything of a TOML text stands: one pass over the text, in time proportional to its length.

The scanner decides nothing about validity; `tomllib` is the one parser (`workbench.files.reading`). It accepts at least
what tomllib accepts, so that it can look for keys and nesting that would be slow or fatal there before tomllib runs.
Offsets are characters from 0 into the text as it stands in the file, carriage returns included.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

MAX_KEY_PARTS = 32
"""Parts of a dotted key. tomllib needs seconds for a key of 40 KB."""

MAX_DEPTH = 64
"""Levels of nested arrays and inline tables: far below the interpreter's recursion limit."""

_TRIVIA = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*+")
_REST = re.compile(r"[ \t]*+(?:#[^\n]*+)?\r?(?=\n|\Z)")
_KEY = re.compile(
    r"""([A-Za-z0-9_-]++)|"((?:[^"\\\n]++|\\.)*+)"|'([^'\n]*+)'""",
)
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"{3,5}'
    r"|'''(?:[^']++|'(?!''))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n\r]*+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
_BEYOND_UNICODE = 0x110000

Keys = tuple[str, ...]


class Value(msgspec.Struct, eq=False):
    """A value's span; `items` of an array, `pairs` of an inline table."""

    start: int
    end: int = 0
    kind: Literal["string", "scalar", "array", "inline"] = "scalar"
    items: list[Value] = []
    pairs: list[Pair] = []


class Pair(msgspec.Struct, eq=False):
    """`key = value`: the span of the key and its parts, and the value."""

    keys: Keys
    start: int
    key_end: int
    value: Value
    starts: tuple[int, ...] = ()


class Table(msgspec.Struct, eq=False):
    """A header with the pairs below it; the first table of a document has no header (`start` = `end`)."""

    keys: Keys
    start: int
    end: int
    array: bool = False
    pairs: list[Pair] = []
    starts: tuple[int, ...] = ()


class ScanError(Exception):
    """The text stops being TOML at `offset`; `message` is set when it is one of our own limits.

    `tables` is what stands above that place.
    """

    def __init__(self, offset: int, message: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message
        self.tables: list[Table] = []


def scan(text: str) -> list[Table]:
    """The tables of a TOML text in their order, the headless one first.

    Raises:
        ScanError: the text is no TOML, or it passes one of the limits.
    """
    scanner = _Scanner(text)
    try:
        scanner.run()
    except ScanError as error:
        error.tables = scanner.tables
        raise
    return scanner.tables


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 1 if text.startswith("\ufeff") else 0
        self.tables = [Table((), self._at, self._at)]

    def run(self) -> None:
        text, table = self._text, self.tables[0]
        while True:
            self._skip(_TRIVIA)
            if self._at >= len(text):
                return
            if text[self._at] == "[":
                table = self._header()
                self.tables.append(table)
            else:
                table.pairs.append(self._pair(0))
            rest = _REST.match(text, self._at)
            if rest is None:
                raise ScanError(self._at)
            self._at = rest.end()

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()

    def _expect(self, mark: str) -> None:
        if not self._text.startswith(mark, self._at):
            raise ScanError(self._at)
        self._at += len(mark)

    def _header(self) -> Table:
        start = self._at
        array = self._text.startswith("[[", start)
        self._at += 2 if array else 1
        keys, starts = self._key()
        self._expect("]]" if array else "]")
        return Table(keys, start, self._at, array, [], starts)

    def _key(self) -> tuple[Keys, tuple[int, ...]]:
        text = self._text
        parts: list[str] = []
        starts: list[int] = []
        while True:
            self._skip(_SPACE)
            match = _KEY.match(text, self._at)
            if match is None:
                raise ScanError(self._at)
            starts.append(self._at)
            parts.append(unescape(match[2]) if match[2] is not None else match[match.lastindex or 1])
            self._at = match.end()
            if len(parts) > MAX_KEY_PARTS:
                raise ScanError(starts[0], f"this dotted key has more than {MAX_KEY_PARTS} parts")
            self._skip(_SPACE)
            if not text.startswith(".", self._at):
                return tuple(parts), tuple(starts)
            self._at += 1

    def _pair(self, depth: int) -> Pair:
        start = self._at
        keys, starts = self._key()
        key_end = self._at
        self._expect("=")
        self._skip(_SPACE)
        return Pair(keys, start, key_end, self._value(depth), starts)

    def _value(self, depth: int) -> Value:
        text, start = self._text, self._at
        first = text[start : start + 1]
        if first in ("[", "{"):
            if depth >= MAX_DEPTH:
                raise ScanError(start, f"arrays and tables are nested more than {MAX_DEPTH} deep")
            return self._array(depth + 1) if first == "[" else self._inline(depth + 1)
        if first in ('"', "'"):
            match = _STRING.match(text, start)
            if match is None:
                raise ScanError(start)
            self._at = match.end()
            return Value(start, self._at, "string")
        match = _SCALAR.match(text, start)
        end = start + len((match[0] if match else "").rstrip())
        if end == start:
            raise ScanError(start)
        self._at = end
        return Value(start, end)

    def _array(self, depth: int) -> Value:
        value = Value(self._at, kind="array", items=[])
        self._at += 1
        while True:
            self._skip(_TRIVIA)
            if self._text.startswith("]", self._at):
                break
            value.items.append(self._value(depth))
            self._skip(_TRIVIA)
            if not self._text.startswith(",", self._at):
                if self._text.startswith("]", self._at):
                    break
                raise ScanError(self._at)
            self._at += 1
        self._at += 1
        value.end = self._at
        return value

    def _inline(self, depth: int) -> Value:
        value = Value(self._at, kind="inline", pairs=[])
        self._at += 1
        self._skip(_SPACE)
        while not self._text.startswith("}", self._at):
            value.pairs.append(self._pair(depth))
            self._skip(_SPACE)
            if self._text.startswith("}", self._at):
                break
            self._expect(",")
            self._skip(_SPACE)
        self._at += 1
        value.end = self._at
        return value


def unescape(text: str) -> str:
    """The text of a one-line basic string; escapes that TOML does not have are left as they are."""
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        digits = match[1] or match[2]
        if digits is None:
            return _ESCAPED.get(match[3], match[0])
        code = int(digits, 16)
        return chr(code) if code < _BEYOND_UNICODE else match[0]

    return _ESCAPE.sub(character, text)
