"""The request that follows a container's redirect: a new one of its own, without credentials. Pure.

Nothing follows a redirect by itself (RELIABILITY.md, "The network").
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec

from workbench.model.collection import SavedRequest
from workbench.model.errors import TargetError
from workbench.model.secrets import SENSITIVE_HEADERS

if TYPE_CHECKING:
    from workbench.model.exchange import ServiceResponse

KEEPS_METHOD = frozenset({307, 308})
"""Statuses after which method and body are the same again (RFC 9110, 15.4.8 and 15.4.9)."""

REDIRECTS = KEEPS_METHOD | {301, 302, 303}

_HERE = "http://container.invalid"


def following(request: SavedRequest, path: str, response: ServiceResponse, new_id: str) -> SavedRequest:
    """The request that goes where an answer points to.

    Args:
        request: what was sent, as it is kept.
        path: the path it went to, filled in.
        response: a redirect.
        new_id: the new request's id.

    Raises:
        TargetError: the answer is no redirect, or points to another host, which no service slug stands for.
    """
    location = response.header("location")
    if response.status not in REDIRECTS or not location:
        raise TargetError("this answer is no redirect", hint="a redirect has a status of 3xx and a Location header")
    try:
        parts = urlsplit(urljoin(_HERE + path, location))
    except ValueError as error:
        raise TargetError(f"the redirect points to {location!r}, which is no address") from error
    if f"{parts.scheme}://{parts.netloc}" != _HERE or any(letter <= " " for letter in location):
        raise TargetError(
            f"the redirect points to {location!r}, which is not on this service", hint="nothing was made or sent"
        )
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    same = response.status in KEEPS_METHOD or request.method in ("GET", "HEAD")
    return SavedRequest(
        id=new_id,
        name=f"{request.title}, redirected",
        service=request.service,
        route=request.route,
        method=request.method if same else "GET",
        path=target.replace("{{", "\\{{"),  # a server's text is no template
        headers=tuple(
            msgspec.structs.replace(each, off=each.off or each.name.lower() in SENSITIVE_HEADERS)
            for each in request.headers
        ),
        body=request.body if same else None,
    )
