"""Looks into the texts of a collection: assertion lines, capture queries, JSON bodies.

The languages themselves are elsewhere; this finds the place of their errors in the file.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from workbench.files.positions import KeyPath, Positions

_JSON_TOKEN = re.compile(r"""\\\{\{|\{\{[^{}]*\}\}|\\.|["]""", re.DOTALL)
_PLAIN_LITERAL = re.compile(r"'[^']*+'")
_PLAIN_BASIC = re.compile(r'"[^"\\]*+"')


def syntax_problem(text: str, kind: Literal["assertion", "query"] = "assertion") -> tuple[str, int] | None:
    """What is wrong with an assertion (or a capture's query) and its column from 1, or None; placeholders are fine."""
    return _syntax_problem(text, kind)


@functools.lru_cache(maxsize=4096)
def _syntax_problem(text: str, kind: Literal["assertion", "query"]) -> tuple[str, int] | None:
    from workbench.model.assertions import check_syntax

    error = check_syntax(text, kind=kind)
    return None if error is None else (error.message, error.column)


def json_problem(text: str) -> tuple[str, int] | None:
    """Why a text is not JSON once its placeholders are filled in, and the offset where it stops; None when it is."""
    masked = _masked(text)
    try:
        msgspec.json.decode(masked)
    except RecursionError:
        return "it is nested too deeply", 0
    except ValueError as error:
        message = str(error)
    else:
        return None
    try:
        json.loads(masked)
    except json.JSONDecodeError as error:
        return error.msg, error.pos
    except (RecursionError, ValueError):
        return message, 0
    return message, 0


def _masked(text: str) -> str:
    """The text with every placeholder replaced by a value of the same length."""
    quoted = False

    def replace(match: re.Match[str]) -> str:
        nonlocal quoted
        found = match[0]
        if found == '"':
            quoted = not quoted
            return found
        if found.startswith(("{{", "\\{{")):
            return ("x" if quoted or found[0] == "\\" else "1") * len(found)
        return found

    return _JSON_TOKEN.sub(replace, text)


def place_in_text(positions: Positions, key: KeyPath, offset: int) -> tuple[int, int]:
    """Line and column of a character of a text value, or of the value where the text is written with escapes."""
    value = positions.value(key)
    if value is None:
        return positions.place(key)
    raw = positions.raw(value)
    start = value.start
    if raw.startswith("'''") or (raw.startswith('"""') and "\\" not in raw):
        inner = raw[3:]
        start += 3 + (2 if inner.startswith("\r\n") else 1 if inner.startswith("\n") else 0)
        if "\r\n" in raw:
            offset += _line_breaks_before(raw[start - value.start :].replace("\r\n", "\n"), offset)
        return positions.at(start + offset)
    if _PLAIN_LITERAL.fullmatch(raw) or _PLAIN_BASIC.fullmatch(raw):
        return positions.at(start + 1 + offset)
    return positions.at(start)


def _line_breaks_before(text: str, offset: int) -> int:
    return text.count("\n", 0, offset)
