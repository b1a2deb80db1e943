"""JSONPath in a line: where it ends, and how it is applied.

A path of plain names and indices (`$.a[0]["b"]`) is walked directly; every other one goes through the library. Both
give the same result for the same path: a test holds them against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workbench.model.assertions.values import MISSING, show

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.assertions.scanner import Scanner

# A name behind a dot (RFC 9535, 2.5.1.1): letters, digits, _ and all that is not ASCII. Said by what it is not, which
# compiles ten times faster than the ranges themselves.
NAME = re.compile(r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*")
_SPACE = re.compile(r"[ \t\r\n]*")
# Fifteen digits stay within the RFC's range for an index (2.1: up to 2**53 - 1).
_PLAIN_STEP = re.compile(
    rf"""\.({NAME.pattern})"""
    r"""|\[(0|-?[1-9][0-9]{0,14})\]"""
    r"""|\['([^'\\\x00-\x1f]*)'\]"""
    r"""|\["([^"\\\x00-\x1f]*)"\]"""
)
_CLOSING = {"[": "]", "(": ")"}


class Path:
    """A compiled JSONPath. `apply` gives the value of its node, or its `Nodes`, or `MISSING`.

    Attributes:
        text: as written.
        singular: it can never select more than one node (RFC 9535, 2.3.5.1), so `apply` gives that node's value.
    """

    __slots__ = ("_steps", "apply", "singular", "text")

    apply: Callable[[Any], Any]

    def __init__(self, text: str, offset: int = 0) -> None:
        self.text = text
        self._steps = plain_steps(text)
        if self._steps is not None:
            self.singular = True
            self.apply = _walker(self._steps)
            return
        self.singular, self.apply = _by_library(text, offset)

    def explain(self, document: Any) -> str:
        """Why the path selects nothing in this document, in a sentence."""
        sentence = f"{self.text} selects nothing"
        if self._steps is None:
            return sentence
        where = "$"
        for step in self._steps:
            below = _walker((step,))(document)
            if below is MISSING:
                return f"{sentence}: {_obstacle(document, step, where)}"
            document = below
            where += f"[{step}]" if isinstance(step, int) else f".{step}" if NAME.fullmatch(step) else f"[{show(step)}]"
        return sentence


def plain_steps(text: str) -> tuple[str | int, ...] | None:
    """The names and indices of a path that has nothing else; None for every other path."""
    steps: list[str | int] = []
    at = 1
    while at < len(text):
        match = _PLAIN_STEP.match(text, at)
        if match is None:
            return None
        steps.append(int(match[2]) if match[2] is not None else match[match.lastindex or 1])
        at = match.end()
    return tuple(steps)


def _walker(steps: tuple[str | int, ...]) -> Callable[[Any], Any]:
    def walk(value: Any) -> Any:
        for step in steps:
            if isinstance(step, str):
                if type(value) is not dict or step not in value:
                    return MISSING
            elif type(value) is not list or not -len(value) <= step < len(value):
                return MISSING
            value = value[step]
        return value

    return walk


def _by_library(text: str, offset: int) -> tuple[bool, Callable[[Any], Any]]:
    from workbench.model.assertions import rfc9535

    query = rfc9535.compile_path(text, offset)

    def nodes(document: Any) -> Any:
        return rfc9535.select(query, document)

    def node(document: Any) -> Any:
        found = rfc9535.select(query, document)
        return found if found is MISSING else found[0]

    singular = query.singular_query()
    return singular, node if singular else nodes


def _obstacle(value: Any, step: str | int, where: str) -> str:
    if isinstance(step, str) and isinstance(value, dict):
        return f"{where} has no member {show(step)}"
    if isinstance(step, int) and isinstance(value, list):
        return f"{where} has {len(value)} items"
    return f"{where} is {show(value, 60)}"


def take_path(scanner: Scanner) -> Path:
    """Read a JSONPath off the scanner, which stands on its `$`.

    Raises:
        AssertionSyntaxError: it is not one; the column is the place inside it.
    """
    start = scanner.skip()
    text = scanner.text
    at = start + 1
    while True:
        # White space may stand between segments (RFC 9535, 2.1.1), but none belongs to the end of a path.
        space = _SPACE.match(text, at)
        after = space.end() if space else at
        if text.startswith("[", after):
            at = _end_of_brackets(scanner, after)
        elif text.startswith(".", after):
            at = _end_of_name(scanner, after)
        else:
            break
    scanner.pos = at
    return Path(text[start:at], start)


def _end_of_name(scanner: Scanner, dot: int) -> int:
    """The end of `.name`, `.*`, `..name`, `..*`; for `..[` the position of the bracket."""
    text = scanner.text
    at = dot + 2 if text.startswith("..", dot) else dot + 1
    if text.startswith("*", at):
        return at + 1
    if at == dot + 2 and text.startswith("[", at):
        return at
    match = NAME.match(text, at)
    if match is None:
        raise scanner.unexpected('a name after the dot (any other name is written ["like-this"])', at=at)
    if text.startswith("-", match.end()):
        hint = f'a name with other characters is written ["{text[at : match.end()]}-…"]'
        raise scanner.unexpected("the end of the name, a filter or a predicate", at=match.end(), hint=hint)
    return match.end()


def _end_of_brackets(scanner: Scanner, start: int) -> int:
    """The position behind the bracket that closes the one at `start`; quoted texts inside do not count."""
    text = scanner.text
    stack: list[tuple[str, int]] = []
    at = start
    while at < len(text):
        character = text[at]
        if character in "'\"":
            at = _end_of_quotes(scanner, at)
            continue
        if character in _CLOSING:
            stack.append((_CLOSING[character], at))
        elif character in "])":
            expected, opened = stack.pop()
            if character != expected:
                raise scanner.unexpected(f"{expected!r} for the one at column {opened + 1}", at=at)
            if not stack:
                return at + 1
        at += 1
    raise scanner.wrong(
        f"the {text[stack[-1][1]]!r} here is never closed", at=stack[-1][1], expected=f"a closing {stack[-1][0]!r}"
    )


def _end_of_quotes(scanner: Scanner, start: int) -> int:
    text = scanner.text
    quote = text[start]
    at = start + 1
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == quote:
            return at + 1
        at += 1
    raise scanner.wrong(f"the quote {quote} here is never closed", at=start, expected=f"a closing {quote}")
