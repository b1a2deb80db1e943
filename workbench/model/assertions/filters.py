"""FILTER: what turns a found value into another one. Each becomes a function that gives a value or `MISSING`.

A filter that cannot work on the value raises `EvaluationError`, which fails the line even when it is negated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workbench.model.assertions.content import parse_json
from workbench.model.assertions.errors import AssertionSyntaxError, EvaluationError
from workbench.model.assertions.paths import Path, take_path
from workbench.model.assertions.scanner import Scanner
from workbench.model.assertions.values import MISSING, Nodes, clip, show, typed, unwrap
from workbench.model.envelope import from_base64

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.assertions.scanner import Pattern

    Apply = Callable[[Any], Any]

MAX_REGEX_TEXT: Final = 1_000_000
"""Characters a regex is applied to; a longer text fails the line. A pattern that backtracks forever is not caught."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,4300}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUP = re.compile(r"\$(?:\$|([0-9]{1,2})|\{([A-Za-z0-9_]+)\})|\\")
_URL_SAFE = str.maketrans("-_", "+/")


class Filter(NamedTuple):
    """A compiled FILTER: its function and its text."""

    apply: Apply
    text: str


def text_for(name: str, value: Any) -> str:
    """The value as the text that a filter or predicate works on.

    Raises:
        EvaluationError: it is no text.
    """
    value = unwrap(value)
    if isinstance(value, str):
        return value
    raise EvaluationError(f"{name} works on a string, this is {typed(value)}")


def text_for_regex(name: str, value: Any) -> str:
    """The value as a text that is short enough for a regex.

    Raises:
        EvaluationError: it is no text, or longer than `MAX_REGEX_TEXT`.
    """
    text = text_for(name, value)
    if len(text) > MAX_REGEX_TEXT:
        limit = f"regular expressions look at no more than {MAX_REGEX_TEXT:,}"
        raise EvaluationError(f"the text has {len(text):,} characters: {limit}")
    return text


def take_filter(scanner: Scanner) -> Filter:
    """Read a FILTER off the scanner, which stands behind the `|`.

    Raises:
        AssertionSyntaxError: none stands there, or its argument is wrong.
    """
    start = scanner.skip()
    word = scanner.word()
    if word not in FILTERS:
        raise scanner.unexpected(
            f"a filter ({', '.join(FILTERS)})", at=start, known=FILTERS, hint=_HINTS.get(word.lower(), "")
        )
    apply = FILTERS[word](scanner)
    return Filter(apply, scanner.source[start : scanner.pos].strip())


def _plain(apply: Apply) -> Callable[[Scanner], Apply]:
    return lambda _: apply


def _items(name: str, value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise EvaluationError(f"{name} works on an array, this is {typed(value)}")


def _count(value: Any) -> int:
    if isinstance(value, (list, dict)):
        return len(value)
    raise EvaluationError(f"count works on an array or an object, this is {typed(value)}")


def _first(value: Any) -> Any:
    items = _items("first", value)
    return items[0] if items else MISSING


def _last(value: Any) -> Any:
    items = _items("last", value)
    return items[-1] if items else MISSING


def _nth(scanner: Scanner) -> Apply:
    index = scanner.integer("a position: 0 is the first, -1 the last")

    def apply(value: Any) -> Any:
        items = _items("nth", value)
        return items[index] if -len(items) <= index < len(items) else MISSING

    return apply


def _split(scanner: Scanner) -> Apply:
    start = scanner.skip()
    separator = scanner.string('a separator in double quotes, such as split ","')
    if not separator:
        raise scanner.unexpected("a separator that is not empty", at=start)
    return lambda value: text_for("split", value).split(separator)


def _regex(scanner: Scanner) -> Apply:
    pattern = scanner.regex().regex

    def apply(value: Any) -> Any:
        match = pattern.search(text_for_regex("regex", value))
        if match is None:
            return MISSING
        found = match[1] if pattern.groups else match[0]
        return MISSING if found is None else found

    return apply


def _replace(scanner: Scanner) -> Apply:
    pattern = scanner.regex()
    start = scanner.skip()
    template = _template(scanner.string('the replacement in double quotes, such as replace /-/ "_"'))
    _check_template(scanner, pattern, template, start)
    return lambda value: pattern.regex.sub(template, text_for_regex("replace", value))


def _template(replacement: str) -> str:
    r"""Python's form of a replacement with `$1`, `${name}` and `$$`."""

    def group(match: re.Match[str]) -> str:
        if match[0] == "\\":
            return r"\\"
        name = match[1] or match[2]
        return f"\\g<{name}>" if name else "$"

    return _GROUP.sub(group, replacement)


def _check_template(scanner: Scanner, pattern: Pattern, template: str, start: int) -> None:
    try:
        pattern.regex.sub(template, "")
    except (re.error, IndexError) as error:
        expected = f"groups of {pattern.text} ($1, ${{name}}; $$ is a $)"
        message = f"the replacement names a group that is not there: {error}"
        raise scanner.wrong(message, at=start, expected=expected) from error


def _to_int(value: Any) -> int:
    value = unwrap(value)
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise EvaluationError(f"toInt works on a whole number, this is {typed(value)}")


def _to_float(value: Any) -> float:
    value = unwrap(value)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        try:
            number = float(value)
        except OverflowError:
            number = float("inf")
        if number - number == 0:
            return number
        raise EvaluationError(f"toFloat: {show(value)} is beyond the range of numbers")
    raise EvaluationError(f"toFloat works on a number, this is {typed(value)}")


def _base64(value: Any) -> str:
    text = "".join(text_for("base64Decode", value).split()).translate(_URL_SAFE).rstrip("=")
    try:
        return from_base64(text + "=" * (-len(text) % 4)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise EvaluationError(f"base64Decode: the decoded bytes are not UTF-8 text ({error.reason})") from error
    except ValueError as error:
        raise EvaluationError(f"base64Decode: {show(text)}: {error}") from error


def _jsonpath(scanner: Scanner) -> Apply:
    start = scanner.skip()
    text = scanner.string('a JSONPath in double quotes, such as jsonpath "$.id"')
    path = _inner_path(scanner, text, start)

    def apply(value: Any) -> Any:
        value = unwrap(value)
        return path.apply(parse_json(value, "the text") if isinstance(value, str) else value)

    return apply


def _inner_path(scanner: Scanner, text: str, start: int) -> Path:
    """The path inside a quoted text; the column of an error is exact where the text has no escapes."""
    inner = Scanner(text)
    try:
        if inner.peek() != "$":
            raise inner.unexpected("a JSONPath, which begins with $")
        path = take_path(inner)
        inner.end("the end of the JSONPath")
    except AssertionSyntaxError as error:
        exact = scanner.text.startswith(text, start + 1)
        at = start + error.column if exact else start
        raise scanner.wrong(error.message, at=min(at, scanner.pos), expected=error.expected) from error
    return path


FILTERS: Final[dict[str, Callable[[Scanner], Apply]]] = {
    "count": _plain(_count),
    "first": _plain(_first),
    "last": _plain(_last),
    "nth": _nth,
    "split": _split,
    "regex": _regex,
    "replace": _replace,
    "toInt": _plain(_to_int),
    "toFloat": _plain(_to_float),
    "lower": _plain(lambda value: text_for("lower", value).lower()),
    "trim": _plain(lambda value: text_for("trim", value).strip()),
    "base64Decode": _plain(_base64),
    "jsonpath": _jsonpath,
}
"""Every filter: its name and the function that reads its arguments."""

_HINTS = {
    "length": "did you mean count?",
    "size": "did you mean count?",
    "int": "did you mean toInt?",
    "float": "did you mean toFloat?",
    "tolower": "did you mean lower?",
    "strip": "did you mean trim?",
    "match": "did you mean regex?",
}


def apply_all(value: Any, filters: tuple[Filter, ...]) -> Any:
    """The value after a chain of filters; `MISSING` as soon as one gives nothing. A list of `Nodes` stays one.

    Raises:
        EvaluationError: a filter cannot work on its value; the message names the filter where it is not the only one.
    """
    for step in filters:
        if value is MISSING:
            return MISSING
        value = step.apply(value)
    return value


def nothing_from(value: Any, filters: tuple[Filter, ...]) -> str:
    """Which filter of a chain gave nothing, in a sentence; `value` is what the query found."""
    for step in filters:
        before = value
        value = step.apply(value)
        if value is MISSING:
            shown = list(before) if isinstance(before, Nodes) else before
            return f"{clip(step.text)} gives nothing for {show(shown)}"
    return "the filters give nothing"
