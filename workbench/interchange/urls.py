"""URLs of other tools taken apart: the host that is dropped, a gateway's service, path and query. Pure.

Works on templates: a `{{name}}` is kept wherever it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import msgspec

from workbench.model.collection import Entry
from workbench.model.urls import quote_unsafe

if TYPE_CHECKING:
    from collections.abc import Sequence

_URL = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?((?:\{\{[^{}]*\}\}|[^/?#])*)([^?#]*)(?:\?([^#]*))?")
_GATEWAY = re.compile(r"/r/(invoke|containers)/([a-z0-9][a-z0-9-]{1,98}[a-z0-9])(/.*)?$", re.DOTALL)
_PLACEHOLDER = re.compile(r"(\\\{\{|\{\{[^{}]*\}\})")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a URL.

    Attributes:
        host: with its port; empty where none was given or it was a gateway's.
        platform: the host of a gateway's URL, with its port.
        user: the user information before the host.
        service: the slug, where it was a gateway's URL; `invoke` where it was one of the invoke call.
        path: on the container; empty where a gateway's URL ends with the slug.
        query: without its question mark.
    """

    host: str = ""
    platform: str = ""
    user: str = ""
    service: str = ""
    invoke: bool = False
    path: str = "/"
    query: str = ""


def split(url: str) -> Address:
    """Take a URL or a path apart."""
    text = url.strip()
    match = _URL.match(text)
    authority, path, query = (match[1], match[2], match[3] or "") if match else ("", text, "")
    user, _, host = authority.rpartition("@")
    found = _GATEWAY.search(path)
    if found:
        return Address(platform=host, service=found[2], invoke=found[1] == "invoke", path=found[3] or "", query=query)
    path = "/" + quote_unsafe(path).lstrip("/")
    return Address(host=host, user=user, path=path, query=quote_unsafe(query))


def with_query(path: str, query: str) -> tuple[str, tuple[Entry, ...]]:
    """The path and the parameters of a query string; one that parameters cannot say stays with the path."""
    path = path or "/"
    if not query:
        return path, ()
    entries = parameters(query)
    return (f"{path}?{query}", ()) if entries is None else (path, entries)


def parameters(query: str) -> tuple[Entry, ...] | None:
    """`a=1&b=2` as entries; None where they could not be written back to mean the same."""
    entries = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or not name or _PLACEHOLDER.search(name):
            return None
        try:
            entries.append(Entry(unquote_plus(name, errors="strict"), _decoded(value)))
        except UnicodeDecodeError:
            return None
    names = [entry.name for entry in entries]
    runs = [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]
    return tuple(entries) if len(runs) == len(set(runs)) else None


def together(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with those of one name beside each other, as a table has them."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.name, []).append(entry)
    return tuple(entry for group in groups.values() for entry in group)


def _decoded(value: str) -> str:
    """A percent-decoded template; braces that only decoding brings to light are literal."""
    parts = _PLACEHOLDER.split(value)
    return "".join(
        part if at % 2 else unquote_plus(part, errors="strict").replace("{{", "\\{{") for at, part in enumerate(parts)
    )
