"""Line and column of every key, table and array item of a TOML text, found when first asked for.

Key paths are those of `workbench.model.collection.Source`. Nothing here judges the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from workbench.files.scanner import ScanError, Table, scan

if TYPE_CHECKING:
    from workbench.files.scanner import Pair, Value

KeyPath = tuple[str | int, ...]


class Lines:
    """Turns offsets of a text into lines and columns, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._bom = text.startswith("\ufeff")

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column; a byte order mark takes no column."""
        line = bisect_right(self._starts, offset)
        column = offset - self._starts[line - 1] + 1
        return line, column - 1 if self._bom and line == 1 and column > 1 else column

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column that were counted without a byte order mark."""
        return self._starts[line - 1] + column - 1 + (1 if self._bom and line == 1 else 0)


class Positions(Mapping[KeyPath, int]):
    """Key path → line, read from the text at the first look-up.

    Of a text that is no TOML it has what stands above the error.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __getitem__(self, key: KeyPath) -> int:
        return self._lines.place(self._offsets[key])[0]

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._offsets)

    def __len__(self) -> int:
        return len(self._offsets)

    def __contains__(self, key: object) -> bool:
        return key in self._offsets

    def __repr__(self) -> str:
        return f"<Positions of {len(self._text)} characters>"

    def place(self, key: KeyPath) -> tuple[int, int]:
        """Line and column of a key or array item, or of the nearest part above it; (0, 0) when nothing is known."""
        for end in range(len(key), 0, -1):
            offset = self._offsets.get(key[:end])
            if offset is not None:
                return self._lines.place(offset)
        return 0, 0

    def value(self, key: KeyPath) -> Value | None:
        """The span of the value that a key was given directly."""
        return self._values.get(key)

    def raw(self, value: Value) -> str:
        """A value as it is written."""
        return self._text[value.start : value.end]

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        return self._lines.place(offset)

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    @cached_property
    def _found(self) -> tuple[dict[KeyPath, int], dict[KeyPath, Value]]:
        try:
            tables = scan(self._text)
        except ScanError as error:
            tables = error.tables
        return _Walk().walk(tables)

    @property
    def _offsets(self) -> dict[KeyPath, int]:
        return self._found[0]

    @property
    def _values(self) -> dict[KeyPath, Value]:
        return self._found[1]


class Paths:
    """Resolves the headers of a document in their order: `[request.headers]` → `("request", 3, "headers")`."""

    def __init__(self) -> None:
        self._last: dict[KeyPath, int] = {}

    def of(self, table: Table) -> KeyPath:
        """The key path of the next table; for an array of tables that of its new item."""
        path: KeyPath = ()
        for at, part in enumerate(table.keys):
            path = (*path, part)
            if at + 1 < len(table.keys):
                if path in self._last:
                    path = (*path, self._last[path])
            elif table.array:
                number = self._last.get(path, -1) + 1
                self._last[path] = number
                path = (*path, number)
        return path


class _Walk:
    def __init__(self) -> None:
        self._offsets: dict[KeyPath, int] = {}
        self._values: dict[KeyPath, Value] = {}

    def walk(self, tables: list[Table]) -> tuple[dict[KeyPath, int], dict[KeyPath, Value]]:
        paths = Paths()
        for table in tables:
            path = paths.of(table)
            if path:
                for end in range(1, len(path)):
                    self._offsets.setdefault(path[:end], table.start)
                self._offsets.setdefault(path, table.start)
            for pair in table.pairs:
                self._pair(path, pair)
        return self._offsets, self._values

    def _pair(self, above: KeyPath, pair: Pair) -> None:
        path = above
        for part, start in zip(pair.keys, pair.starts, strict=True):
            path = (*path, part)
            self._offsets.setdefault(path, start)
        self._value(path, pair.value)

    def _value(self, path: KeyPath, value: Value) -> None:
        self._values[path] = value
        for number, item in enumerate(value.items):
            self._offsets[(*path, number)] = item.start
            self._value((*path, number), item)
        for pair in value.pairs:
            self._pair(path, pair)
