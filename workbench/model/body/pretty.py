"""Lays a text out to be read, without changing anything but white space outside of values.

JSON is re-indented lexically and never parsed, so that duplicate keys, `1.0`, `1e2`, long integers and escapes stay as
they came. What is not JSON stays as it is, with the reason and its place. XML and HTML are laid out by `markup`, where
white space in them is no content. Nothing here raises on any bytes.
"""

from __future__ import annotations

import re
from io import BytesIO
from itertools import accumulate
from typing import TYPE_CHECKING

import msgspec

from workbench.model.body.kinds import Kind, looks_like_ndjson
from workbench.model.body.lines import Cancelled, line_and_column
from workbench.model.body.markup import MarkupError, Outline, html, xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INDENT = 2
"""Spaces for each level of JSON; `jsonplace` reads the levels back from them."""

_CHUNK = 1 << 20
_ROOM = 16 * 1024 * 1024
_GROWTH = 5
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_PLACE = re.compile(r" ?\(byte (\d+)\)")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_WORD = re.compile(rb"[-+]?[A-Za-z_]\w{0,20}")
_WORD_BEFORE = re.compile(rb"[-+A-Za-z_]\w*$")
_DEPTH_SEARCHED = 4 * 1024 * 1024
_LEVELS = 900
_BAD_LINES = 1000
_TOO_WIDE = "indented, its nesting would take many times its size"
_MARKUP_LIMIT = 32 * 1024 * 1024
_SPACE = b" \t\r\n"


class Pretty(msgspec.Struct, frozen=True):
    """A text laid out.

    Attributes:
        data: the new layout, or the very bytes that came in.
        kind: what it turned out to be: JSON that is one value on each line is `ndjson`.
        reason: why it, or the first line of it, was left as it is; "" when all of it was laid out.
        line: where that is, from 1; 0 for no place.
        column: likewise, in characters.
        outline: the elements of XML and HTML that were laid out; None for everything else.
    """

    data: bytes
    kind: Kind
    reason: str = ""
    line: int = 0
    column: int = 0
    outline: Outline | None = None


def pretty(data: bytes, kind: Kind, cancelled: Callable[[], bool] = bool) -> Pretty:
    """Lay out JSON, NDJSON, XML, HTML and forms; every other kind comes back as it is. `data` is UTF-8."""
    if kind == "json":
        return _json(data, cancelled)
    if kind == "ndjson":
        return _ndjson(data, cancelled)
    if kind == "form":
        return Pretty(data.replace(b"&", b"&\n"), kind)
    if kind in ("xml", "html"):
        return _markup(data, kind, cancelled)
    return Pretty(data, kind)


def _markup(data: bytes, kind: Kind, cancelled: Callable[[], bool]) -> Pretty:
    """XML or HTML; as it is if anything but white space would be another."""
    if len(data) > _MARKUP_LIMIT:
        return Pretty(data, kind, f"more than {_MARKUP_LIMIT // 1024 // 1024} MiB are not indented")
    try:
        laid_out, outline = (xml if kind == "xml" else html)(data, cancelled)
    except MarkupError as error:
        return Pretty(data, kind, error.reason, *line_and_column(data, error.at))
    if laid_out.translate(None, _SPACE) != data.translate(None, _SPACE):
        return Pretty(data, kind, "it cannot be indented without changing it")
    return Pretty(laid_out, kind, outline=outline)


def _json(data: bytes, cancelled: Callable[[], bool]) -> Pretty:
    if not _fits(data, cancelled):
        return Pretty(data, "json", _TOO_WIDE)
    try:
        return Pretty(msgspec.json.format(data, indent=INDENT), "json")
    except RecursionError:
        return _refused(data, _too_deep(data), "it is nested too deep")
    except msgspec.DecodeError as error:
        at, reason = _explain(data, str(error))
    if reason == _TRAILING and looks_like_ndjson(data):
        lines = _ndjson(data, cancelled)
        if not lines.reason:
            return lines
    return _refused(data, at, reason)


def _refused(data: bytes, at: int, reason: str) -> Pretty:
    return Pretty(data, "json", reason, *line_and_column(data, at))


def _ndjson(data: bytes, cancelled: Callable[[], bool]) -> Pretty:
    """Each line by itself; lines that are not JSON stay as they are, and the first of them gives the reason."""
    if not _fits(data, cancelled):
        return Pretty(data, "ndjson", _TOO_WIDE)
    out = BytesIO()
    first = Pretty(data, "ndjson")
    bad = 0
    for number, line in enumerate(_lines(data), 1):
        if not number % 1000 and cancelled():
            raise Cancelled
        try:
            out.write(msgspec.json.format(line, indent=INDENT) + b"\n" if line.strip() else line + b"\n")
        except (msgspec.DecodeError, RecursionError) as error:
            out.write(line + b"\n")
            bad += 1
            if bad == 1:
                at, reason = _explain(line, str(error))
                first = Pretty(data, "ndjson", reason, number, line_and_column(line, at)[1])
            if bad > _BAD_LINES:
                return first
    return Pretty(out.getvalue(), "ndjson", first.reason, first.line, first.column)


def _lines(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        yield data[start:end]
        start = end + 1


def _fits(data: bytes, cancelled: Callable[[], bool]) -> bool:
    """Whether indenting stays within five times the size and 16 MiB: 1 MB of `[[[[…` would otherwise become 1 GB.

    The bound is levels times lines. Brackets inside strings blur it, so that a text over the bound is counted once more
    without its strings.
    """
    room = len(data) * _GROWTH + _ROOM
    if len(data) ** 2 <= room or _indentation(data, cancelled) <= room:
        return True
    bare = _STRING.sub(b'""', data)
    return _indentation(bare, cancelled) <= room


def _indentation(data: bytes, cancelled: Callable[[], bool]) -> int:
    """At most so many spaces: the deepest level times the lines."""
    brackets = bytearray()
    for start in range(0, len(data), _CHUNK):
        if cancelled():
            raise Cancelled
        brackets += data[start : start + _CHUNK].translate(None, _NOT_BRACKETS)
    deepest = max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)
    return INDENT * max(0, deepest) * (len(brackets) + data.count(b","))


def _too_deep(data: bytes) -> int:
    """Where the nesting passes what the formatter follows, looked for in the first 4 MiB; else the beginning."""
    level = 0
    bare = _STRING.sub(lambda found: b"_" * len(found[0]), data[:_DEPTH_SEARCHED])
    for found in re.finditer(rb"[][{}]", bare):
        level += _STEPS[found[0][0]]
        if level > _LEVELS:
            return found.start()
    return 0


_TRAILING = "more follows after the end of the value"
_REASONS = {
    "trailing characters": _TRAILING,
    "invalid number": "a number is not written as JSON has it",
    "invalid escaped character": "a backslash is followed by a character that cannot be escaped",
    "invalid character in unicode escape": "a \\u is not followed by four hex digits",
    "unexpected end of hex escape": "a lone surrogate is not a character",
    "invalid utf-16 surrogate pair": "a lone surrogate is not a character",
    "trailing comma in array": "there is a comma before the closing bracket",
    "trailing comma in object": "there is a comma before the closing brace",
}


def _explain(data: bytes, message: str) -> tuple[int, str]:
    """Offset and reason, in the user's words, out of what the formatter says."""
    found = _PLACE.search(message)
    if found is None:
        lone = _SURROGATE.search(data, max(0, len(data) - 14))
        if lone and b'"' in data[lone.end() :]:
            return lone.start(), _REASONS["unexpected end of hex escape"]
        return len(data), "it ends too early" if data.strip() else "there is nothing but white space"
    at = int(found[1])
    text = message[: found.start()].removeprefix("JSON is malformed: ")
    reason = _REASONS.get(text, text)
    if "surrogate" in reason:
        return max(0, data.rfind(b"\\u", 0, at)), reason
    if text in ("trailing characters", "invalid character in unicode escape"):
        at -= 1
    elif text == "invalid character":
        return _odd_character(data, at)
    return at, reason


def _odd_character(data: bytes, at: int) -> tuple[int, str]:
    byte = data[at : at + 1]
    if not byte:
        return at, "it ends too early"
    if byte < b" ":
        return at, f"the control character U+{byte[0]:04X} stands unescaped"
    before = _WORD_BEFORE.search(data, max(0, at - 20), at)
    word = _WORD.match(data, before.start() if before else at)
    if word and word.end() > at:
        return word.start(), f"{word[0].decode()} is not a JSON value"
    character = data[at : at + 4].decode("utf-8", "ignore")[:1]
    return at, f"the character {character!r} cannot stand here" if character else "this byte cannot stand here"
