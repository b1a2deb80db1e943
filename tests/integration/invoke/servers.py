"""Servers on loopback that keep every byte they get and answer as badly as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import json
import queue
import threading
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.envelope import Envelope
from workbench.model.request import Target

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from typing import Self

    from workbench.model.collection import Route

    Handler = Callable[["Server", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

TOKEN = "sk-canary-0123456789"
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.canary"
TEAM = "11111111-2222-3333-4444-555555555555"


class Server:
    """Keeps requests and counts connections.

    Attributes:
        requests: each request as it came: request line, headers, body.
        connections: how many were opened.
        open: how many are open now.
        closed: set when the last open one was closed by the client.
    """

    def __init__(self, handler: Handler, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.closed = asyncio.Event()
        self.port = 0
        self._handler = handler
        self._news = asyncio.Event()
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/api/v1"

    @property
    def posts(self) -> int:
        """How many POST requests came."""
        return sum(request.startswith(b"POST ") for request in self.requests)

    async def seen(self, count: int) -> None:
        """Wait until that many requests have come."""
        async with asyncio.timeout(60):
            while len(self.requests) < count:
                self._news.clear()
                await self._news.wait()

    async def take(self, reader: asyncio.StreamReader) -> bytes:
        """Read one request, keep it and give it back; empty when the client closed."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head)
            lower = head.lower()
            body = b""
            if b"content-length:" in lower:
                body = await reader.readexactly(int(lower.split(b"content-length:")[1].split(b"\r\n")[0]))
            elif b"transfer-encoding: chunked" in lower:
                while not body.endswith(b"0\r\n\r\n"):
                    body += await reader.readuntil(b"\r\n")
            self.requests[-1] = head + body
            self._news.set()
            return self.requests[-1]
        return b""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        self.closed.clear()
        try:
            await self._handler(self, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            if not self.open:
                self.closed.set()
            self._tasks.discard(task)
            writer.close()
            try:
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
            except asyncio.CancelledError:  # the peer does not take what is still to be written
                writer.transport.abort()
                raise

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await _turns()  # a connection that was just accepted gets its task, so that it is closed too
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await _turns()  # what was closed is gone


async def _turns() -> None:
    """More turns of the event loop than asyncio takes to make or to close a connection."""
    for _turn in range(10):
        await asyncio.sleep(0)


@contextlib.contextmanager
def threaded(handler: Handler, *, seconds: float = 120) -> Iterator[str]:
    """The base URL of a server that runs in a thread of its own, for tests that block or have several loops.

    It ends with the context, or after `seconds`.
    """
    found: queue.Queue[str] = queue.Queue()
    done = threading.Event()

    async def serve() -> None:
        async with Server(handler) as server:
            found.put(server.url)
            await asyncio.to_thread(done.wait, seconds)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        yield found.get(timeout=60)
    finally:
        done.set()
        thread.join()


def reply(body: bytes, *, status: str = "200 OK", headers: str = "", length: bool = True) -> bytes:
    """A whole HTTP response."""
    size = f"Content-Length: {len(body)}\r\n" if length else ""
    return f"HTTP/1.1 {status}\r\n{size}{headers}\r\n".encode() + body


def envelope_json(body: bytes = b'{"id": 7}', status: int = 200, headers: dict[str, Any] | None = None) -> bytes:
    """An invoke reply."""
    found = {"status_code": status, "headers": headers or {"Content-Type": "application/json"}}
    return json.dumps({**found, "body_base64": b64encode(body).decode()}).encode()


def answering(*replies: bytes) -> Handler:
    """A handler that gives these replies in turn, over and over, on any number of connections."""
    given = 0

    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal given
        while await server.take(reader):
            writer.write(replies[given % len(replies)])
            given += 1
            await writer.drain()

    return handler


def target(server: Server, *, route: Route = "invoke", service: str = "llm", team: str | None = None) -> Target:
    """A target on that server."""
    return Target(base_url=server.url, service=service, team=team, route=route)


def post(path: str = "/generate", body: bytes | None = b'{"prompt": "x"}') -> Envelope:
    """An envelope with an unsafe method."""
    return Envelope(method="POST", path=path, headers=(("Content-Type", "application/json"),), body=body)


@contextlib.asynccontextmanager
async def connected(
    handler: Handler, *, token: str | None = TOKEN, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[tuple[Server, Connection]]:
    """A server and a connection to it."""
    async with Server(handler, tls=tls) as server:
        credential = Credential(token, base_url=server.url) if token else None
        async with Connection(base_url=server.url, credential=credential, options=WireOptions(**options)) as connection:
            yield server, connection
