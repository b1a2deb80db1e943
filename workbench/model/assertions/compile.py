"""From a line to its compiled form: `QUERY ("|" FILTER)* ["not"] PREDICATE [VALUE]` (FORMAT.md).

Compiled lines are immutable and kept, since a replay evaluates the same few lines thousands of times.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workbench.model.assertions.errors import AssertionSyntaxError
from workbench.model.assertions.filters import Filter, apply_all, nothing_from, take_filter
from workbench.model.assertions.predicates import Predicate, take_predicate
from workbench.model.assertions.queries import Source, take_query
from workbench.model.assertions.scanner import Scanner
from workbench.model.assertions.values import MISSING, unwrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.assertions.subject import Subject

_KEPT = 4096


class Query(NamedTuple):
    """A compiled query with its filters: what a capture is, and the left side of an assertion.

    Attributes:
        text: as written, without white space around it.
        source: the QUERY.
        filters: the FILTERs, in order.
        find: from a subject to the value, or `MISSING`; raises `EvaluationError`.
    """

    text: str
    source: Source
    filters: tuple[Filter, ...]
    find: Callable[[Subject], Any]

    @property
    def variable(self) -> str:
        """The name of the variable the query reads with `var`; empty when it reads none."""
        return self.source.argument if self.source.name == "var" else ""

    @property
    def is_duration(self) -> bool:
        """Whether the value is the response's duration itself, in milliseconds."""
        return self.source.name == "duration" and not self.filters

    def why_missing(self, subject: Subject) -> str:
        """Why `find` gives `MISSING` for this subject, in a sentence."""
        value = self.source.select(subject)
        if value is not MISSING:
            return nothing_from(value, self.filters)
        why = self.source.missing(subject)
        counted = bool(self.filters) and self.filters[0].text == "count"
        return f"{why} (the count of nothing is nothing, and not 0: write `not exists`)" if counted else why


class Assertion(NamedTuple):
    """A compiled assertion.

    Attributes:
        text: as written.
        query: what is looked at.
        negated: the predicate must not hold, by `not`, by `!=`, or by both once.
        predicate: what must hold.
        expected: what is expected, as a JSON value for a report.
        phrase: the same in words.
    """

    text: str
    query: Query
    negated: bool
    predicate: Predicate
    expected: Any
    phrase: str


@lru_cache(maxsize=_KEPT)
def compile_query(text: str) -> Query:
    """Compile `QUERY ("|" FILTER)*`.

    Raises:
        AssertionSyntaxError: it is not one.
    """
    return _whole_query(Scanner(text))


@lru_cache(maxsize=_KEPT)
def compile_assertion(text: str) -> Assertion:
    """Compile `QUERY ("|" FILTER)* ["not"] PREDICATE [VALUE]`.

    Raises:
        AssertionSyntaxError: it is not one.
    """
    return _whole_assertion(Scanner(text))


def check_syntax(text: str, *, kind: Literal["assertion", "query"]) -> AssertionSyntaxError | None:
    """What is wrong with a line as the author wrote it, or None. Never raises.

    Placeholders may stand for a value, or inside a text, a regex, a number or a path.

    Args:
        text: the line, placeholders and all.
        kind: `assertion`, or `query` for a capture.
    """
    try:
        scanner = Scanner(text, template=True)
        if kind == "assertion":
            _whole_assertion(scanner)
        else:
            _whole_query(scanner)
    except AssertionSyntaxError as error:
        return error
    return None


def schema_named(text: str) -> str:
    """The file that a line's `matchesSchema` names; empty where it names none. Never raises.

    Placeholders may stand anywhere but in the name, where they are not the text that they will become.
    """
    if "matchesSchema" not in text:
        return ""
    try:
        return _whole_assertion(Scanner(text, template=True)).predicate.schema
    except AssertionSyntaxError:
        return ""


def _whole_query(scanner: Scanner) -> Query:
    query = _query(scanner)
    scanner.end("the end of the line or a filter (a capture has no predicate)")
    return query


def _whole_assertion(scanner: Scanner) -> Assertion:
    query = _query(scanner)
    start = scanner.skip()
    negated = scanner.word() == "not"
    if not negated:
        scanner.pos = start
    predicate = take_predicate(scanner, duration=query.is_duration)
    scanner.end()
    text = scanner.source.strip()
    negated = negated != predicate.inverted
    if not negated:
        return Assertion(text, query, negated, predicate, predicate.expected, predicate.phrase)
    phrase = "nothing" if predicate.name == "exists" else f"not {predicate.phrase}"
    return Assertion(text, query, negated, predicate, phrase, phrase)


def _query(scanner: Scanner) -> Query:
    start = scanner.skip()
    source = take_query(scanner)
    filters = []
    while scanner.take("|"):
        filters.append(take_filter(scanner))
    text = scanner.source[start : scanner.pos].strip()
    return Query(text, source, tuple(filters), _finder(source, tuple(filters)))


def _finder(source: Source, filters: tuple[Filter, ...]) -> Callable[[Subject], Any]:
    select = source.select
    if filters:
        return lambda subject: unwrap(apply_all(select(subject), filters))
    return select if source.singular else lambda subject: unwrap(select(subject))
