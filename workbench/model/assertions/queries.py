"""QUERY: what a line looks at. Each query becomes a function from a `Subject` to a value, its `Nodes`, or `MISSING`.

What may be done with the value is for `filters` and `predicates`.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from workbench.model.assertions.errors import EvaluationError
from workbench.model.assertions.paths import Path, take_path
from workbench.model.assertions.values import MISSING, show
from workbench.model.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.assertions.scanner import Scanner
    from workbench.model.assertions.subject import Subject

EXPECTED = (
    'a query (status, header "name", body, bytes, sha256, duration, platform.status, var "name" or a JSONPath $…)'
)

_PLAIN: dict[str, Callable[[Subject], Any]] = {
    "status": attrgetter("status"),
    "body": attrgetter("text"),
    "bytes": attrgetter("size"),
    "sha256": attrgetter("sha256"),
    "duration": attrgetter("duration_ms"),
    "platform.status": attrgetter("platform_status"),
}

NAMES = (*_PLAIN, "header", "var")
"""Every query that has a name."""

_HINTS = {
    "jsonpath": "write the JSONPath itself: $.name",
    "variable": 'write var "name"',
    "http": "write status == 200",
    "statuscode": "write status",
    "code": "write status",
    "time": "write duration",
}


class Source(NamedTuple):
    """A compiled QUERY.

    Attributes:
        select: from a subject to what the query finds.
        missing: why it found nothing in this subject, in a sentence.
        name: its word; `$` for a JSONPath.
        argument: the name of the header or variable, or the path.
        singular: False for a JSONPath that can select several nodes.
    """

    select: Callable[[Subject], Any]
    missing: Callable[[Subject], str]
    name: str
    argument: str = ""
    singular: bool = True


def take_query(scanner: Scanner) -> Source:
    """Read a QUERY off the scanner.

    Raises:
        AssertionSyntaxError: none stands there.
    """
    if scanner.peek() == "$":
        return _path(take_path(scanner))
    start = scanner.skip()
    word = scanner.word()
    if word in _PLAIN:
        return Source(_PLAIN[word], lambda _: f"there is no {word}", word)
    if word == "header":
        return _header(scanner.string('the name of a header in double quotes, such as header "content-type"'))
    if word == "var":
        return _variable(scanner.string('the name of a variable in double quotes, such as var "user"'))
    raise scanner.unexpected(EXPECTED, at=start, known=NAMES, hint=_HINTS.get(word.lower(), ""))


def _path(path: Path) -> Source:
    apply = path.apply

    def select(subject: Subject) -> Any:
        return apply(subject.json)

    return Source(select, lambda subject: path.explain(subject.json), "$", path.text, path.singular)


def _header(name: str) -> Source:
    lower = name.lower()

    def select(subject: Subject) -> Any:
        return subject.headers.get(lower, MISSING)

    return Source(select, lambda _: f"the response has no header {show(name)}", "header", name)


def _variable(name: str) -> Source:
    def select(subject: Subject) -> Any:
        try:
            value = subject.variables[name]
        except KeyError:
            return MISSING
        return _json_value(value)

    return Source(select, lambda _: f"there is no variable {show(name)}", "var", name)


def _json_value(value: Any) -> Any:
    """A variable's value as JSON; what JSON has no type for (a date out of TOML) becomes its text."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Secret):
        return value.reveal()
    try:
        return msgspec.to_builtins(value, str_keys=True, enc_hook=str)
    except RecursionError as error:
        raise EvaluationError("the variable is nested too deeply") from error
