r"""JSON with placeholders in it: where it is wrong, and the same text laid out anew. Pure.

Laying out is lexical (`msgspec.json.format`): duplicate keys, `1.0` and big numbers stay as they are written.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import msgspec

from workbench.tui.widgets.templates import bare_spans, fill

INDENT = 2

_BYTE = re.compile(r"\(byte (\d+)\)")


class JsonProblem(NamedTuple):
    """What is wrong and where; `line` and `column` count from 1 and are 0 when the place is not known."""

    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}" if self.line else self.message


def check_json(text: str) -> JsonProblem | None:
    """What is wrong with a JSON text, its placeholders taken as values; None when nothing is."""
    if not text.strip():
        return JsonProblem("the body is empty: a JSON body needs a value, such as {} or null")
    filled = fill(text)
    try:
        json.loads(filled, parse_int=_ignore, parse_float=_ignore, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return JsonProblem(error.msg, error.lineno, error.colno)
    except ValueError as error:
        return _placed(filled, str(error))
    except RecursionError:
        return JsonProblem("nested too deeply to be checked")
    return None


def format_json(text: str) -> str:
    """The text laid out anew, its placeholders kept, with the line ends and the final line break it had.

    Raises:
        ValueError: it cannot be laid out; the message says why and where.
    """
    problem = check_json(text)
    if problem is not None:
        raise ValueError(f"not formatted: {problem}")
    kept: dict[str, str] = {}
    prefix = "p"
    while prefix in text:
        prefix += "p"
    parts: list[str] = []
    at = 0
    for number, span in enumerate(bare_spans(text)):
        token = f"{prefix}{number}." if span.name == "\\" else f'"{prefix}{number}."'
        kept[token] = text[span.start : span.end]
        parts += [text[at : span.start], token]
        at = span.end
    try:
        laid_out = msgspec.json.format("".join(parts) + text[at:], indent=INDENT)
    except msgspec.DecodeError as error:
        raise ValueError(
            "not formatted: a placeholder outside quotes does not stand for a whole value, "
            f"so what surrounds it is not JSON by itself ({error})"
        ) from error
    except RecursionError as error:
        raise ValueError("not formatted: nested too deeply") from error
    if kept:
        laid_out = re.compile("|".join(map(re.escape, kept))).sub(lambda match: kept[match[0]], laid_out)
    if text.endswith("\n"):
        laid_out += "\n"
    return laid_out.replace("\n", "\r\n") if "\r\n" in text else laid_out


def _ignore(_: str) -> int:
    """Numbers are not read: thousands of digits are JSON, and cost time."""
    return 0


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON: no such number can be written")


def _placed(filled: str, message: str) -> JsonProblem:
    try:
        msgspec.json.format(filled)
    except msgspec.DecodeError as error:
        found = _BYTE.search(str(error))
        if found:
            before = filled.encode("utf-8", "surrogatepass")[: int(found[1])].decode("utf-8", "replace")
            return JsonProblem(message, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    return JsonProblem(message)
