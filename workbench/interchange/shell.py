"""Words of a POSIX shell, written so that they mean exactly one text, with variables where secrets stood. Pure."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.interchange.masking import Hole

_BARE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_SPECIAL = re.compile(r'["$`\\!]')
_UNPASTEABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_URL_ENCODED = "od -An -v -tx1 | tr -d '\\n' | tr ' ' %"
_SPACES_ENCODED = "sed 's/ /%20/g'"
_JSON_ESCAPED = r"""awk '{gsub(/[\\"]/,"\\\\&");printf "%s%s",s,$0;s="\\n"}'"""

LONGEST_WORD = 100_000
"""Bytes of one argument; Linux takes at most 128 KiB."""


def can_be_pasted(text: str) -> bool:
    """Whether a terminal takes the text as it is: no control character beside line feed and tab."""
    return _UNPASTEABLE.search(text) is None


def word(parts: Iterable[str | Hole], *, json: bool = False) -> str:
    """One word of a command, always quoted where it has to be.

    Args:
        parts: its literal texts, and the holes between them.
        json: the word is JSON, and its holes stand inside strings of it.
    """
    pieces = list(parts)
    literal = [piece for piece in pieces if isinstance(piece, str)]
    references = [_reference(piece, json=json) for piece in pieces if not isinstance(piece, str)]
    if not references:
        return quoted("".join(literal))
    if not any(map(_SPECIAL.search, literal)) and all(reference.startswith("$") for reference in references):
        # "${NAME}" where the next character would be read as a part of the name.
        return f'"{_interpolated(pieces, json=json)}"'
    return "".join(quoted(piece) if isinstance(piece, str) else f'"{_reference(piece, json=json)}"' for piece in pieces)


def quoted(text: str) -> str:
    """A literal text as one word."""
    return text if _BARE.fullmatch(text) else "'" + text.replace("'", "'\\''") + "'"


def output_of(parts: Iterable[str | Hole], content: bytes | None = None) -> str:
    """A command that writes exactly these bytes; what a terminal would not take goes through base64.

    Args:
        parts: a text with its holes.
        content: bytes that are no text; `parts` is not looked at then.
    """
    pieces = list(parts)
    if content is not None:
        return _decoded(content)
    if all(can_be_pasted(piece) for piece in pieces if isinstance(piece, str)):
        return f"printf %s {word(pieces)}"
    commands = [
        _decoded(piece.encode("utf-8")) if isinstance(piece, str) else f"printf %s {word([piece])}" for piece in pieces
    ]
    return f"{{ {'; '.join(commands)}; }}" if len(commands) > 1 else commands[0]


def _decoded(content: bytes) -> str:
    return f"printf %s {base64.b64encode(content).decode()} | base64 -d"


def _interpolated(pieces: Iterable[str | Hole], *, json: bool) -> str:
    text = ""
    for piece in reversed(list(pieces)):
        if isinstance(piece, str):
            text = piece + text
            continue
        reference = _reference(piece, json=json)
        joined = reference.startswith("$") and not reference.startswith("$(") and re.match(r"[A-Za-z0-9_]", text)
        text = (f"${{{piece.variable}}}" if joined else reference) + text
    return text


def _reference(hole: Hole, *, json: bool) -> str:
    """What stands for a hole inside double quotes; the value is written there as the place wants it."""
    filters = {"url": [_URL_ENCODED], "path": [_SPACES_ENCODED], "json": [_JSON_ESCAPED], "": []}[hole.encoding]
    if json and not hole.plain:
        filters = [*filters, _JSON_ESCAPED]
    return " | ".join([f'$(printf %s "${hole.variable}"', *filters]) + ")" if filters else f"${hole.variable}"
