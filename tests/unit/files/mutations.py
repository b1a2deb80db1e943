"""Edits of a collection such as someone makes in the app: one thing at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import strategies as st

from tests.unit.files import strategies as make
from workbench.model.collection import Collection, Entry, Environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DataObject

    from workbench.model.collection import SavedRequest

_FIELDS: dict[str, Any] = {
    "name": make.nasty,
    "description": make.nasty,
    "tags": make.tuples(make.nasty, 2),
    "service": make.services,
    "route": make.routes,
    "method": st.sampled_from(["GET", "PUT", "DELETE"]),
    "path": st.sampled_from(["/", "/x", "/a'b"]),
    "query": make.parameters,
    "headers": make.headers,
    "body": make.bodies,
    "asserts": make.tuples(make.asserts),
    "captures": make.captures,
    "retry": make.retries,
    "timeout": make.durations,
    "delay": make.durations,
    "skip": st.sampled_from([True, False, "why"]),
    "always": st.booleans(),
    "snapshot_ignore": make.tuples(make.nasty, 2),
}
_COLLECTION_FIELDS: dict[str, Any] = {
    "name": make.nasty,
    "tags": make.tuples(make.nasty, 2),
    "service": make.services,
    "parallel": st.booleans(),
    "vars": make.variables,
    "defaults": make.defaults,
    "environments": make.environments,
    "secrets": make.secrets,
}


def mutate(data: DataObject, collection: Collection) -> Collection:
    """The collection after one edit."""
    choices: list[Callable[[DataObject, Collection], Collection]] = [_add, _collection_field, _variable]
    if collection.requests:
        choices += [_field, _field, _field, _entry, _entry, _remove, _move, _rename, _environment_variable, _asserts]
    edit = data.draw(st.sampled_from(choices))
    return edit(data, collection)


def _pick(data: DataObject, collection: Collection) -> int:
    return int(data.draw(st.integers(0, len(collection.requests) - 1)))


def _with(collection: Collection, at: int, request: SavedRequest) -> Collection:
    requests = tuple(request if number == at else each for number, each in enumerate(collection.requests))
    return msgspec.structs.replace(collection, requests=requests)


def _field(data: DataObject, collection: Collection) -> Collection:
    at = _pick(data, collection)
    name = data.draw(st.sampled_from(sorted(_FIELDS)))
    return _with(collection, at, msgspec.structs.replace(collection.requests[at], **{name: data.draw(_FIELDS[name])}))


def _collection_field(data: DataObject, collection: Collection) -> Collection:
    name = data.draw(st.sampled_from(sorted(_COLLECTION_FIELDS)))
    return msgspec.structs.replace(collection, **{name: data.draw(_COLLECTION_FIELDS[name])})


def _entry(data: DataObject, collection: Collection) -> Collection:
    """Change, toggle, add, remove, rename or move one header or parameter."""
    at = _pick(data, collection)
    request = collection.requests[at]
    table = data.draw(st.sampled_from(["headers", "query"]))
    entries: list[Entry] = list(getattr(request, table))
    kind = data.draw(st.sampled_from(["value", "off", "add", "remove", "rename", "move"]))
    place = data.draw(st.integers(0, len(entries)))
    fresh = "added-1"
    if kind == "add" or not entries:
        entries = [each for each in entries if each.name != fresh]
        entries.insert(place, Entry(fresh, data.draw(make.nasty)))
    else:
        place = min(place, len(entries) - 1)
        entry = entries.pop(place)
        if kind == "value":
            entries.insert(place, Entry(entry.name, data.draw(make.nasty), entry.off))
        elif kind == "off":
            entries.insert(place, Entry(entry.name, entry.value, not entry.off))
        elif kind == "rename" and all(each.name != fresh for each in entries):
            entries.insert(place, Entry(fresh, entry.value, entry.off))
        elif kind == "move":
            entries.insert(data.draw(st.integers(0, len(entries))), entry)
    return _with(collection, at, msgspec.structs.replace(request, **{table: tuple(entries)}))


def _asserts(data: DataObject, collection: Collection) -> Collection:
    at = _pick(data, collection)
    lines = list(collection.requests[at].asserts)
    place = data.draw(st.integers(0, len(lines)))
    if data.draw(st.booleans()) and place < len(lines):
        lines.pop(place)
    else:
        lines.insert(place, data.draw(make.asserts))
    return _with(collection, at, msgspec.structs.replace(collection.requests[at], asserts=tuple(lines)))


def _variable(data: DataObject, collection: Collection) -> Collection:
    name = data.draw(st.one_of(make.words, st.sampled_from([*collection.vars, "new"])))
    values = {**collection.vars, name: data.draw(make.json_values)}
    if data.draw(st.integers(0, 3)) == 0:
        del values[name]
    return msgspec.structs.replace(collection, vars=values)


def _environment_variable(data: DataObject, collection: Collection) -> Collection:
    name = data.draw(st.sampled_from([*collection.environments, "fresh"]))
    environment = collection.environments.get(name, Environment(name=name))
    values = {**environment.vars, data.draw(make.words): data.draw(make.json_values)}
    changed = {**collection.environments, name: msgspec.structs.replace(environment, vars=values)}
    return msgspec.structs.replace(collection, environments=changed)


def _add(data: DataObject, collection: Collection) -> Collection:
    at = data.draw(st.integers(0, len(collection.requests)))
    if collection.find("added"):
        return collection
    request = data.draw(make.requests("added"))
    requests = (*collection.requests[:at], request, *collection.requests[at:])
    return msgspec.structs.replace(collection, requests=requests)


def _remove(data: DataObject, collection: Collection) -> Collection:
    at = _pick(data, collection)
    requests = tuple(each for number, each in enumerate(collection.requests) if number != at)
    return msgspec.structs.replace(collection, requests=requests)


def _move(data: DataObject, collection: Collection) -> Collection:
    order = data.draw(st.permutations(collection.requests))
    return msgspec.structs.replace(collection, requests=tuple(order))


def _rename(data: DataObject, collection: Collection) -> Collection:
    at = _pick(data, collection)
    if collection.find("renamed"):
        return collection
    return _with(collection, at, msgspec.structs.replace(collection.requests[at], id="renamed"))
