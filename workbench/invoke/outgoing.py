"""What a call to one platform starts with: its URL, its headers, its limits; made once and used again.

Here stand the rules of what a credential may do: it goes to its own origin, over plain http to this machine alone, and
with a team where it needs one (CYBERUN-API.md, 1).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from workbench import __version__
from workbench.invoke.addresses import ROUTES, check_slug, clean_base_url, request_target
from workbench.invoke.call import EXTENSION, Call
from workbench.model.envelope import HOP_BY_HOP, SET_BY_THE_GATEWAY, header_problems
from workbench.model.errors import CredentialError, TargetError
from workbench.model.profile import is_loopback, origin

if TYPE_CHECKING:
    from workbench.invoke.credentials import Credential
    from workbench.invoke.wire import WireOptions
    from workbench.model.envelope import Envelope

Pairs = list[tuple[bytes, bytes]]


class _Ready(httpx.Request):
    """A request whose parts are ready: httpx's own constructor costs a fifth of a whole call (PERFORMANCE.md)."""

    def __init__(  # it sets what httpx's sets
        self, method: str, url: httpx.URL, headers: httpx.Headers, content: bytes, extensions: dict[str, Any]
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.extensions = extensions
        self.stream = httpx.ByteStream(content)
        self._content = content

    @property
    def content(self) -> bytes:
        return self._content

    def read(self) -> bytes:
        return self._content

    async def aread(self) -> bytes:
        return self._content


TAKEN_BY_THE_PLATFORM = frozenset({"authorization", "x-team-id"})
"""Headers of a proxied call that are the platform's (CYBERUN-API.md, 2)."""

CONNECTION_HEADERS = HOP_BY_HOP | SET_BY_THE_GATEWAY
"""Headers that belong to one connection and are not handed on (RFC 9110, 7.6.1)."""

_COMMON: Pairs = [
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip"),
    (b"User-Agent", f"cyberun-tui/{__version__}".encode()),
]
_JSON: Pairs = [(b"Content-Type", b"application/json")]


class Outgoing:
    """Makes the requests to one platform; see `workbench.invoke.core.Core` for the arguments."""

    def __init__(self, base_url: str, credential: Credential | None, options: WireOptions) -> None:
        self.base_url = clean_base_url(base_url)
        self._credential = credential
        self._options = options
        self._origin = origin(self.base_url)
        self._base_path = urlsplit(self.base_url).path
        self._base = httpx.URL(self.base_url)
        self._invoke_urls: dict[str, httpx.URL] = {}
        self._invoke_headers: dict[str | None, httpx.Headers] = {}

    def invoke(
        self, service: str, content: bytes, call: Call, *, team: str | None, idle: float | None
    ) -> httpx.Request:
        """The invoke call for an encoded envelope."""
        url = self._invoke_urls.get(service)
        if url is None:
            url = self._invoke_urls[service] = httpx.URL(f"{self.base_url}{ROUTES['invoke']}{check_slug(service)}")
        headers = self._invoke_headers.get(team)
        if headers is None:
            host = (b"Host", self._base.netloc)
            headers = httpx.Headers([host, *self.credential_headers(team), *_COMMON, *_JSON])
            self._invoke_headers[team] = headers
        if self._credential is not None:
            self._credential.authorization(self._origin)
        headers = httpx.Headers(headers)
        headers["Content-Length"] = str(len(content))
        return _Ready("POST", url, headers, content, self.extensions(call, idle))

    def proxied(
        self, service: str, envelope: Envelope, call: Call, *, team: str | None, idle: float | None
    ) -> httpx.Request:
        """The proxied call for an envelope, whose body is in memory."""
        return httpx.Request(
            envelope.method,
            self._base,
            headers=self.proxied_headers([(name.encode(), value.encode()) for name, value in envelope.headers], team),
            content=envelope.body,
            extensions=self.extensions(call, idle, target=self.target(service, envelope.path)),
        )

    def streamed(
        self,
        service: str,
        method: str,
        path: str,
        headers: Pairs,
        body: bytes | httpx.AsyncByteStream,
        call: Call,
        *,
        team: str | None,
        idle: float | None,
    ) -> httpx.Request:
        """The proxied call of a face, whose body may be read as it is sent."""
        length = [(name, value) for name, value in headers if name.lower() == b"content-length"]
        kept = self.proxied_headers(headers, team)
        extensions = self.extensions(call, idle, target=self.target(service, path))
        if isinstance(body, bytes):
            return httpx.Request(method, self._base, headers=kept, content=body, extensions=extensions)
        return httpx.Request(method, self._base, headers=[*kept, *length], stream=body, extensions=extensions)

    def platform(self, method: str, path: str, content: bytes | None, call: Call, *, team: str | None) -> httpx.Request:
        """A call to the platform itself; with content one of the calls of signing in, which have no credential."""
        if content is None:
            headers = [*self.credential_headers(team, need_team=False), *_COMMON]
        else:
            self._check_cleartext()
            headers = [*_COMMON, *_JSON]
        url = httpx.URL(f"{self.base_url}{path}")
        return httpx.Request(method, url, headers=headers, content=content, extensions=self.extensions(call, None))

    def target(self, service: str, path: str) -> bytes:
        """The request target of a proxied call."""
        return request_target(self._base_path, check_slug(service), path)

    def proxied_headers(self, own: Pairs, team: str | None) -> Pairs:
        """The caller's headers without those of the connection and of the platform, and the credential's."""
        dropped = CONNECTION_HEADERS | TAKEN_BY_THE_PLATFORM
        kept = [(name, value) for name, value in own if name.decode("latin-1").lower() not in dropped]
        return [*kept, *self.credential_headers(team)]

    def extensions(self, call: Call, idle: float | None, *, target: bytes | None = None) -> dict[str, Any]:
        """What the wire is told besides the request.

        `idle`: seconds without a byte; None for the options', infinity for none.
        """
        timeout = {
            "connect": self._options.connect_timeout,
            "read": self._options.read_timeout if idle is None else (None if idle == math.inf else idle),
        }
        found: dict[str, Any] = {"timeout": timeout, EXTENSION: call}
        if target is not None:
            found["target"] = target
        return found

    def credential_headers(self, team: str | None, *, need_team: bool = True) -> Pairs:
        """`Authorization`, and `X-Team-ID` for a credential that does not imply its team.

        Raises:
            CredentialError: the credential may not go there.
            TargetError: it needs a team and there is none, or the team's id cannot stand in a header.
        """
        headers: Pairs = []
        kind = ""
        if self._credential is not None:
            kind = self._credential.kind
            self._check_cleartext()
            headers.append((b"Authorization", self._credential.authorization(self._origin)))
        if kind == "jwt" and need_team and not team:
            raise TargetError(
                "no team is set, and an access token needs one",
                hint="set team in the collection or the profile, --team, or CYBERUN_TEAM_ID",
            )
        if team and kind not in {"sk", "dk"}:
            if header_problems("X-Team-ID", team) or not team.isascii():
                raise TargetError(
                    f"the team id {team!r} cannot stand in a header", hint="use the id the platform shows"
                )
            headers.append((b"X-Team-ID", team.encode("ascii")))
        return headers

    def _check_cleartext(self) -> None:
        if self.base_url.startswith("http://") and not self._options.allow_http and not is_loopback(self.base_url):
            raise CredentialError(
                f"no credential is sent to {self._origin}: plain http can be read by anyone on the way",
                hint="use https, or set allow_http = true in the profile",
            )
