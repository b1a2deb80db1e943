"""Credentials written in clear (FORMAT.md, "Secrets"). Names them by their key and never shows their value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.clear import clear_in_json, credential_in, is_clear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.files.lint.texts import Text, Texts
    from workbench.model.errors import Problem

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
        if credential_in(text.value):
            yield texts.warn(text.key, "this looks like a credential in clear", "say where it is, not what it is")


def _in(text: Text) -> tuple[int, str] | None:
    """Where a credential begins in a text, and what to say; None when there is none."""
    found = credential_in(text.value)
    if found is not None:
        return found.start(), "this looks like a credential in clear"
    if text.name == "json" and text.key[-1] == "json":
        match = next(clear_in_json(text.value), None)
        return (match.start(), f"{match[1]} has its value in clear") if match else None
    if is_clear(text.name, text.value, template=text.template):
        return 0, f"{text.name} has its value in clear"
    return None
