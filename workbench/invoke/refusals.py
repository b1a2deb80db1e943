"""What the platform's own answers mean when they are not the container's: from an HTTP status to a `Failure`.

Most of this is not documented (CYBERUN-API.md, 1 and 6), so each rule is tolerant: the status decides first, the words
of `error_message` second, and both are shown. This module must not import an HTTP library.
"""

from __future__ import annotations

import re
import time
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.errors import Failure
from workbench.model.secrets import beginning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.errors import ErrorKind

MAX_RETRY_AFTER = 60.0
"""Seconds of `Retry-After` that are honoured (RELIABILITY.md, "The network")."""

EXCERPT = 2048
"""Bytes of an error body that are kept for the reader."""

CHECK_URL = "is the base URL right? It usually ends in /api/v1"
"""What to do about an answer that looks like another server's."""

_MESSAGE = 300
_NOT_RUNNING = re.compile(
    r"not[ _-]running|not[ _-](yet[ _-])?ready|is (stopped|stopping|deploying|created|failed)", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"\b(no|unknown) (such )?(container )?service\b|\bservice\b[^;.]* (not found|not exist)", re.IGNORECASE
)
_TEAM = re.compile(r"x-team-id|team", re.IGNORECASE)
_AUTH = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_MESSAGE_KEYS = ("error_message", "message", "error", "detail", "title", "msg")


def failure_of_status(
    status: int, headers: Mapping[str, str], body: bytes, *, service: str = "", credential: str = ""
) -> Failure:
    """The failure a platform's answer stands for.

    Args:
        status: the HTTP status of the call to the platform, anything but a usable answer.
        headers: the answer's headers, names in lower case.
        body: the beginning of its body.
        service: the slug that was called; empty for the platform's own resources.
        credential: the credential's kind (`jwt`, `sk`, `dk`, `unknown`), or empty without one.
    """
    said = error_message(body)
    kind = _kind(status, said, body, service)
    wait = retry_after(headers.get("retry-after", ""))
    return Failure(
        kind=kind,
        message=_sentence(kind, status, said, service),
        layer="platform",
        platform_status=status,
        hint=_hint(kind, status, said, headers, credential),
        in_doubt=bool(service) and kind == "platform_refused" and _may_have_run(status, wait),
        retry_after=wait,
        detail=beginning(body, EXCERPT),
    )


def is_platform_error(status: int, body: bytes) -> bool:
    """Whether an answer on the proxy route is the platform's own: the documented error body, and nothing else in it.

    The route has no other sign (CYBERUN-API.md, 2): a container that answers exactly so is taken for the platform.
    """
    if status < HTTPStatus.BAD_REQUEST or not body.lstrip().startswith(b"{"):
        return False
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return isinstance(found, dict) and list(found) == ["error_message"] and isinstance(found["error_message"], str)


def error_message(body: bytes) -> str:
    """What the platform says in its error body, whatever its shape; empty when it says nothing readable."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = beginning(body, EXCERPT).strip()
        return "" if text.startswith("<") else _one_line(text)
    return _one_line(_words(found))


def retry_after(value: str, *, now: float | None = None) -> float | None:
    """The seconds of a `Retry-After` header in either form (RFC 9110, 10.2.3), at most `MAX_RETRY_AFTER`."""
    value = value.strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER)
    try:
        seconds = parsedate_to_datetime(value).timestamp() - (time.time() if now is None else now)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def _words(found: Any) -> str:
    if isinstance(found, str):
        return found
    if isinstance(found, dict):
        for key in _MESSAGE_KEYS:
            if found.get(key):
                return _words(found[key])
    if isinstance(found, list) and found:
        return "; ".join(filter(None, map(_words, found[:3])))
    return ""


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    return beginning(text, _MESSAGE)


def _says_not_running(status: int, said: str) -> bool:
    """409 is an assumption; so are the words, which count with any other error but the rate limit."""
    if status == HTTPStatus.CONFLICT:
        return True
    return (
        status >= HTTPStatus.BAD_REQUEST and status != HTTPStatus.TOO_MANY_REQUESTS and bool(_NOT_RUNNING.search(said))
    )


def _says_unknown(status: int, said: str, body: bytes) -> bool:
    """A page with 404 is another server's; words count with any other refusal."""
    if status == HTTPStatus.NOT_FOUND:
        return not body.lstrip().startswith(b"<")
    refusal = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    return refusal and status != HTTPStatus.TOO_MANY_REQUESTS and bool(_UNKNOWN.search(said))


def _kind(status: int, said: str, body: bytes, service: str) -> ErrorKind:
    if status in _AUTH:
        return "platform_auth"
    if service and _says_not_running(status, said):
        return "not_running"
    if service and _says_unknown(status, said, body):
        return "unknown_service"
    return "platform_refused"


def _sentence(kind: ErrorKind, status: int, said: str, service: str) -> str:
    base = {
        "platform_auth": "the platform refused the credential"
        if status == HTTPStatus.UNAUTHORIZED
        else "the platform does not allow this",
        "not_running": f"the service {service!r} is not running",
        "unknown_service": f"the platform knows no service {service!r} in this team",
    }.get(kind, "the platform refused the call")
    if kind == "platform_refused" and 300 <= status < 400:  # noqa: PLR2004 - a redirect
        base = "the platform answered with a redirect, which is never followed"
    elif kind == "platform_refused" and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        base = "the platform failed"
    elif kind == "platform_refused" and status == HTTPStatus.TOO_MANY_REQUESTS:
        base = "the platform limits the rate of calls"
    if base.lower() in said.lower():
        return f"{said} ({status})"
    return f"{base} ({status}): {said}" if said else f"{base} ({status})"


def _may_have_run(status: int, wait: float | None) -> bool:
    """Whether the call may have gone on to the container; 503 with a time to come back turns it away before that."""
    if status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
        return False
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR


_HINTS: dict[int, str] = {
    HTTPStatus.NOT_FOUND: CHECK_URL,
    HTTPStatus.METHOD_NOT_ALLOWED: CHECK_URL,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is larger than the platform takes",
}


def _hint(kind: ErrorKind, status: int, said: str, headers: Mapping[str, str], credential: str) -> str:
    if kind == "platform_auth":
        return _auth_hint(status, credential)
    if kind == "not_running":
        return "start the service, or wait until its state is running"
    if kind == "unknown_service":
        return "check the slug, the team and the base URL"
    return _refused_hint(status, said, headers)


def _refused_hint(status: int, said: str, headers: Mapping[str, str]) -> str:
    if 300 <= status < 400:  # noqa: PLR2004 - a redirect
        location = headers.get("location", "")
        return f"it points to {location}; if the platform moved, change the base URL" if location else ""
    wait = retry_after(headers.get("retry-after", ""))
    if wait is not None and not _may_have_run(status, wait):
        return f"wait {wait:.0f} s, then send it again"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "wait a little, then send it again"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "it may be over soon; the container may have run the call, so look there before sending it again"
    if status == HTTPStatus.BAD_REQUEST and _TEAM.search(said):
        return "set the team: team in the collection or the profile, --team, or CYBERUN_TEAM_ID"
    return _HINTS.get(status, "")


def _auth_hint(status: int, credential: str) -> str:
    if not credential:
        return "no credential is set: sign in, or set CYBERUN_API_KEY"
    if status == HTTPStatus.FORBIDDEN:
        return "invoking needs the Member role or above; check the role, the team and the licence"
    if credential == "jwt":
        return "access tokens live an hour: sign in again"
    if credential == "unknown":
        return "it is no sk- or dk- key and no access token; an ak- key is for agents and does not call services"
    return "check that the key is complete, still valid, and for this platform"
