"""What looks like a credential written in clear (FORMAT.md, "Secrets"): by its name, or by its own form. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = re.compile(
    r"(?:proxy-)?authorization|cookie|set-cookie|.*token.*|.*password.*|.*passwd.*|.*secret.*|.*api.?key.*|api.*key",
    re.IGNORECASE | re.DOTALL,
)
_VALUES = re.compile(r"(?<![A-Za-z0-9_-])(?:eyJ[A-Za-z0-9_-]{10,}|[sda]k-[A-Za-z0-9_-]{8,})")
_IN_JSON = re.compile(r'"([^"\\\n]{1,100})"\s{0,20}:\s{0,20}"((?:[^"\\\n]|\\.)*)"')
_AMOUNT = re.compile(r"\d*")


def credential_in(value: str) -> re.Match[str] | None:
    """The first thing in a text that has the form of a credential (`eyJ…`, `sk-…`, `dk-…`)."""
    return _VALUES.search(value)


def is_sensitive(name: str) -> bool:
    """Whether a header, parameter or field of that name holds a credential."""
    return _NAMES.fullmatch(name) is not None


def is_clear(name: str, value: str, *, template: bool = True) -> bool:
    """Whether a value stands in clear under a name that asks for a credential; one with a placeholder does not.

    Args:
        name: the header's, parameter's or field's.
        value: what stands there.
        template: placeholders are filled in there.
    """
    if not value or not is_sensitive(name):
        return False
    if "token" in name.lower() and _AMOUNT.fullmatch(value):
        return False  # max_tokens and the like: how many, not which
    return not (template and any(placeholders(value)))


def clear_in_json(body: str) -> Iterator[re.Match[str]]:
    """Each field of a JSON text whose value stands in clear: the match's groups are its name and its value."""
    return (match for match in _IN_JSON.finditer(body) if is_clear(match[1], match[2]))
