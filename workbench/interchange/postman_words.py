"""Postman's texts in our form: names of variables, dynamic variables, descriptions. Pure."""

from __future__ import annotations

import re
from typing import Any

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")

DYNAMIC = {
    "guid": "$uuid",
    "randomUUID": "$uuid",
    "timestamp": "$timestamp",
    "isoTimestamp": "$now",
    "randomInt": "$randint 0 1000",
}
"""Postman's dynamic variables that we have as well."""


def variable(name: str) -> str:
    """A variable's name as ours may be."""
    made = _NOT_IN_A_NAME.sub("_", name.strip())
    return made if made[:1].isalpha() or made.startswith("_") else f"_{made}"


def readable(text: str) -> tuple[str, list[str]]:
    """A text with its placeholders in our form, and the dynamic variables that we do not have."""
    unknown: list[str] = []

    def ours(match: re.Match[str]) -> str:
        name = match[1].strip()
        if not name.startswith("$"):
            return f"{{{{{variable(name)}}}}}"
        known = DYNAMIC.get(name[1:])
        if known is None:
            unknown.append(name[1:])
        return f"{{{{{known or variable(name[1:])}}}}}"

    parts: list[str] = []
    at = 0
    for match in _PLACEHOLDER.finditer(text):
        parts += [text[at : match.start()].replace("{{", "\\{{"), ours(match)]
        at = match.end()
    return "".join([*parts, text[at:].replace("{{", "\\{{")]), unknown


def prose(description: Any) -> str:
    """A description, which is a text or an object around one."""
    if isinstance(description, dict):
        description = description.get("content")
    return description if isinstance(description, str) else ""
