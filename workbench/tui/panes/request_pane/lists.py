"""Short lists and durations as one line of text, and back. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.model.collection import format_duration, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable

_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"[^,\n]*|([^,\n]*))(?:[,\n]|$)')


def join_list(items: Iterable[str]) -> str:
    """`smoke, read`; an item with a comma or quotes stands in quotes."""
    return ", ".join(_quoted(item) for item in items)


def split_list(text: str) -> tuple[str, ...]:
    """The items of a line, separated by commas or line breaks; empty ones do not count, repeated ones count once."""
    items: dict[str, None] = {}
    for match in _ITEM.finditer(text):
        item = match[2].strip() if match[1] is None else match[1].replace('""', '"')
        if item:
            items[item] = None
    return tuple(items)


def _quoted(item: str) -> str:
    return '"' + item.replace('"', '""') + '"' if _needs_quotes(item) else item


def _needs_quotes(item: str) -> bool:
    return any(character in item for character in ',"\r\n') or item != item.strip()


def duration_text(seconds: float | None) -> str:
    """How a duration is shown in its field; None is empty."""
    return "" if seconds is None else format_duration(seconds)


def read_duration(text: str) -> float | None:
    """The duration of a field; None when it is empty.

    Raises:
        ValueError: it is not a duration.
    """
    return parse_duration(text) if text.strip() else None
