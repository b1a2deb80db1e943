"""Reads one line of the language from left to right, and says precisely where it stops being one.

Only the form of words, texts, numbers, regexes, values and paths is known here; what they mean is for the modules
that call it. A line may be a template: `placeholders` puts stand-ins of the same length in, so that columns stay true.
"""

from __future__ import annotations

import json
import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from workbench.model.assertions.errors import AssertionSyntaxError
from workbench.model.collection import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*")
_INTEGER = re.compile(r"-?[0-9]{1,9}(?![0-9.])")
_DURATION = re.compile(r"[0-9]+(?:\.[0-9]+)?\s*(?:ms|s|m)(?![A-Za-z0-9])")
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)/([A-Za-z]*)", re.DOTALL)
_RUN = re.compile(r"[A-Za-z0-9_.-]+|[=<>!~]+|\S+")
_PLACEHOLDER = re.compile(r"\\\{\{|\{\{[^{}]*\}\}")
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_LONGEST_FOUND = 30
_AFTER_A_NUMBER = "],:|) \t\r\n"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


class Literal(NamedTuple):
    """A VALUE: the JSON value (a duration's milliseconds), its text, and what is known of it.

    `open` says that a placeholder stands in its place, so that its type is not known yet.
    """

    value: Any
    text: str
    duration: bool = False
    open: bool = False


class Pattern(NamedTuple):
    """A regex as written between its slashes, compiled; the text includes slashes and flags."""

    regex: re.Pattern[str]
    text: str


def placeholders(template: str) -> tuple[str, frozenset[int]]:
    r"""A template with a stand-in for each `{{name}}`, and the positions where they begin.

    A stand-in has the placeholder's length, and a form that can be a number, part of a text or a name, whichever the
    place asks for. A literal `\{{` becomes a space and its braces.
    """
    starts: set[int] = set()

    def stand_in(match: re.Match[str]) -> str:
        if match[0].startswith("\\"):
            return " {{"
        starts.add(match.start())
        width = len(match[0])
        before = template[match.start() - 1 : match.start()]
        after = template[match.end() : match.end() + 1]
        if before == ".":
            return "v" * width
        return "1".ljust(width) if not after or after in _AFTER_A_NUMBER else "1" * width

    return _PLACEHOLDER.sub(stand_in, template), frozenset(starts)


class Scanner:
    """A line and a position in it. Every reading method skips white space first and raises `AssertionSyntaxError`."""

    def __init__(self, text: str, *, template: bool = False) -> None:
        self.source = text
        self.text, self._open = placeholders(text) if template else (text, frozenset())
        self.pos = 0

    def skip(self) -> int:
        """Go past white space; the new position."""
        match = _SPACE.match(self.text, self.pos)
        self.pos = match.end() if match else self.pos
        return self.pos

    def at_end(self) -> bool:
        """Whether only white space is left."""
        return self.skip() >= len(self.text)

    def peek(self) -> str:
        """The next character, or nothing at the end."""
        self.skip()
        return self.text[self.pos : self.pos + 1]

    def take(self, text: str) -> bool:
        """Go past exactly this text, if it stands here."""
        self.skip()
        if not self.text.startswith(text, self.pos):
            return False
        self.pos += len(text)
        return True

    def word(self) -> str:
        """A name such as `status` or `platform.status`; empty when none stands here."""
        self.skip()
        match = _WORD.match(self.text, self.pos)
        if match is None:
            return ""
        self.pos = match.end()
        return match[0]

    def found(self, at: int) -> str:
        """What stands at a position, quoted for a message."""
        start = _SPACE.match(self.source, at)
        match = _RUN.match(self.source, start.end() if start else at)
        if match is None:
            return "the end of the line"
        text = match[0]
        return repr(text if len(text) <= _LONGEST_FOUND else f"{text[:_LONGEST_FOUND]}…")

    def unexpected(
        self, expected: str, *, at: int | None = None, known: Iterable[str] = (), hint: str = ""
    ) -> AssertionSyntaxError:
        """The syntax error for what stands at a position (here, unless given).

        Args:
            expected: what could have stood there.
            at: the position, from 0.
            known: the words that may stand there; the nearest one is offered.
            hint: what to write instead, when that is known better.
        """
        at = self.skip() if at is None else at
        found = self.found(at)
        word = found.strip("'\"")
        hint = hint or _nearest(word, known)
        message = f"expected {expected}, found {found}" + (f"; {hint}" if hint else "")
        return AssertionSyntaxError(message, column=min(at, len(self.text)) + 1, expected=expected)

    def wrong(self, message: str, *, at: int, expected: str) -> AssertionSyntaxError:
        """A syntax error with a message of its own."""
        return AssertionSyntaxError(message, column=min(max(at, 0), len(self.text)) + 1, expected=expected)

    def end(self, expected: str = "the end of the line") -> None:
        """Nothing but white space may follow."""
        if not self.at_end():
            raise self.unexpected(expected)

    def integer(self, expected: str) -> int:
        """A whole number of at most nine digits."""
        self.skip()
        match = _INTEGER.match(self.text, self.pos)
        if match is None:
            raise self.unexpected(expected)
        self.pos = match.end()
        return int(match[0])

    def string(self, expected: str) -> str:
        """A text in double quotes, with JSON's escapes."""
        if self.peek() != '"':
            raise self.unexpected(expected)
        value: str = self._json(expected)
        return value

    def regex(self) -> Pattern:
        r"""A regex between slashes: `\/` is a slash; the flags `i`, `m`, `s` may follow."""
        expected = "a regular expression between slashes, such as /^a.c$/i"
        start = self.skip()
        if start in self._open:
            self.pos = _end_of_placeholder(self.source, start)
            return Pattern(re.compile(""), self.source[start : self.pos])
        match = _REGEX.match(self.text, start)
        if match is None:
            hint = "the closing / is missing" if self.peek() == "/" else ""
            raise self.unexpected(expected, hint=hint)
        for at, flag in enumerate(match[2], match.start(2)):
            if flag not in _FLAGS:
                raise self.wrong(f"unknown flag {flag!r}: expected i, m or s", at=at, expected="the flags i, m or s")
        self.pos = match.end()
        flags = 0
        for flag in match[2]:
            flags |= _FLAGS[flag]
        return Pattern(self._compile(match[1], flags, start), self.source[start : self.pos])

    def _compile(self, pattern: str, flags: int, start: int) -> re.Pattern[str]:
        cause: Exception
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # `[[` in a set: unusual, and yet what was written
                return re.compile(pattern, flags)
        except re.error as error:
            at, reason, cause = start + 1 + (error.pos or 0), error.msg, error
        except (OverflowError, RecursionError, ValueError) as error:
            at, reason, cause = start, str(error), error
        message = f"this is not a regular expression: {reason}"
        raise self.wrong(message, at=at, expected="a regular expression") from cause

    def literal(self) -> Literal:
        """A VALUE: strict JSON, or a duration such as `500ms`."""
        start = self.skip()
        is_open = start in self._open
        match = _DURATION.match(self.text, start)
        if match is not None:
            self.pos = match.end()
            milliseconds = parse_duration(match[0]) * 1000
            return Literal(milliseconds, self.source[start : self.pos], duration=True, open=is_open)
        value = self._json('a value: JSON such as 200, "text", true, [1, 2], or a duration such as 500ms')
        return Literal(value, self.source[start : self.pos].strip(), open=is_open)

    def _json(self, expected: str) -> Any:
        start = self.skip()
        try:
            value, end = _DECODER.raw_decode(self.text, start)
            json.dumps(value, ensure_ascii=False).encode()
        except json.JSONDecodeError as error:
            if error.pos == start:
                raise self.unexpected(expected, hint=_value_hint(self.text[start:])) from error
            reason = error.msg[:1].lower() + error.msg[1:]
            raise self.wrong(f"this is not JSON: {reason}", at=error.pos, expected=expected) from error
        except UnicodeEncodeError as error:
            reason = f"the half of a character (U+{ord(error.object[error.start]):04X}) without its other half"
            raise self.wrong(f"this value holds {reason}", at=start, expected=expected) from error
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise self.wrong(f"this value cannot be read: {reason}", at=start, expected=expected) from error
        self.pos = end
        return value


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib  # only a wrong line needs it

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"did you mean {by_lower[near[0]]}?" if near else ""


def _end_of_placeholder(source: str, start: int) -> int:
    match = _PLACEHOLDER.match(source, start)
    return match.end() if match else start


def _value_hint(rest: str) -> str:
    if rest.startswith("'"):
        return "texts stand in double quotes"
    if rest.startswith('"'):
        return "the closing quote is missing"
    word = _WORD.match(rest)
    if word is None:
        return ""
    constants = {"none": "null", "nil": "null", "null": "null", "true": "true", "false": "false"}
    lower = constants.get(word[0].lower())
    return f"write {lower}" if lower else 'a text stands in double quotes: "…"'
