"""What the platform would refuse, by the rules of `workbench.model.envelope`.

Texts with placeholders are judged when they are sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.collection import with_defaults
from workbench.model.envelope import BODYLESS, header_problems, path_problems
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from workbench.files.lint.texts import Texts
    from workbench.files.positions import KeyPath
    from workbench.model.collection import Entry, SavedRequest
    from workbench.model.errors import Problem

_HINT = "it would not be sent"


def refused(texts: Texts, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Warnings for paths, headers and bodies that keep a request from being sent.

    Args:
        texts: those of the collection.
        broken: ids of requests that cannot be read as a whole, and are judged when they can.
    """
    collection = texts.collection
    yield from _headers(texts, ("defaults", "headers"), collection.defaults.headers)
    proxied = {collection.route, *(each.route for each in collection.environments.values())} - {None, "invoke"}
    for number, request in enumerate(collection.requests):
        if request.skip or request.id in broken:
            continue
        key: KeyPath = ("request", number)
        if not any(placeholders(request.path)):
            for problem in path_problems(request.path):
                yield texts.warn((*key, "path"), problem, _HINT)
        yield from _headers(texts, (*key, "headers"), request.headers)
        route = with_defaults(collection, request).route or ("proxy" if proxied else "invoke")
        if route == "invoke" and request.method in BODYLESS and _has_body(request):
            kind = request.body.kind if request.body else ""
            problem = f"a {request.method} carries no body through invoke"
            yield texts.warn((*key, kind), problem, f'{_HINT}: remove the body, or set route = "proxy"')


def _headers(texts: Texts, key: KeyPath, entries: tuple[Entry, ...]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for entry in entries:
        if entry.off:
            continue
        first = seen.setdefault(entry.name.lower(), entry.name)
        if first != entry.name:
            hint = f"the values go out as one, joined by a comma: keep one of {first} and {entry.name}"
            yield texts.warn((*key, entry.name), f"this is the header {first} once more", hint)
        if not any(placeholders(entry.value)):
            for problem in header_problems(entry.name, entry.value):
                yield texts.warn((*key, entry.name), problem, _HINT)


def _has_body(request: SavedRequest) -> bool:
    body = request.body
    return body is not None and bool(body.text or any(not entry.off for entry in body.form))
