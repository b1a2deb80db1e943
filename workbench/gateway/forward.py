"""Hands a container's request to a real server, and its answer back: bytes, status and headers as they are.

No redirect is followed, nothing is decompressed, no cookie is kept, no header is added. The only HTTP client here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from workbench.gateway.container import (
    ContainerRequest,
    ContainerResponse,
    ContainerTimeoutError,
    ContainerUnreachableError,
    Headers,
    Stream,
)

if TYPE_CHECKING:
    from workbench.gateway.container import Container

CONNECT_TIMEOUT = 5.0
"""Seconds a connection may take."""

KEEP_ALIVE = 1.0
"""Seconds an idle connection is kept: less than any server's own limit, so that none is found closed."""

_ADDED_BY_THE_CLIENT = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_LINE = 64 << 10
_PIECE = 256 << 10


class Forwarder:
    """The connections to real servers. `start` and `aclose` belong to the gateway's own."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Make the session; nothing is connected yet."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
            skip_auto_headers=_ADDED_BY_THE_CLIENT,
            auto_decompress=False,
            trust_env=False,
            max_line_size=_LINE,
            max_field_size=_LINE,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    def container(self, address: str) -> Container:
        """The container behind an address: scheme, host and port."""
        parts = urlsplit(address)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
        shown = f"[{host}]" if ":" in host else host

        async def forward(request: ContainerRequest) -> ContainerResponse:
            # The whole target stands in `path`, encoded, so that not even an empty query loses its mark.
            url = URL.build(scheme=scheme, host=shown, port=port, path=request.target, encoded=True)
            return await self._send(request, url, address)

        return forward

    async def _send(self, request: ContainerRequest, url: URL, address: str) -> ContainerResponse:
        if self._session is None:
            raise ContainerUnreachableError("the gateway is not running")
        try:
            response = await self._session.request(
                request.method, url, headers=_headers(request), data=_data(request), allow_redirects=False
            )
        except TimeoutError as error:
            raise ContainerTimeoutError(f"{address} did not take the connection in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ContainerUnreachableError(f"{address}: {_why(error)}") from error
        return ContainerResponse(
            response.status,
            _decoded(response.raw_headers),
            _body(response, address),
            reason=response.reason or None,
            release=response.close,
        )


def _headers(request: ContainerRequest) -> list[tuple[str, str]]:
    """The request's headers, with the one length that is right."""
    kept = [(name, value) for name, value in request.headers.items() if name.lower() != "content-length"]
    if request.length is not None and (request.length > _PIECE or not isinstance(request.body, bytes)):
        kept.append(("Content-Length", str(request.length)))
    return kept


def _data(request: ContainerRequest) -> bytes | Stream | None:
    body = request.body
    if isinstance(body, bytes) and len(body) > _PIECE:
        return _pieces(body)
    return body or None


async def _pieces(body: bytes) -> Stream:
    """A large body in pieces, so that other calls get their turn."""
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]


async def _body(response: aiohttp.ClientResponse, address: str) -> Stream:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except (aiohttp.ClientError, OSError) as error:
        raise ContainerUnreachableError(f"{address} broke off its answer: {_why(error)}") from error


def _decoded(pairs: tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Raw headers as text: UTF-8 where it is that, else byte by byte (RFC 9110, 5.5)."""
    return [(_text(name), _text(value)) for name, value in pairs]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _why(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot connect: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"the answer is not HTTP: {error.message}"
    return str(error) or type(error).__name__
