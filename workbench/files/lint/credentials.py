"""Credentials written in clear (FORMAT.md, "Secrets"). Names them by their key and never shows their value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.files.lint.texts import Text, Texts
    from workbench.model.errors import Problem

_NAMES = re.compile(
    r"(?:proxy-)?authorization|cookie|set-cookie|.*token.*|.*password.*|.*passwd.*|.*secret.*|.*api.?key.*|api.*key",
    re.IGNORECASE | re.DOTALL,
)
_VALUES = re.compile(r"(?<![A-Za-z0-9_-])(?:eyJ[A-Za-z0-9_-]{10,}|[sda]k-[A-Za-z0-9_-]{8,})")
_IN_JSON = re.compile(r'"([^"\\\n]{1,100})"\s{0,20}:\s{0,20}"((?:[^"\\\n]|\\.)*)"')
_AMOUNT = re.compile(r"\d*")
_HINT = "keep it out of the file: name it under [secrets] and write {{name}} here"


def credentials_in_clear(texts: Texts) -> Iterator[Problem]:
    """Warnings for values that look like credentials, or stand where credentials do."""
    collection = texts.collection
    named = [*texts.of_defaults(), *texts.of_variables()]
    for number in range(len(collection.requests)):
        named += texts.of_request(number)
    for text in named:
        found = _in(text)
        if found is not None:
            offset, what = found
            yield texts.warn(text.key, what, _HINT, offset=offset)
    for text in texts.of_secrets():
        if _VALUES.search(text.value):
            yield texts.warn(text.key, "this looks like a credential in clear", "say where it is, not what it is")


def _in(text: Text) -> tuple[int, str] | None:
    """Where a credential begins in a text, and what to say; None when there is none."""
    match = _VALUES.search(text.value)
    if match is not None:
        return match.start(), "this looks like a credential in clear"
    if text.name == "json" and text.key[-1] == "json":
        return _in_json(text.value)
    if _is_clear(text.name, text.value, template=text.template):
        return 0, f"{text.name} has its value in clear"
    return None


def _in_json(body: str) -> tuple[int, str] | None:
    for match in _IN_JSON.finditer(body):
        if _is_clear(match[1], match[2], template=True):
            return match.start(), f"{match[1]} has its value in clear"
    return None


def _is_clear(name: str, value: str, *, template: bool) -> bool:
    if not value or _NAMES.fullmatch(name) is None:
        return False
    if "token" in name.lower() and _AMOUNT.fullmatch(value):
        return False  # max_tokens and the like: how many, not which
    return not (template and any(placeholders(value)))
