"""What `check` says beyond errors: credentials in clear text, names that nothing fills, things that nothing uses.

Each is a warning with its place; a file with warnings can be used.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workbench.model.collection import with_defaults
from workbench.model.errors import Problem
from workbench.model.variables import fields, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.files.collections import LoadedCollection
    from workbench.model.collection import Collection, Entry, SavedRequest

_SENSITIVE_NAME = re.compile(r"authorization|cookie|token|passw(or)?d|secret|api[-_.]?key", re.IGNORECASE)
_CREDENTIAL = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}|\b(?:sk|dk|ak)-[A-Za-z0-9][A-Za-z0-9_-]{5,}")
_SCHEME = re.compile(r"(?i)^(bearer|basic)\s+")
_ADVICE = 'keep it as a reference: [secrets] name = { env = "NAME" }, and write {{name}} here'


def lint(loaded: LoadedCollection) -> list[Problem]:
    """The warnings of a collection, in the order of the file."""
    collection = loaded.written
    found = [
        *_clear_text(collection),
        *_undefined(loaded.collection),
        *_unused(loaded.collection),
    ]
    return sorted(found, key=lambda problem: problem.line)


def _warning(collection: Collection, key: tuple[str | int, ...], label: str, message: str, hint: str = "") -> Problem:
    return Problem(
        path=collection.source.path,
        line=collection.source.line(*key),
        key=label,
        message=message,
        hint=hint,
        severity="warning",
    )


def _clear_text(collection: Collection) -> Iterator[Problem]:
    """Values that look like a credential, by their name or their form. The value is never part of the message."""
    for key, label, name, value in _values(collection):
        if not isinstance(value, str) or any(True for _ in placeholders(value)):
            continue
        plain = _SCHEME.sub("", value.strip())
        if _CREDENTIAL.search(value):
            yield _warning(collection, key, label, "this looks like a credential in clear text", _ADVICE)
        elif plain and _SENSITIVE_NAME.search(name):
            yield _warning(collection, key, label, f"the value of {name!r} stands in clear text", _ADVICE)


def _values(collection: Collection) -> Iterator[tuple[tuple[str | int, ...], str, str, Any]]:
    """Every value that could be a credential: key path, label, name, value."""
    for name, value in collection.vars.items():
        yield ("vars", name), f"vars.{name}", name, value
    for env, environment in collection.environments.items():
        for name, value in environment.vars.items():
            yield ("env", env, name), f"env.{env}.{name}", name, value
    for entry in collection.defaults.headers:
        yield ("defaults", "headers", entry.name), f"defaults.headers.{entry.name}", entry.name, entry.value
    for at, request in enumerate(collection.requests):
        for table, entry in _entries(request):
            yield ("request", at, table, entry.name), f"{request.id}.{table}.{entry.name}", entry.name, entry.value
        if request.body and request.body.kind in ("json", "text"):
            kind = request.body.kind
            match = _CREDENTIAL.search(request.body.text)
            yield ("request", at, kind), f"{request.id}.{kind}", "", match[0] if match else ""
        yield ("request", at, "path"), f"{request.id}.path", "", request.path


def _entries(request: SavedRequest) -> Iterator[tuple[str, Entry]]:
    for entry in request.headers:
        yield "headers", entry
    for entry in request.query:
        yield "query", entry
    for entry in request.body.form if request.body else ():
        yield "form", entry


def _undefined(collection: Collection) -> Iterator[Problem]:
    """Names that no layer of the file and no request above fills; `--var` and the environment still may."""
    known = {*collection.vars, *collection.secrets}
    for environment in collection.environments.values():
        known.update(environment.vars)
    for at, request in enumerate(collection.requests):
        own = {capture.name for capture in request.captures}
        seen: set[str] = set()
        for where, text in fields(with_defaults(collection, request)):
            for name in placeholders(text):
                after_the_answer = name in own and where.startswith(("assert", "retry"))
                if name.startswith("$") or name in known or name in seen or after_the_answer:
                    continue
                seen.add(name)
                yield _warning(
                    collection,
                    ("request", at, where.split(" ")[0].split(".")[0]),
                    f"{request.id}.{where}",
                    f"nothing in this file gives {{{{{name}}}}} a value",
                    "set it in [vars] or [env.NAME], capture it in a request above, or give it with --var",
                )
        known |= own


def _unused(collection: Collection) -> Iterator[Problem]:
    """Captures and secrets that no request uses."""
    used: set[str] = set()
    for request in collection.requests:
        for _, text in fields(with_defaults(collection, request)):
            used.update(placeholders(text))
            used.update(re.findall(r'\bvar\s+"([^"]+)"', text))
    for at, request in enumerate(collection.requests):
        for capture in request.captures:
            if capture.name not in used:
                key = ("request", at, "capture", capture.name)
                yield _warning(collection, key, f"{request.id}.capture.{capture.name}", "captured, and never used")
    for name in collection.secrets:
        if name not in used:
            yield _warning(collection, ("secrets", name), f"secrets.{name}", "no request uses this secret")
