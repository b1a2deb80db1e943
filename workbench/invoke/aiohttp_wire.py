"""The wire: aiohttp under httpx's types, so that a request goes out exactly as it was made and comes back unjudged.

Written on aiohttp's sessions directly: the request target byte for byte, no header that nobody asked for, no second
attempt, no cookies, no redirects, no decompression, a proxy for each URL, TLS settings only where TLS is spoken, a
time limit for names, and the record of the call (`workbench.invoke.call`). Httpx's own pool would cost eight times as
much at 32 calls at once (PERFORMANCE.md). Aiohttp's exceptions pass as they are; `workbench.invoke.errors` knows them.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import select
import socket
from time import perf_counter
from typing import TYPE_CHECKING, Any

import aiohttp
import aiohttp.abc
import httpx
import yarl
from multidict import CIMultiDict

from workbench.invoke.call import EXTENSION, Call
from workbench.invoke.leaving import Spare
from workbench.invoke.observing import CURRENT, ObservedRequest, observer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from workbench.invoke.wire import WireOptions

_ADDED = frozenset({"User-Agent", "Accept", "Accept-Encoding", "Content-Type"})
_KEPT = 256
_LINE = 65536
_IN_ONE_PIECE = 1 << 18
_DISTRUST = 10.0


class Wire(httpx.AsyncBaseTransport):
    """One pool of connections, for one event loop: the first that uses it, or the next one when that is closed."""

    def __init__(self, options: WireOptions) -> None:
        self._options = options
        self._pool: _Pool | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the extensions `timeout`, `target` (bytes) and `workbench.call` are honoured.

        Raises:
            aiohttp.ClientError, OSError, TimeoutError, ssl.SSLError: as they come.
        """
        call = request.extensions.get(EXTENSION)
        if call is None:
            call = Call(detailed=False)
        call.sent = False
        CURRENT.set(call)
        pool = self._pool
        if pool is None or pool.loop is not asyncio.get_running_loop():
            pool = self._new_pool()
        response = await pool.send(request, call)
        call.answered = perf_counter()
        return httpx.Response(
            response.status,
            headers=response.raw_headers,
            stream=_Stream(response),
            request=request,
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": _phrase(response.reason)},
        )

    def _new_pool(self) -> _Pool:
        loop = asyncio.get_running_loop()
        if self._pool is not None and not self._pool.loop.is_closed():
            raise RuntimeError("a transport belongs to one event loop, and this one is in use in another")
        self._pool = _Pool(self._options, loop)
        return self._pool

    async def aclose(self) -> None:
        """Close every connection; the transport can be used again."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()


class _Stream(httpx.AsyncByteStream):
    """A body as it comes, still encoded."""

    __slots__ = ("_response",)

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._response.content
        while chunk := await content.readany():
            yield chunk

    async def aclose(self) -> None:
        """Give the connection back, or close it when there is more to come."""
        response = self._response
        response.release()
        if response.connection is not None:  # the request is still being sent
            await response.wait_for_close()


class _Pool:
    """Two aiohttp sessions that share their connections: with and without observation of the phases."""

    def __init__(self, options: WireOptions, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._options = options
        self._connector = _Connector(
            limit=options.connections,
            keepalive_timeout=options.keepalive,
            resolver=_LimitedResolver(options.connect_timeout),
        )
        self._plain = self._session()
        self._observed = self._session(trace_configs=[observer()])
        self._spare = Spare()
        self._urls: dict[str, yarl.URL] = {}
        self._proxies: dict[str, yarl.URL | None] = {}
        self._timeouts: dict[tuple[float | None, float | None], aiohttp.ClientTimeout] = {}

    def _session(self, **more: Any) -> aiohttp.ClientSession:
        session = aiohttp.ClientSession(
            connector=self._connector,
            connector_owner=False,
            request_class=ObservedRequest,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_line_size=_LINE,
            max_field_size=_LINE,
            **more,
        )
        session._retry_connection = False  # noqa: SLF001 - the one switch for its second attempt on a closed connection
        return session

    async def send(self, request: httpx.Request, call: Call) -> aiohttp.ClientResponse:
        """The response, as soon as its headers are there."""
        base = self._url(str(request.url))
        target = request.extensions.get("target")
        session = self._observed if call.detailed else self._plain
        pairs = _pairs(request.headers.raw)
        data = _body(request)
        call.early = self._spare.count() and type(data) is bytes
        return await session.request(
            request.method,
            base if target is None else _with_target(base, target),
            headers=CIMultiDict(_one_case(pairs) if call.exact else pairs),
            skip_auto_headers=_ADDED if call.exact else None,
            data=data,
            allow_redirects=False,
            timeout=self._timeout(request.extensions.get("timeout", {})),
            ssl=self._options.ssl_context() if base.scheme == "https" else True,
            proxy=self._proxy(base),
        )

    def _url(self, text: str) -> yarl.URL:
        found = self._urls.get(text)
        if found is None:
            if len(self._urls) >= _KEPT:
                self._urls.clear()
            found = self._urls[text] = yarl.URL(text, encoded=True)
        return found

    def _timeout(self, given: dict[str, float | None]) -> aiohttp.ClientTimeout:
        key = (given.get("connect"), given.get("read"))
        found = self._timeouts.get(key)
        if found is None:
            if len(self._timeouts) >= _KEPT:
                self._timeouts.clear()
            found = self._timeouts[key] = aiohttp.ClientTimeout(total=None, sock_connect=key[0], sock_read=key[1])
        return found

    def _proxy(self, url: yarl.URL) -> yarl.URL | None:
        origin = f"{url.scheme}://{url.raw_authority}"
        if origin not in self._proxies:
            found = self._options.proxy_for(origin)
            self._proxies[origin] = yarl.URL(found) if found else None
        return self._proxies[origin]

    async def aclose(self) -> None:
        """Close every connection."""
        await self._plain.close()
        await self._observed.close()
        await self._connector.close()

    def __del__(self) -> None:
        """Who forgets to close a client does not get pages of warnings from below: the connections are closed."""
        if self._plain.closed:
            return
        self._plain.detach()
        self._observed.detach()
        closing = _close(self._connector)
        try:
            self.loop.call_soon_threadsafe(self.loop.create_task, closing)
        except RuntimeError:  # the loop is closed and so are the connections: nothing is left to wait for
            with contextlib.suppress(StopIteration):
                closing.send(None)
            closing.close()


class _Connector(aiohttp.TCPConnector):
    """Uses no idle connection again on which something has come: the end of it, which the loop has not read yet.

    A platform that closes after its answer without saying so would else get the next call on a dead connection, and
    whether that call was run would be unknown. One that was caught at it gets new connections alone for a while.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._distrusted: dict[Any, float] = {}

    async def _get(self, key: Any, traces: Any) -> Any:
        while (found := await super()._get(key, traces)) is not None:
            now = perf_counter()
            if _has_input(found.transport):
                self._distrusted[key] = now + _DISTRUST
            elif now >= self._distrusted.get(key, 0.0):
                break
            found.close()
        return found


def _has_input(transport: asyncio.Transport | None) -> bool:
    """Whether there is something to read on a connection now, its end included."""
    found = None if transport is None else transport.get_extra_info("socket")
    descriptor = -1 if found is None else found.fileno()
    if descriptor < 0:
        return True
    if hasattr(select, "poll"):
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return bool(waiting.poll(0))
    return bool(select.select([descriptor], [], [], 0)[0])


async def _close(connector: aiohttp.TCPConnector) -> None:
    await connector.close()


class _LimitedResolver(aiohttp.abc.AbstractResolver):
    """The system's resolver with a time limit: names are looked up before aiohttp's own limit for connecting begins."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._system = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        try:
            async with asyncio.timeout(self._limit):
                return await self._system.resolve(host, port, family)
        except TimeoutError as error:
            raise socket.gaierror(socket.EAI_AGAIN, "the name server did not answer in time") from error

    async def close(self) -> None:
        await self._system.close()


def _with_target(base: yarl.URL, target: bytes) -> yarl.URL:
    """The URL whose request target is exactly `target`: all of it stands where yarl keeps the path, which it leaves."""
    return yarl.URL.build(scheme=base.scheme, authority=base.raw_authority, path=_text(target), encoded=True)


def _body(request: httpx.Request) -> Any:
    """The body as aiohttp takes it: a large one as a file, which it writes in pieces and lets others run in between."""
    try:
        content = request.content
    except httpx.RequestNotRead:
        return request.stream
    if len(content) > _IN_ONE_PIECE:
        return io.BytesIO(content)
    return content or None


def _pairs(raw: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Headers as aiohttp takes them; it writes them as UTF-8 again."""
    try:
        return [(name.decode(), value.decode()) for name, value in raw]
    except UnicodeDecodeError:
        return [(_text(name), _text(value)) for name, value in raw]


def _phrase(reason: str | None) -> bytes:
    """The reason phrase as it came; aiohttp keeps bytes that are no UTF-8 as lone surrogates."""
    return (reason or "").encode("utf-8", "surrogateescape")


def _one_case(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Repeats of a name as the first one is written: aiohttp drops the first of two that differ in case alone."""
    first: dict[str, str] = {}
    return [(first.setdefault(name.lower(), name), value) for name, value in pairs]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
