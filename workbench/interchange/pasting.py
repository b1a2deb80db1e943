"""A whole request out of what was pasted into the path: a gateway URL, another URL, or a curl command. Pure.

Only what a request can hold is taken over; everything left out is said. A gateway's own credential is never taken: it
belongs to the profile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from workbench.interchange import bodies, curl_in, urls

if TYPE_CHECKING:
    from workbench.interchange.urls import Address
    from workbench.model.collection import Body, Entry, SavedRequest


@dataclass(frozen=True)
class Pasted:
    """What a paste holds.

    Attributes:
        service: the slug, where it was a gateway's URL.
        platform: that gateway's host, with its port.
        path: with its query string; empty where none was given.
        method, headers, body: None where the paste says nothing about them.
        left_out: what a request cannot hold, in words.
    """

    service: str = ""
    platform: str = ""
    path: str = ""
    method: str | None = None
    headers: tuple[Entry, ...] | None = None
    body: Body | None = None
    left_out: tuple[str, ...] = ()

    def onto(self, request: SavedRequest) -> SavedRequest:
        """The request with what was pasted in place of its own."""
        fields: dict[str, object] = {}
        if self.path:
            fields |= {"path": self.path, "query": ()}
        if self.method is not None:
            fields |= {"method": self.method, "headers": self.headers or (), "body": self.body}
        return msgspec.structs.replace(request, **fields)


def read_paste(text: str) -> Pasted:
    """What a pasted URL or curl command holds.

    Raises:
        ValueError: it is a curl command that cannot be read; the message says why.
    """
    return _curl(text) if curl_in.is_curl(text) else _url(urls.split(text))


def _url(address: Address) -> Pasted:
    query = f"?{address.query}" if address.query else ""
    path = address.path + query
    if address.service and path.startswith("?"):
        path = f"/{path}"
    left_out = (f"the host {address.host}: requests go to the service of the target bar",) if address.host else ()
    return Pasted(service=address.service, platform=address.platform, path=path, left_out=left_out)


def _curl(text: str) -> Pasted:
    first, *others = curl_in.read(text)
    request = first.request
    address = urls.split(request.url)
    target = _url(address)
    left_out = [*target.left_out, *first.left_out]
    if others:
        left_out.append(f"{len(others)} more curl commands: `cyberun-tui import curl` takes all")
    headers = request.headers
    if address.service:
        headers = tuple(entry for entry in headers if entry.name.lower() != "authorization")
        if len(headers) < len(request.headers):
            left_out.append("Authorization: the platform's credential comes from the profile")
        inner = bodies.unwrapped(request.body) if not target.path else None
        if inner is not None:
            return replace(
                target,
                path=inner.path,
                method=inner.method,
                headers=inner.headers,
                body=inner.body,
                left_out=tuple(left_out),
            )
    return replace(target, method=request.method, headers=headers, body=request.body, left_out=tuple(left_out))
