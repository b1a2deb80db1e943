"""Where calls go: the base URL, the two routes to a service, and the request target exactly as written.

Pure. Sources: CYBERUN-API.md, 1 to 3; RFC 9112, 3.2 (a request target is ASCII).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from workbench.model.errors import TargetError
from workbench.model.profile import origin

if TYPE_CHECKING:
    from workbench.model.collection import Route

ROUTES: dict[Route, str] = {"invoke": "/r/invoke/", "proxy": "/r/containers/"}
"""The path of each route below the base URL, up to the slug (CYBERUN-API.md, 1 and 2)."""

SERVICES = "/r/containers"
"""The list of services (CYBERUN-API.md, 3)."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def clean_base_url(url: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        TargetError: it has no scheme or host, or holds a password, a query or a fragment.
    """
    text = url.strip().rstrip("/")
    try:
        origin(text)
        parts = urlsplit(text)
    except ValueError as error:
        raise TargetError(
            f"the base URL cannot be used: {_plain(error)}", hint="expected https://host/api/v1"
        ) from error
    if parts.username is not None or parts.password is not None:
        raise TargetError("the base URL holds a user or a password", hint="leave it out, and set a credential instead")
    if parts.query or parts.fragment:
        raise TargetError(f"the base URL {text!r} has a query or a fragment", hint="give only its part before ? and #")
    if not text.isascii() or any(character <= " " for character in text):
        raise TargetError(f"the base URL {text!r} has a blank or a character that is not ASCII", hint="encode it")
    return text


def check_slug(slug: str) -> str:
    """The slug itself, when it can stand in a path; whether there is such a service is for the platform to say.

    Raises:
        TargetError: it cannot.
    """
    if not _SLUG.fullmatch(slug):
        what = f"{slug!r} is not a service slug" if slug else "no service is set"
        raise TargetError(what, hint="a slug has small letters, digits and hyphens; `cyberun-tui services` lists them")
    return slug


def request_target(base_path: str, slug: str, path: str) -> bytes:
    """The request target on the proxy route: the path as written, characters outside ASCII percent-encoded."""
    encoded = _NOT_ASCII.sub(lambda found: quote(found[0].encode("utf-8", "surrogatepass")), path)
    return f"{base_path}{ROUTES['proxy']}{slug}{encoded}".encode("ascii")


def _plain(error: ValueError) -> str:
    """The reason without the URL where that could hold a password."""
    text = str(error)
    return text if "@" not in text else "expected http:// or https:// and a host"
