"""The invoke call's JSON envelope, both ways; the only place that knows base64 (CYBERUN-API.md, 1).

`build` checks the platform's rules before anything is sent; `encode` and `decode` are the wire's two directions.
Nothing here sends, and nothing here is specific to a front end.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.collection import METHODS
from workbench.model.errors import EnvelopeError
from workbench.model.secrets import Secret, beginning, reveal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.model.request import ResolvedRequest

MAX_PATH = 2048
"""Characters of `path` (CYBERUN-API.md, 1)."""

HOP_BY_HOP = frozenset({"host", "connection", "upgrade", "transfer-encoding", "te", "trailer"})
"""Inner headers the platform strips (CYBERUN-API.md, 1)."""

SET_BY_THE_GATEWAY = frozenset({"content-length", "keep-alive", "proxy-connection", "proxy-authorization"})
"""Inner headers that belong to a connection, so that the container cannot get them as written (RFC 9110, 7.6.1)."""

BODYLESS = frozenset({"GET", "DELETE"})
"""Methods whose `body_base64` the platform wants empty or omitted (CYBERUN-API.md, 1)."""

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_EXCERPT = 300


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request on its way into a container: what goes on the wire, secrets included.

    Attributes:
        method: one of `METHODS`.
        path: begins with one `/`; may hold a query string.
        headers: name and value pairs; a repeated name is joined with a comma where it becomes a JSON object.
        body: the exact bytes; None when there is none.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None

    def __repr__(self) -> str:
        size = len(self.body or b"")
        return f"<Envelope {self.method}, {len(self.headers)} headers, {size} bytes of body>"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The container's answer out of the platform's envelope; header values are one text each, repeats kept apart."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class _WireRequest(msgspec.Struct, omit_defaults=True):
    method: str
    path: str
    headers: dict[str, str] = {}
    body_base64: bytes | None = None


class _WireReply(msgspec.Struct):
    status_code: int
    body_base64: bytes | None = None
    headers: dict[str, Any] | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_WireReply)


def build(request: ResolvedRequest) -> Envelope:
    """The envelope of a resolved request, after every rule of the platform has been checked.

    Raises:
        EnvelopeError: with one sentence for each rule that is broken; nothing was sent.
    """
    body = request.body
    envelope = Envelope(
        method=request.method,
        path=reveal(request.path),
        headers=tuple((name, reveal(value)) for name, value in request.headers),
        body=body.reveal().encode("utf-8") if isinstance(body, Secret) else body,
    )
    check(envelope, invoke=request.target.route == "invoke")
    return envelope


def check(envelope: Envelope, *, invoke: bool = True) -> None:
    """Check the platform's rules for a call (CYBERUN-API.md, 1); the proxy route takes any method and any body.

    Raises:
        EnvelopeError: with one sentence for each rule that is broken.
    """
    problems = [*_method_problems(envelope, invoke=invoke), *path_problems(envelope.path)]
    for name, value in envelope.headers:
        problems.extend(header_problems(name, value))
    if invoke and envelope.body and envelope.method in BODYLESS:
        problems.append(
            f"a {envelope.method} carries no body through invoke: the platform wants body_base64 empty or omitted for "
            'GET and DELETE; remove the body, or set route = "proxy"'
        )
    if problems:
        raise EnvelopeError(problems)


def _method_problems(envelope: Envelope, *, invoke: bool) -> Iterable[str]:
    if invoke and envelope.method not in METHODS:
        yield f"method {envelope.method!r} is not one the platform invokes: expected one of {', '.join(METHODS)}"
    elif not _TOKEN.fullmatch(envelope.method):
        yield f"method {envelope.method!r} is not an HTTP method name"


def path_problems(path: str) -> list[str]:
    """Why the platform's schema would refuse this path: empty when it would not (`^/(?!/)`, at most 2048 characters).

    The path itself is not part of the message beyond its first characters, since it may hold a secret.
    """
    problems = []
    if _ABSOLUTE.match(path):
        problems.append("the path is an absolute URL: give only the part after the host, beginning with one /")
    elif path.startswith("//"):
        problems.append("the path begins with //, which names a host: it must begin with exactly one /")
    elif not path.startswith("/"):
        problems.append("the path must begin with one / (the platform's rule is ^/(?!/))")
    if len(path) > MAX_PATH:
        problems.append(f"the path has {len(path)} characters: the platform takes at most {MAX_PATH}")
    found = _UNPRINTABLE.search(path)
    if found:
        problems.append(f"the path has the character U+{ord(found[0]):04X} at position {found.start() + 1}: encode it")
    return problems


def header_problems(name: str, value: str) -> list[str]:
    """Why a header cannot be sent: a name that is no token, or a line break or other control character in its value."""
    problems = []
    if not _TOKEN.fullmatch(name):
        problems.append(f"header name {name!r} is not valid: letters, digits and !#$%&'*+-.^_`|~ only")
    found = _CONTROL.search(value)
    if found:
        problems.append(
            f"header {name!r} has the control character U+{ord(found[0]):04X} at position {found.start() + 1} "
            "of its value"
        )
    return problems


def header_hints(headers: Iterable[tuple[str, Any]]) -> list[str]:
    """What to know before sending these inner headers: which the gateway strips, or may. Never a reason to block."""
    hints = []
    for name, _ in headers:
        lower = name.lower()
        if lower in HOP_BY_HOP:
            hints.append(f"{name} is a hop-by-hop header: the platform strips it before the container sees it")
        elif lower in SET_BY_THE_GATEWAY:
            hints.append(f"{name} belongs to the connection: the container will not get it as written")
        elif lower == "authorization":
            hints.append(f"{name} is forwarded to the container as it is; some deployments may strip it")
    return hints


def from_base64(text: str) -> bytes:
    """The bytes of a base64 text; white space and line breaks in it do not count.

    Raises:
        ValueError: the text is not base64; the message says what was expected.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise ValueError(f"this is not base64 (A-Z a-z 0-9 + / with = at the end): {error}") from error


def encode(envelope: Envelope) -> bytes:
    """The JSON of the invoke call (CYBERUN-API.md, 1): method, path, headers, and body_base64 when there is a body."""
    headers: dict[str, str] = {}
    seen: dict[str, str] = {}
    for name, value in envelope.headers:
        first = seen.setdefault(name.lower(), name)
        joiner = "; " if name.lower() == "cookie" else ", "
        headers[first] = f"{headers[first]}{joiner}{value}" if first in headers else value
    return _encoder.encode(_WireRequest(envelope.method, envelope.path, headers, envelope.body or None))


def decode(data: bytes) -> Reply:
    """The container's answer out of the platform's reply, taken tolerantly (CYBERUN-API.md, 1).

    Header values may be texts or lists of texts; a missing or null `body_base64` is an empty body.

    Raises:
        EnvelopeError: the reply is not that JSON object; the message says where, and shows how it begins.
    """
    try:
        wire = _decoder.decode(data)
        headers = tuple(_flat_headers(wire.headers or {}))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError([f"the platform's reply is not an invoke envelope: {error}{_begins(data)}"]) from error
    if not 100 <= wire.status_code <= 999:  # noqa: PLR2004 - three digits (RFC 9110, 15)
        raise EnvelopeError([f"the platform's reply has status_code {wire.status_code}: expected three digits"])
    return Reply(
        status=wire.status_code,
        headers=headers,
        body=wire.body_base64 or b"",
    )


def _flat_headers(headers: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in headers.items():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                yield name, item if isinstance(item, str) else msgspec.json.encode(item).decode()


def _begins(data: bytes) -> str:
    if not data:
        return " (it is empty)"
    return f"; it begins {beginning(data, _EXCERPT)!r}"
