"""Tables whose rows are lines of the assertion language, checked as they are typed (FORMAT.md, "Assertions")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from workbench.model.collection import Capture
from workbench.tui.widgets.key_value import Column, Flag, Row, RowTable
from workbench.tui.widgets.templates import Completion, rank

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUERIES = (
    "status",
    'header "content-type"',
    "body",
    "bytes",
    "sha256",
    "duration",
    "platform.status",
    "$",
)
_FILTERS = (
    "count",
    "first",
    "last",
    "nth 0",
    'split ","',
    "regex /x/",
    'replace /x/ "y"',
    "toInt",
    "toFloat",
    "lower",
    "trim",
    "base64Decode",
    'jsonpath "$.x"',
)
_PREDICATES = (
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "contains",
    "startsWith",
    "endsWith",
    "matches /x/",
    "in [1, 2]",
    "exists",
    "isNull",
    "isEmpty",
    "isString",
    "isNumber",
    "isInteger",
    "isBoolean",
    "isArray",
    "isObject",
    "isUuid",
    "isDate",
    'matchesSchema "schema.json"',
    "not",
    "|",
)
_WORD = re.compile(r"\S*$")
_CAPTURE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def line_problem(text: str, kind: Literal["assertion", "query"]) -> str:
    """What is wrong with a line, with its column; empty when nothing is."""
    from workbench.model.assertions import check_syntax

    error = check_syntax(text, kind=kind)
    return "" if error is None else f"column {error.column}: {error.message}"


def complete_line(
    text: str, cursor: int, kind: Literal["assertion", "query"], names: Iterable[str]
) -> Completion | None:
    """The words of the language that could stand at the cursor."""
    match = _WORD.search(text, 0, cursor)
    if match is None:
        return None
    before = text[: match.start()].rstrip()
    if not before:
        offered: tuple[str, ...] = (*_QUERIES, *(f'var "{name}"' for name in sorted(names)))
    elif before.endswith("|"):
        offered = _FILTERS
    else:
        offered = _PREDICATES if kind == "assertion" else ("|",)
    found = rank(match[0], offered)
    return Completion(match.start(), cursor, tuple(found)) if found else None


class AssertTable(RowTable):
    """One assertion a row. `captured` are the names of this request's captures, which `var` can ask for."""

    captured: tuple[str, ...] = ()

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        column = Column("Assertion", placeholder='status == 200, or $.name == "Ada"')
        super().__init__((column,), noun="assertion", id=id, classes="-auto")

    def complete(self, column: int, cells: tuple[str, ...], text: str, cursor: int) -> Completion | None:
        """Queries, filters, predicates."""
        del column, cells
        return complete_line(text, cursor, "assertion", {*self.names, *self.captured})

    def problem(self, row: Row) -> str:
        """The first thing that is wrong with the line."""
        return line_problem(row.cells[0], "assertion")

    @property
    def lines(self) -> tuple[str, ...]:
        """The assertions."""
        return tuple(row.cells[0] for row in self.rows)

    def load_lines(self, lines: Iterable[str]) -> None:
        """Show other assertions."""
        self.load(tuple(Row((line,)) for line in lines))


class CaptureTable(RowTable):
    """What is kept of an answer: a name, a query, and whether the value is a secret."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        columns = (Column("Capture (◆ secret)", 2, "variable name"), Column("Query", 3, "$.token"))
        flag = Flag(yes="◆", no="◇", initial=False, dims=False)
        super().__init__(columns, flag=flag, noun="capture", id=id, classes="-auto")

    def complete(self, column: int, cells: tuple[str, ...], text: str, cursor: int) -> Completion | None:
        """Queries and filters."""
        del cells
        return complete_line(text, cursor, "query", self.names) if column else None

    def problem(self, row: Row) -> str:
        """A name that is none, or is there twice; else the first thing that is wrong with the query."""
        name, query = row.cells
        if not _CAPTURE_NAME.fullmatch(name):
            return f"{name!r} is not a variable name: letters, digits, _ . - and no digit first"
        if sum(other.cells[0] == name for other in self.rows) > 1:
            return f"{name} is captured twice: a name can be captured once in a request"
        wrong = line_problem(query, "query")
        return f"query, {wrong}" if wrong else ""

    @property
    def captures(self) -> tuple[Capture, ...]:
        """The captures."""
        return tuple(Capture(row.cells[0], row.cells[1], secret=row.flag) for row in self.rows)

    def load_captures(self, captures: Iterable[Capture]) -> None:
        """Show other captures."""
        self.load(tuple(Row((capture.name, capture.query), capture.secret) for capture in captures))


class IgnoreTable(RowTable):
    """JSONPaths that a comparison with a snapshot leaves out."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__((Column("Snapshot ignores", placeholder="$.created_at"),), noun="path", id=id, classes="-auto")

    def problem(self, row: Row) -> str:
        """Whether it is a JSONPath."""
        path = row.cells[0]
        if not path.startswith("$"):
            return "a path begins with $ (JSONPath, RFC 9535)"
        return line_problem(path, "query")

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths."""
        return tuple(row.cells[0] for row in self.rows)

    def load_paths(self, paths: Iterable[str]) -> None:
        """Show other paths."""
        self.load(tuple(Row((path,)) for path in paths))
