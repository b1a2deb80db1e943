"""What a collection will be once it is written and read again, and what no document can say. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files.editing.words import TARGET_KEYS, grouped
from workbench.files.local import same_value
from workbench.model.collection import (
    Body,
    Collection,
    Entry,
    Environment,
    SavedRequest,
    format_duration,
    parse_duration,
)
from workbench.model.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


_TARGETS = {*TARGET_KEYS, "protected"}


def problems(collection: Collection) -> list[Problem]:
    """What keeps a collection from being written at all; whatever else is wrong with it shows when it is read back."""
    found = [*_texts(collection), *_duplicates(collection), *_nulls("vars", collection.vars)]
    for name, environment in collection.environments.items():
        found += _nulls(f"env.{name}", environment.vars)
        taken = sorted(_TARGETS.intersection(environment.vars))
        found += [
            Problem(key=f"env.{name}.{each}", message="a variable of an environment cannot have the name of its target")
            for each in taken
        ]
    return [msgspec.structs.replace(problem, path=collection.source.path) for problem in found]


def _duplicates(collection: Collection) -> Iterator[Problem]:
    ids = [request.id for request in collection.requests]
    for request_id in sorted({each for each in ids if ids.count(each) > 1}):
        yield Problem(key=f"{request_id}.id", message=f"the id {request_id!r} is taken", hint="choose another one")
    for request in collection.requests:
        tables = {
            "headers": [entry.name for entry in request.headers],
            "capture": [capture.name for capture in request.captures],
        }
        for table, names in tables.items():
            for name in sorted({each for each in names if names.count(each) > 1}):
                message = "this name is there twice, and the file has room for one"
                yield Problem(
                    key=f"{request.id}.{table}.{name}", message=message, hint="join the values, or remove one"
                )


def _nulls(key: str, value: Any) -> Iterator[Problem]:
    if value is None:
        yield Problem(key=key, message="TOML has no null", hint="remove the variable, or give it a value")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _nulls(f"{key}.{name}", item)
    elif isinstance(value, (list, tuple)):
        for at, item in enumerate(value, 1):
            yield from _nulls(f"{key} {at}", item)


def _texts(collection: Collection) -> Iterator[Problem]:
    """Lone surrogates have no form in UTF-8."""
    parts: list[tuple[str, Any]] = [(request.id, request) for request in collection.requests]
    rest = msgspec.structs.replace(collection, requests=(), source=type(collection.source)())
    for key, part in [*parts, ("", rest)]:
        for text in _strings(part):
            try:
                text.encode()
            except UnicodeEncodeError as error:
                message = f"the character U+{ord(text[error.start]):04X} is half of one, and cannot be written"
                yield Problem(key=key.encode(errors="replace").decode(), message=message, hint="remove it")
                break


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, dict):
        return chain.from_iterable(chain(_strings(key), _strings(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return chain.from_iterable(map(_strings, value))
    if isinstance(value, msgspec.Struct):
        return _strings(msgspec.structs.astuple(value))
    return ()


def normal(collection: Collection) -> Collection:
    """The collection as its document says it: repeated parameters together, empty texts as none, times rounded."""
    return msgspec.structs.replace(
        collection,
        **{key: getattr(collection, key) or None for key in TARGET_KEYS},
        tags=tuple(collection.tags),
        vars=_plain(collection.vars),
        defaults=_shared(collection.defaults),
        environments={name: _environment(name, each) for name, each in collection.environments.items()},
        secrets=dict(collection.secrets),
        requests=tuple(_request(request) for request in collection.requests),
    )


def equal(one: Collection, other: Collection) -> bool:
    """Whether two collections say the same, the kinds of variables included (1 is not true)."""
    if one != other or not same_value(one.vars, other.vars):
        return False
    return all(same_value(each.vars, other.environments[name].vars) for name, each in one.environments.items())


def _environment(name: str, environment: Environment) -> Environment:
    targets = {key: getattr(environment, key) or None for key in TARGET_KEYS}
    return msgspec.structs.replace(environment, name=name, **targets, vars=_plain(environment.vars))


def _request(request: SavedRequest) -> SavedRequest:
    shared: SavedRequest = _shared(request)
    return msgspec.structs.replace(
        shared,
        tags=tuple(request.tags),
        body=_body(request.body),
        captures=tuple(request.captures),
        needs=tuple(request.needs),
        skip=request.skip or False,
    )


def _shared(part: Any) -> Any:
    """What requests and defaults have in common."""
    retry = part.retry and msgspec.structs.replace(part.retry, every=_seconds(part.retry.every))
    return msgspec.structs.replace(
        part,
        service=part.service or None,
        route=part.route or None,
        query=_together(part.query),
        headers=tuple(part.headers),
        asserts=tuple(part.asserts),
        retry=retry,
        timeout=_seconds(part.timeout),
        delay=_seconds(part.delay),
        snapshot_ignore=tuple(part.snapshot_ignore),
    )


def _body(body: Body | None) -> Body | None:
    if body is None:
        return None
    return Body("form", form=_together(body.form)) if body.kind == "form" else Body(body.kind, body.text)


def _together(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(chain.from_iterable(grouped(entries).values()))


def _seconds(seconds: float | None) -> float | None:
    if seconds is None:
        return None
    try:
        return parse_duration(format_duration(seconds))
    except (ValueError, OverflowError):
        return seconds  # what cannot be written is refused when it is read back


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
