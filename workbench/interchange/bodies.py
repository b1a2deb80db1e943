"""Bodies of other tools: which kind of ours they are, and the request inside an invoke call's body. Pure."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec

from workbench.interchange import urls
from workbench.model.collection import Body, Entry
from workbench.model.envelope import from_base64
from workbench.model.variables import CONTENT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORM = CONTENT_TYPES["form"]


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """The request that an invoke call carries."""

    method: str
    path: str
    headers: tuple[Entry, ...]
    body: Body | None


class _Envelope(msgspec.Struct):
    """The body of an invoke call (CYBERUN-API.md, 1)."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body_base64: str | None = None


def of_text(text: str, content_type: str) -> Body:
    """A body out of a template and the content type it is sent with."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        return Body("json", text)
    fields = urls.parameters(text) if kind == _FORM else None
    return Body("text", text) if fields is None else Body("form", form=fields)


def of_bytes(content: bytes, content_type: str) -> Body:
    """A body out of bytes; what is no text becomes base64."""
    try:
        return of_text(content.decode("utf-8").replace("{{", "\\{{"), content_type)
    except UnicodeDecodeError:
        return Body("base64", base64.b64encode(content).decode("ascii"))


def headers_beside(body: Body | None, headers: Iterable[Entry]) -> tuple[Entry, ...]:
    """The headers without a content type that the body's kind brings along by itself (FORMAT.md, "Bodies")."""
    implied = CONTENT_TYPES.get(body.kind, "") if body else ""
    if not implied:
        return tuple(headers)
    return tuple(
        each for each in headers if each.off or each.name.lower() != "content-type" or each.value.lower() != implied
    )


def unwrapped(body: Body | None) -> Inner | None:
    """The request inside an invoke call's body; None when there is none that can be read."""
    if body is None or body.kind not in ("json", "text"):
        return None
    try:
        found = msgspec.json.decode(body.text, type=_Envelope)
        content = from_base64(found.body_base64 or "")
    except (msgspec.DecodeError, ValueError):
        return None
    headers = tuple(Entry(name, value.replace("{{", "\\{{")) for name, value in found.headers.items())
    kind = next((entry.value for entry in headers if entry.name.lower() == "content-type"), "")
    inner = of_bytes(content, kind or _guessed(content)) if content else None
    typed = any(entry.name.lower() == "content-type" for entry in headers)
    if inner is not None and inner.kind == "text" and not typed:
        # Switched off, it keeps the workbench from adding one where the call had none.
        headers = (*headers, Entry("content-type", CONTENT_TYPES["text"], off=True))
    return Inner(method=found.method.upper(), path=found.path, headers=headers_beside(inner, headers), body=inner)


def _guessed(content: bytes) -> str:
    return CONTENT_TYPES["json"] if content.lstrip()[:1] in (b"{", b"[") else ""
