"""Form fields as a multipart body (RFC 7578). Pure; a file's content is never part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOUNDARY = "------------------------cyberun-form"


def multipart(fields: Iterable[tuple[str, str, str]]) -> tuple[str, str]:
    """The body and its content type, for fields given as name, text and content type (empty for none)."""
    parts = []
    for name, text, kind in fields:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        typed = f"\r\nContent-Type: {kind}" if kind else ""
        parts.append(f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{quoted}"{typed}\r\n\r\n{text}\r\n')
    return f"{''.join(parts)}--{_BOUNDARY}--\r\n", f"multipart/form-data; boundary={_BOUNDARY}"
