"""Two answers side by side: rows that belong together, each with its mark and its path. Pure; a thread's work when big.

What differs and what does not count is decided as `model.compare` does it; nothing here draws.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from workbench.model.compare import MARKS, Rules, snapshot
from workbench.model.compare.json_values import aligned, any_pairs, item_key, member_step, same
from workbench.tui.controllers.answer import seconds, short_failure, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from workbench.model.compare import Snapshot
    from workbench.model.compare.rules import Location
    from workbench.model.exchange import Exchange
    from workbench.model.secrets import Redactor

MOST_ROWS = 200_000
"""Rows of a view at most; what comes after them is counted as not shown."""

CONTEXT = 2
"""Rows around a difference that stay when only differences are shown."""

SECTION, SAME, IGNORED, GAP = "§", " ", "·", "⋯"
CHANGED, ADDED, REMOVED = MARKS["changed"], MARKS["added"], MARKS["removed"]
DIFFERENT = frozenset({CHANGED, ADDED, REMOVED})

_encoder = msgspec.json.Encoder(decimal_format="number")


class Row(NamedTuple):
    """One line of both sides.

    Attributes:
        mark: what it is: one of the module's marks.
        left, right: the texts; foreign, and not made visible yet.
        where: what would leave it out of the comparison: a JSONPath, `header "name"`, `status` or `body`; may be empty.
    """

    mark: str
    left: str
    right: str
    where: str = ""


class View(NamedTuple):
    """Every row, how many differences there are, and what to know about it."""

    rows: list[Row]
    differences: int
    note: str = ""


def view(old: Exchange, new: Exchange, rules: Rules, redactor: Redactor) -> View:
    """Both exchanges side by side; secrets are masked on both sides, so that a kept answer compares with a new one."""
    rows: list[Row] = []
    note = ""
    for row in _rows(old, new, rules, redactor):
        if len(rows) == MOST_ROWS:
            note = f"only the first {MOST_ROWS:,} lines are shown"
            break
        rows.append(row)
    return View(rows, sum(map(_begins, [Row(SAME, "", ""), *rows], rows)), note)


def _begins(before: Row, row: Row) -> bool:
    """Whether a difference begins at a row: the lines of one value are one difference."""
    return row.mark in DIFFERENT and (row.mark, row.where) != (before.mark, before.where)


def starts(rows: list[Row]) -> list[int]:
    """The rows at which a difference begins."""
    return [at for at, row in enumerate(rows) if _begins(rows[at - 1] if at else Row(SAME, "", ""), row)]


def only_differences(rows: list[Row]) -> list[Row]:
    """The rows around each difference, and the headings; a gap where some were left out."""
    wanted: set[int] = set()
    for at, row in enumerate(rows):
        if row.mark in DIFFERENT:
            wanted.update(range(max(0, at - CONTEXT), at + CONTEXT + 1))
        elif row.mark == SECTION:
            wanted.add(at)
    kept: list[Row] = []
    last = -1
    for at in sorted(wanted):
        if at >= len(rows):
            break
        if at != last + 1:
            kept.append(Row(GAP, "", ""))
        kept.append(rows[at])
        last = at
    if last + 1 < len(rows):
        kept.append(Row(GAP, "", ""))
    return kept


def _rows(old: Exchange, new: Exchange, rules: Rules, redactor: Redactor) -> Iterator[Row]:
    yield Row(SECTION, "Outcome", "")
    yield _pair(f"container {_status(old, redactor)}", f"container {_status(new, redactor)}", "status", rules.status)
    yield _pair(_platform(old), _platform(new), "", ignored=False)
    yield Row(SAME, seconds(old.elapsed), seconds(new.elapsed))
    if old.response is None or new.response is None:
        return
    yield Row(SAME, size(len(old.response.body)), size(len(new.response.body)))
    left, right = snapshot(old.response, redactor), snapshot(new.response, redactor)
    yield Row(SECTION, "Headers", "")
    yield from _headers(left, right, rules)
    yield Row(SECTION, "Body", "")
    yield from _bodies(left, right, rules)


def _status(exchange: Exchange, redactor: Redactor) -> str:
    if exchange.response is not None:
        return str(exchange.response.status)
    return f"– ({redactor.redact(short_failure(exchange.error))})" if exchange.error else "–"


def _platform(exchange: Exchange) -> str:
    answer = exchange.response or exchange.error
    known = answer.platform_status if answer else None
    return f"platform {'–' if known is None else known}"


def _pair(left: str, right: str, where: str, ignored: bool) -> Row:
    mark = SAME if left == right else IGNORED if ignored else CHANGED
    return Row(mark, left, right, where)


def _headers(old: Snapshot, new: Snapshot, rules: Rules) -> Iterator[Row]:
    before, after = _by_name(old), _by_name(new)
    for name in sorted({*before, *after}):
        left = [f"{name}: {value}" for value in before.get(name, ())]
        right = [f"{name}: {value}" for value in after.get(name, ())]
        mark = SAME if left == right else _mark(left, right) if rules.counts(name) else IGNORED
        yield from _lines(mark, left, right, f'header "{name}"')


def _by_name(answer: Snapshot) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.headers:
        found.setdefault(name, []).append(value)
    return found


def _mark(left: Iterable[str], right: Iterable[str]) -> str:
    return CHANGED if left and right else REMOVED if left else ADDED


def _lines(mark: str, left: Iterable[str], right: Iterable[str], where: str) -> Iterator[Row]:
    for one, other in zip_longest(left, right, fillvalue=""):
        yield Row(mark, one, other, where)


def _bodies(old: Snapshot, new: Snapshot, rules: Rules) -> Iterator[Row]:
    if old.kind == new.kind == "json":
        yield from _Json(old.value, new.value, rules).rows()
    elif old.kind == new.kind == "text":
        yield from _text(old.value.split("\n"), new.value.split("\n"), rules)
    else:
        left, right = ([f"{each.kind}, {size(each.size)}", f"sha256 {each.sha256}"] for each in (old, new))
        mark = SAME if left == right else IGNORED if rules.body else CHANGED
        yield from _lines(mark, left, right, "body")


def _text(before: list[str], after: list[str], rules: Rules) -> Iterator[Row]:
    for left, right in aligned(before, after, str):
        one = "" if left is None else before[left]
        other = "" if right is None else after[right]
        mark = ADDED if left is None else REMOVED if right is None else SAME if one == other else CHANGED
        yield Row(IGNORED if rules.body and mark != SAME else mark, one, other, "body")


class _Json:
    """Two JSON documents, walked together; keys in the order of the left one."""

    def __init__(self, old: Any, new: Any, rules: Rules) -> None:
        self._old, self._new = old, new
        self._ignored = (set(rules.ignored(old)), set(rules.ignored(new)))
        self._pairs: Callable[..., Iterator[tuple[int | None, int | None]]] = (
            any_pairs if rules.any_order else lambda left, right: aligned(left, right, item_key)
        )
        self._all = rules.body

    def rows(self) -> Iterator[Row]:
        """The rows of both documents."""
        yield from self._both(self._old, self._new, "$", (), (), ("", ""))

    def _both(
        self, old: Any, new: Any, where: str, at: Location, to: Location, around: tuple[str, str], level: int = 0
    ) -> Iterator[Row]:
        """Rows of two values that stand at the same place; `around` is what stands before and behind them."""
        hidden = self._all or at in self._ignored[0] or to in self._ignored[1]
        pad, (before, behind) = "  " * level, around
        both = type(old) is type(new) and bool(old or new) and not hidden
        if both and isinstance(old, dict):
            yield Row(SAME, f"{pad}{before}{{", f"{pad}{before}{{", where)
            yield from self._members(old, new, where, at, to, level + 1)
            yield Row(SAME, f"{pad}}}{behind}", f"{pad}}}{behind}", where)
        elif both and isinstance(old, list):
            yield Row(SAME, f"{pad}{before}[", f"{pad}{before}[", where)
            yield from self._items(old, new, where, at, to, level + 1)
            yield Row(SAME, f"{pad}]{behind}", f"{pad}]{behind}", where)
        else:
            left, right = _text_of(old, pad, around), _text_of(new, pad, around)
            mark = SAME if same(old, new) else IGNORED if hidden else CHANGED
            yield from _lines(mark, left, right, where)

    def _members(
        self, old: dict[str, Any], new: dict[str, Any], where: str, at: Location, to: Location, level: int
    ) -> Iterator[Row]:
        names = [*old, *(name for name in new if name not in old)]
        for name in names:
            around = (f"{_encoder.encode(name).decode()}: ", "" if name is names[-1] else ",")
            place, here, there = where + member_step(name), (*at, name), (*to, name)
            if name in old and name in new:
                yield from self._both(old[name], new[name], place, here, there, around, level)
            elif name in old:
                yield from self._single(old[name], place, REMOVED, here in self._ignored[0], around, level)
            else:
                yield from self._single(new[name], place, ADDED, there in self._ignored[1], around, level)

    def _items(
        self, old: list[Any], new: list[Any], where: str, at: Location, to: Location, level: int
    ) -> Iterator[Row]:
        pairs = list(self._pairs(old, new))
        for count, (left, right) in enumerate(pairs, 1):
            around = ("", "" if count == len(pairs) else ",")
            if left is not None and right is not None:
                here, there = (*at, left), (*to, right)
                yield from self._both(old[left], new[right], f"{where}[{left}]", here, there, around, level)
            elif left is not None:
                hidden = (*at, left) in self._ignored[0]
                yield from self._single(old[left], f"{where}[{left}]", REMOVED, hidden, around, level)
            elif right is not None:
                hidden = (*to, right) in self._ignored[1]
                yield from self._single(new[right], f"{where}[{right}]", ADDED, hidden, around, level)

    @staticmethod
    def _single(value: Any, where: str, mark: str, hidden: bool, around: tuple[str, str], level: int) -> Iterator[Row]:
        lines = _text_of(value, "  " * level, around)
        shown = IGNORED if hidden else mark
        yield from _lines(shown, lines if mark == REMOVED else (), lines if mark == ADDED else (), where)


def _text_of(value: Any, pad: str, around: tuple[str, str]) -> list[str]:
    """A value as lines of JSON, indented, with what stands around it."""
    lines = msgspec.json.format(_encoder.encode(value), indent=2).decode().split("\n")
    lines[0] = around[0] + lines[0]
    lines[-1] += around[1]
    return [pad + line for line in lines]
