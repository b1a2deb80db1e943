"""PREDICATE and VALUE: what a value is held against. Each becomes a test and the words for what was expected.

A test that is given a value of a type it cannot judge raises `EvaluationError`, which fails the line even when it is
negated; `==` is the exception, since values of different types are simply not equal.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workbench.model.assertions.dates import is_date
from workbench.model.assertions.errors import EvaluationError
from workbench.model.assertions.filters import FILTERS, text_for, text_for_regex
from workbench.model.assertions.values import equal, is_number, kind, shorten, show, typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.assertions.scanner import Literal, Scanner

    Test = Callable[[Any], bool]

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_SYMBOL = re.compile(r"==|!=|<=|>=|<|>")
_MORE_SYMBOL = re.compile(r"[=<>!~]")

_ORDERS: Final[dict[str, tuple[Callable[[Any, Any], bool], str]]] = {
    "<": (operator.lt, "less than"),
    "<=": (operator.le, "at most"),
    ">": (operator.gt, "more than"),
    ">=": (operator.ge, "at least"),
}


class Predicate(NamedTuple):
    """A compiled PREDICATE with its VALUE.

    Attributes:
        name: as written, `==` for `!=` too.
        test: whether a found value is as expected.
        phrase: what is expected, in words: `at most 500ms`.
        expected: the same for a report: the value of `==` itself, else the phrase.
        kind: the JSON type of the value of `==`, for the message; empty for a time.
        inverted: `!=`, which is `==` the other way round.
        schema: the name in `matchesSchema`; its test needs the document and is made by the caller.
    """

    name: str
    test: Test
    phrase: str
    expected: Any
    kind: str = ""
    inverted: bool = False
    schema: str = ""


def take_predicate(scanner: Scanner, *, duration: bool) -> Predicate:
    """Read a PREDICATE and its VALUE off the scanner.

    Args:
        scanner: stands behind the query, its filters and `not`.
        duration: the line looks at `duration` itself, so that a VALUE may be a duration and must be a time.

    Raises:
        AssertionSyntaxError: none stands there, or its value is wrong.
    """
    start = scanner.skip()
    symbol = _SYMBOL.match(scanner.text, start)
    if symbol and not _MORE_SYMBOL.match(scanner.text, symbol.end()):
        scanner.pos = symbol.end()
        name = symbol[0]
        return _equality(scanner, name, duration) if name in ("==", "!=") else _order(scanner, name, duration)
    word = scanner.word()
    if word in _WORDS:
        return _WORDS[word](scanner)
    if word in _STATES:
        test, phrase = _STATES[word]
        return Predicate(word, test, phrase, phrase)
    found = scanner.found(start).strip("'")
    hint = f"a filter stands behind a bar: | {word}" if word in FILTERS else _HINTS.get(found.lower(), "")
    raise scanner.unexpected("a predicate (==, !=, <, contains, exists, …)", at=start, known=NAMES, hint=hint)


def _value(scanner: Scanner, duration: bool) -> Literal:
    start = scanner.skip()
    literal = scanner.literal()
    if literal.open:
        return literal
    if literal.duration and not duration:
        raise scanner.unexpected("a JSON value: a duration is for the query duration only", at=start)
    if duration and not is_number(literal.value):
        raise scanner.unexpected("a time: a duration such as 500ms or 1.5s, or a number of milliseconds", at=start)
    return literal


def _shown(literal: Literal, duration: bool) -> str:
    if literal.duration:
        return literal.text
    return f"{show(literal.value)}ms" if duration else show(literal.value)


def _equality(scanner: Scanner, name: str, duration: bool) -> Predicate:
    literal = _value(scanner, duration)
    phrase = _shown(literal, duration)
    expected = phrase if duration else shorten(literal.value)
    wanted = "" if duration else kind(literal.value)
    return Predicate("==", _equals(literal.value), phrase, expected, kind=wanted, inverted=name == "!=")


def _equals(value: Any) -> Test:
    if isinstance(value, (list, dict)):
        return lambda actual: equal(actual, value)
    if value is None or isinstance(value, bool):
        return lambda actual: actual is value
    if isinstance(value, str):
        return lambda actual: bool(actual == value)
    return lambda actual: actual == value and not isinstance(actual, bool)


def _order(scanner: Scanner, name: str, duration: bool) -> Predicate:
    start = scanner.skip()
    literal = _value(scanner, duration)
    value = literal.value
    compare, words = _ORDERS[name]
    phrase = f"{words} {_shown(literal, duration)}"
    if isinstance(value, str):
        return Predicate(name, lambda actual: compare(text_for(f"{name} {show(value)}", actual), value), phrase, phrase)
    if not is_number(value):
        raise scanner.unexpected(f"a number, a string or a duration after {name}", at=start)

    def test(actual: Any) -> bool:
        if isinstance(actual, (int, float)) and not isinstance(actual, bool):
            return compare(actual, value)
        raise EvaluationError(f"{name} {show(value)} works on a number, this is {typed(actual)}")

    return Predicate(name, test, phrase, phrase)


def _contains(scanner: Scanner) -> Predicate:
    value = _value(scanner, duration=False).value
    phrase = f"containing {show(value)}"

    def test(actual: Any) -> bool:
        if isinstance(actual, list):
            return any(equal(item, value) for item in actual)
        if isinstance(value, str) and isinstance(actual, (str, dict)):
            return value in actual
        wanted = "an array" if not isinstance(value, str) else "a string, an array or an object"
        raise EvaluationError(f"contains {show(value)} works on {wanted}, this is {typed(actual)}")

    return Predicate("contains", test, phrase, phrase)


def _affix(name: str, words: str, method: Callable[[str, str], bool]) -> Callable[[Scanner], Predicate]:
    def take(scanner: Scanner) -> Predicate:
        start = scanner.skip()
        literal = _value(scanner, duration=False)
        value = literal.value
        if not isinstance(value, str) and not literal.open:
            raise scanner.unexpected(f"a text in double quotes after {name}", at=start)
        phrase = f"{words} {show(value)}"
        return Predicate(name, lambda actual: method(text_for(name, actual), str(value)), phrase, phrase)

    return take


def _matches(scanner: Scanner) -> Predicate:
    if scanner.peek() == '"':
        raise scanner.unexpected("a regular expression between slashes", hint="write matches /…/")
    pattern = scanner.regex()
    search = pattern.regex.search
    phrase = f"matching {pattern.text}"
    return Predicate("matches", lambda actual: bool(search(text_for_regex("matches", actual))), phrase, phrase)


def _in(scanner: Scanner) -> Predicate:
    start = scanner.skip()
    literal = _value(scanner, duration=False)
    values = literal.value
    if literal.open:
        values = [values]
    if not isinstance(values, list):
        raise scanner.unexpected('an array after in, such as in [200, 204] or in ["a", "b"]', at=start)
    phrase = f"one of {show(values)}"
    return Predicate("in", lambda actual: any(equal(actual, value) for value in values), phrase, phrase)


def _matches_schema(scanner: Scanner) -> Predicate:
    start = scanner.skip()
    name = scanner.string('the file of a JSON Schema in double quotes, such as matchesSchema "user.json"')
    if not name:
        raise scanner.unexpected("the name of a file", at=start)
    phrase = f"matching the schema {show(name)}"
    return Predicate("matchesSchema", lambda _: False, phrase, phrase, schema=name)


def _is_empty(actual: Any) -> bool:
    if isinstance(actual, (str, list, dict)):
        return not actual
    raise EvaluationError(f"isEmpty works on a string, an array or an object, this is {typed(actual)}")


_WORDS: Final[dict[str, Callable[[Scanner], Predicate]]] = {
    "contains": _contains,
    "startsWith": _affix("startsWith", "starting with", str.startswith),
    "endsWith": _affix("endsWith", "ending with", str.endswith),
    "matches": _matches,
    "in": _in,
    "matchesSchema": _matches_schema,
}

_STATES: Final[dict[str, tuple[Test, str]]] = {
    "exists": (lambda _: True, "something"),
    "isNull": (lambda actual: actual is None, "null"),
    "isEmpty": (_is_empty, "empty"),
    "isString": (lambda actual: isinstance(actual, str), "a string"),
    "isNumber": (is_number, "a number"),
    "isInteger": (lambda actual: isinstance(actual, int) and not isinstance(actual, bool), "an integer"),
    "isBoolean": (lambda actual: isinstance(actual, bool), "true or false"),
    "isArray": (lambda actual: isinstance(actual, list), "an array"),
    "isObject": (lambda actual: isinstance(actual, dict), "an object"),
    "isUuid": (lambda actual: isinstance(actual, str) and _UUID.fullmatch(actual) is not None, "a UUID"),
    "isDate": (lambda actual: isinstance(actual, str) and is_date(actual), "a date (RFC 3339)"),
}

NAMES: Final = ("==", "!=", *_ORDERS, *_WORDS, *_STATES)
"""Every predicate."""

_HINTS = {
    "=": "write ==",
    "===": "write ==",
    "!==": "write !=",
    "<>": "write !=",
    "=~": "write matches /…/",
    "equals": "write ==",
    "equal": "write ==",
    "eq": "write ==",
    "is": "write ==",
    "ne": "write !=",
    "neq": "write !=",
    "lt": "write <",
    "lte": "write <=",
    "gt": "write >",
    "gte": "write >=",
    "includes": "write contains",
    "has": "write contains",
    "isfloat": "write isNumber",
    "iscollection": "write isArray or isObject",
    "islist": "write isArray",
    "islower": "write | lower == …",
    "isbool": "write isBoolean",
    "isint": "write isInteger",
}
