"""Form fields as a multipart body (RFC 7578). Pure; a file's content is never part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOUNDARY = "------------------------cyberun-form"


class Field(NamedTuple):
    """One field; `kind` is its content type and `file` its file name, both empty where there is none."""

    name: str
    text: str
    kind: str = ""
    file: str = ""


def multipart(fields: Iterable[Field]) -> tuple[str, str]:
    """The body and its content type."""
    parts = []
    for field in fields:
        named = f'; filename="{_quoted(field.file)}"' if field.file else ""
        typed = f"\r\nContent-Type: {field.kind}" if field.kind else ""
        head = f'Content-Disposition: form-data; name="{_quoted(field.name)}"{named}{typed}'
        parts.append(f"--{_BOUNDARY}\r\n{head}\r\n\r\n{field.text}\r\n")
    return f"{''.join(parts)}--{_BOUNDARY}--\r\n", f"multipart/form-data; boundary={_BOUNDARY}"


def _quoted(name: str) -> str:
    """A name inside quotes, as browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
