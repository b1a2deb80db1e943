"""JSON values as the language sees them: their kinds, when two are equal, and how they are shown to people.

Nothing here knows queries or predicates. No function raises, however deep or large a value is.
"""

from __future__ import annotations

import json
import math
from enum import Enum
from typing import Any, Final

from workbench.model.secrets import CUT, beginning

MAX_SHOWN: Final = 2000
"""Characters of an actual or expected value in a result; a longer one is cut and says so."""

MAX_IN_MESSAGE: Final = 160
"""Characters of a value inside a sentence."""

_MAX_SHOWN_DEPTH = 60


class Missing(Enum):
    """The type of `MISSING`."""

    MISSING = "nothing"


MISSING: Final = Missing.MISSING
"""What a query or filter gives that found nothing; a JSON null is a value and not this."""


class Nodes(list[Any]):
    """The nodes of a JSONPath that can select several; never empty.

    A filter right after the path sees the list; predicates and captures see what `unwrap` makes of it.
    """

    __slots__ = ()


def unwrap(value: Any) -> Any:
    """The value of exactly one node, a plain list of several (FORMAT.md); anything else as it is."""
    if type(value) is Nodes:
        return value[0] if len(value) == 1 else list(value)
    return value


def kind(value: Any) -> str:
    """The JSON type of a value, in a word for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def typed(value: Any) -> str:
    """The value for a sentence together with its type: `"1" (string)`."""
    return "null" if value is None else f"{show(value)} ({kind(value)})"


def is_number(value: Any) -> bool:
    """Whether a value is a JSON number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(left: Any, right: Any) -> bool:
    """JSON equality: numbers by value (1 is 1.0), true is not 1, objects without regard to the order of members."""
    pending = [(left, right)]
    while pending:
        one, other = pending.pop()
        if isinstance(one, dict):
            if not isinstance(other, dict) or one.keys() != other.keys():
                return False
            pending.extend((value, other[key]) for key, value in one.items())
        elif isinstance(one, list):
            if not isinstance(other, list) or len(one) != len(other):
                return False
            pending.extend(zip(one, other, strict=True))
        elif isinstance(one, bool) or isinstance(other, bool):
            if one is not other:
                return False
        elif one != other:
            return False
    return True


def clip(text: str, limit: int = MAX_IN_MESSAGE) -> str:
    """The text, or its first `limit` characters and a mark."""
    return beginning(text, limit)


def show(value: Any, limit: int = MAX_IN_MESSAGE) -> str:
    """The value as compact JSON for a sentence, cut at `limit`; the work is bounded by `limit` too."""
    text, _ = _preview(value, limit)
    return text


def shorten(value: Any, limit: int = MAX_SHOWN) -> Any:
    """The value for a report: itself when its JSON has at most about `limit` characters, else a text that says so."""
    if isinstance(value, str):
        return value if len(value) <= limit else f"{value[:limit]}{CUT} ({len(value):,} characters in all)"
    if isinstance(value, (list, dict)):
        text, whole = _preview(value, limit)
        if whole:
            return value
        size = f"{len(value):,} {'items' if isinstance(value, list) else 'members'} in all"
        return f"{text} ({size})"
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
        return value if len(text) <= limit else f"{text[:limit]}{CUT} ({len(text):,} digits)"
    return value


def _preview(value: Any, limit: int) -> tuple[str, bool]:
    """Compact JSON of at most about `limit` characters, and whether that is all of it."""
    pieces: list[str] = []
    whole = _write(value, limit, pieces, 0) >= 0
    text = "".join(pieces)
    if whole and len(text) <= limit:
        return text, True
    return f"{text[:limit]}{CUT}", False


def _write(value: Any, room: int, pieces: list[str], depth: int) -> int:
    """Append the JSON of a value; the room that is left, below 0 when it was not enough."""
    if room < 0:
        return -1
    if isinstance(value, (list, dict)):
        return _write_container(value, room, pieces, depth)
    if isinstance(value, str) and len(value) > room:
        pieces.append(json.dumps(value[:room], ensure_ascii=False)[:-1])
        return -1
    text = json.dumps(value, ensure_ascii=False, default=str)
    pieces.append(text)
    return room - len(text)


def _write_container(value: list[Any] | dict[str, Any], room: int, pieces: list[str], depth: int) -> int:
    if depth > _MAX_SHOWN_DEPTH:
        return -1
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    pieces.append(opening)
    room -= 2
    separator = ""
    for item in value:
        pieces.append(separator)
        room -= len(separator)
        if isinstance(value, dict):
            room = _write(str(item), room, pieces, depth)
            pieces.append(":")
        child = value[item] if isinstance(value, dict) else item
        room = _write(child, room, pieces, depth + 1)
        if room < 0:
            return -1
        separator = ","
    pieces.append(closing)
    return room
