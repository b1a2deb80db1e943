"""Headers, parameters, captures and references: the document's tables as the model's tuples. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

import msgspec

from workbench.files.format import CaptureDoc, HeaderDoc, ParameterDoc, SecretDoc
from workbench.model.collection import Capture, Entry, SecretRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    SecretKind = Literal["env", "file", "command", "keyring", "prompt"]


def parameter_entries(table: Mapping[str, Any]) -> tuple[Entry, ...]:
    """The entries of a `query` or `form` table; a list is a repeated name."""
    return tuple(entry for name, value in table.items() for entry in _entries(name, value))


def _entries(name: str, value: Any) -> Iterator[Entry]:
    if isinstance(value, str):
        yield Entry(name, value)
    elif isinstance(value, list):
        for item in value:
            yield from _entries(name, item)
    elif isinstance(value, ParameterDoc):
        values = value.value if isinstance(value.value, list) else [value.value]
        for item in values:
            yield Entry(name, str(item), value.off)


def header_entries(table: Mapping[str, str | HeaderDoc]) -> tuple[Entry, ...]:
    """The entries of a `headers` table."""
    return tuple(
        Entry(name, value.value, value.off) if isinstance(value, HeaderDoc) else Entry(name, value)
        for name, value in table.items()
    )


def captures(table: Mapping[str, str | CaptureDoc]) -> tuple[Capture, ...]:
    """The captures of a request."""
    return tuple(
        Capture(name, value.from_, value.secret) if isinstance(value, CaptureDoc) else Capture(name, value)
        for name, value in table.items()
    )


def reference(secret: SecretDoc) -> SecretRef | None:
    """The one reference of a `[secrets]` entry; None when there is none, or more than one."""
    given = {kind: value for kind, value in msgspec.structs.asdict(secret).items() if value is not msgspec.UNSET}
    if len(given) != 1:
        return None
    kind, value = next(iter(given.items()))
    return SecretRef(cast("SecretKind", kind), tuple(value) if isinstance(value, list) else value)
