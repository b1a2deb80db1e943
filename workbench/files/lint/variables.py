"""Names without a value, and values without a use."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.model.variables import Dynamic, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.files.lint.texts import Text, Texts
    from workbench.model.errors import Problem

_VAR_QUERY = re.compile(r'\s*var\s+"([^"]*)"')


class Names(NamedTuple):
    """Names that a file gives a value, and those it uses, also where a part of it cannot be read."""

    given: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()


def names_in_document(root: dict[str, Any]) -> Names:
    """The names of a document whose parts may be wrong: no name is undefined or unused just because of that."""
    requests = root["request"] if isinstance(root.get("request"), list) else []
    environments = root["env"].values() if isinstance(root.get("env"), dict) else []
    captures = [request.get("capture") for request in requests if isinstance(request, dict)]
    tables = [root.get("vars"), root.get("secrets"), *environments, *captures]
    given = frozenset(name for table in tables if isinstance(table, dict) for name in table)
    return Names(given, frozenset(name for text in _texts_in(root) for name in _names_in(text)))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts_in(item)


def _names_in(text: str) -> Iterator[str]:
    yield from placeholders(text)
    match = _VAR_QUERY.match(text)
    if match is not None:
        yield match[1]


def undefined(texts: Texts, known: Names) -> Iterator[Problem]:
    """Placeholders that nothing in the file gives a value."""
    collection = texts.collection
    given = {*collection.vars, *collection.secrets, *known.given}
    for environment in collection.environments.values():
        given.update(environment.vars)
    everywhere = {capture.name for request in collection.requests for capture in request.captures}
    for text in texts.of_defaults():
        yield from _undefined(texts, text, given | everywhere)
    captured: set[str] = set()
    for number, request in enumerate(collection.requests):
        own = {capture.name for capture in request.captures}
        for text in texts.of_request(number):
            answered = text.name in ("assert", "until")
            yield from _undefined(texts, text, given | captured | (own if answered else set()))
        captured |= own


def _undefined(texts: Texts, text: Text, known: set[str]) -> Iterator[Problem]:
    if not text.sent:
        return
    for name in dict.fromkeys(placeholders(text.value)):
        offset = max(text.value.find("{{" + name), 0)
        if name.startswith("$"):
            if Dynamic(datetime(2000, 1, 1, tzinfo=UTC), random.Random(0)).value(name) is None:  # noqa: S311 - only its syntax is looked at
                hint = "there are $uuid, $now, $timestamp and $randint LOW HIGH"
                yield texts.warn(text.key, f"{{{{{name}}}}} is no expression", hint, offset=offset)
        elif name not in known:
            hint = f"set it in [vars] or [env.NAME], capture it above, or give --var {name}=VALUE to each run"
            yield texts.warn(text.key, f"nothing in this file gives {{{{{name}}}}} a value", hint, offset=offset)


def unused(texts: Texts, known: Names) -> Iterator[Problem]:
    """Captures that no later text uses, and secrets that no text uses."""
    collection = texts.collection
    last_use = {name: len(collection.requests) for text in texts.of_defaults() for name in _names(text)}
    for number in range(len(collection.requests)):
        for name in texts_used(texts, number):
            last_use[name] = max(number, last_use.get(name, 0))
    for number, request in enumerate(collection.requests):
        for capture in request.captures:
            if last_use.get(capture.name, -1) < number and capture.name not in known.used:
                key = ("request", number, "capture", capture.name)
                yield texts.warn(key, f"{capture.name} is captured and never used", "use it, or remove the capture")
    for name in collection.secrets:
        if name not in last_use and name not in known.used:
            yield texts.warn(("secrets", name), f"the secret {name} is never used", "use it, or remove it")


def texts_used(texts: Texts, number: int) -> Iterator[str]:
    """The variables that a request uses, in switched-off entries too."""
    for text in texts.of_request(number):
        yield from _names(text)


def _names(text: Text) -> Iterator[str]:
    return _names_in(text.value) if text.name in ("assert", "until") else placeholders(text.value)


def needs_below(texts: Texts) -> Iterator[Problem]:
    """Requests run in file order, so one cannot need another that stands below it."""
    place: dict[str, int] = {}
    for number, request in enumerate(texts.collection.requests):
        place.setdefault(request.id, number)
    for number, request in enumerate(texts.collection.requests):
        for at, needed in enumerate(request.needs):
            if place.get(needed, -1) > number:
                hint = f"requests run in file order: move {needed!r} up"
                yield texts.warn(("request", number, "needs", at), f"{needed!r} stands below this request", hint)
