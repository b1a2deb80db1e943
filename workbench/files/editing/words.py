"""The model's values as the document has them: texts for durations, tables for entries that are off. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.files.editing.layout import Lines
from workbench.model.collection import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.model.collection import Capture, Defaults, Entry, SavedRequest, SecretRef

REQUEST_ORDER = (
    "id",
    "name",
    "description",
    "tags",
    "service",
    "route",
    "method",
    "path",
    "needs",
    "retry",
    "timeout",
    "delay",
    "skip",
    "always",
    "snapshot",
    "json",
    "text",
    "file",
    "base64",
    "assert",
    "query",
    "headers",
    "form",
    "capture",
)
"""New keys of a request: scalars, body, `assert`, then sub-tables (FORMAT.md, "Reading and writing")."""

DOCUMENT_ORDER = (
    "cyberun",
    "name",
    "description",
    "profile",
    "team",
    "service",
    "route",
    "tags",
    "parallel",
    "vars",
    "defaults",
    "env",
    "secrets",
    "request",
)
TARGET_KEYS = ("profile", "team", "service", "route")


def request_scalars(request: SavedRequest) -> dict[str, Any]:
    """The keys of a request that are neither body nor table; None where the document has none."""
    return {
        "id": request.id,
        "name": prose(request.name),
        "description": prose(request.description),
        "tags": _listed(request.tags),
        "service": request.service or None,
        "route": request.route,
        "method": request.method,
        "path": request.path,
        "needs": _listed(request.needs),
        "skip": request.skip or None,
        "always": request.always or None,
        **shared(request),
    }


def shared(part: SavedRequest | Defaults) -> dict[str, Any]:
    """The keys that requests and defaults have in common."""
    return {
        "timeout": duration(part.timeout),
        "delay": duration(part.delay),
        "assert": _listed(part.asserts),
        "snapshot": {"ignore": list(part.snapshot_ignore)} if part.snapshot_ignore else None,
    }


def duration(seconds: float | None) -> str | None:
    """A time with its unit."""
    return None if seconds is None else format_duration(seconds)


def prose(text: str) -> str | None:
    """A name or description."""
    return (Lines(text) if "\n" in text else text) if text else None


def _listed(values: Sequence[str]) -> list[str] | None:
    return list(values) or None


def grouped(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by name: a table has each name once."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.name, []).append(entry)
    return groups


def entry_value(group: Sequence[Entry], *, as_list: bool = False) -> Any:
    """What the key of one or several entries of the same name says."""
    values = [{"value": entry.value, "off": True} if entry.off else entry.value for entry in group]
    return values if as_list or len(values) != 1 else values[0]


def capture_value(capture: Capture) -> Any:
    """What the key of a capture says."""
    return {"from": capture.query, "secret": True} if capture.secret else capture.query


def secret_value(reference: SecretRef) -> dict[str, Any]:
    """What the key of a secret says."""
    argument = reference.argument
    return {reference.kind: list(argument) if isinstance(argument, tuple) else argument}


def collection_scalars(part: msgspec.Struct) -> dict[str, Any]:
    """The scalar keys of a collection."""
    fields = msgspec.structs.asdict(part)
    return {
        "name": prose(fields["name"]),
        "description": prose(fields["description"]),
        **{key: fields[key] or None for key in TARGET_KEYS},
        "tags": _listed(fields["tags"]),
        "parallel": fields["parallel"] or None,
    }
