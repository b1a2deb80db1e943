"""How many calls a second `InvokeTransport` makes, beside a plain loop over `httpx.AsyncClient` on the same URL.

Run it with `python -m tests.bench.transport`. The server is a process of its own that answers every POST with the same
envelope at once, so that what is measured is the client. Only the ratio means something on another machine.
"""

from __future__ import annotations

import asyncio
import base64
import multiprocessing
import sys
import time
from typing import TYPE_CHECKING, Any

import httpx

from workbench.invoke import Credential, InvokeTransport, WireOptions
from workbench.model.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection as Pipe

_REPLY = b'{"status_code":200,"headers":{"content-type":"application/json"},"body_base64":"eyJpZCI6N30="}'
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(_REPLY)
_TOKEN = "sk-0123456789abcdef"
GOAL = 10.0
"""PERFORMANCE.md: the invoke transport against a bare `httpx.AsyncClient` loop, 32 at once."""


class _Server(asyncio.Protocol):
    """Just enough HTTP to answer requests whose length is given."""

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            _, _, rest = head.partition(b"content-length:")
            size = end + 4 + int(rest.split(b"\r\n", 1)[0])
            if len(self._buffer) < size:
                return
            self._buffer = self._buffer[size:]
            self._transport.write(_HEAD + _REPLY)


def _serve(pipe: Pipe) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(_Server, "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def _rate(call: Callable[[], Awaitable[object]], count: int, workers: int) -> float:
    left = iter(range(count))

    async def worker() -> None:
        for _ in left:
            await call()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(workers)))
    return count / (time.perf_counter() - began)


async def measure(base_url: str, count: int = 8000) -> list[tuple[str, int, float]]:
    """Rows of name, calls at once, calls per second; the two clients take turns."""
    credential = Credential(_TOKEN, base_url=base_url)
    envelope = Envelope(method="GET", path="/users/7?limit=20", headers=(("accept", "application/json"),))
    rows = []
    for workers in (1, 32):
        async with httpx.AsyncClient() as client:
            headers = {"authorization": f"Bearer {_TOKEN}"}
            wire = {"method": envelope.method, "path": envelope.path, "headers": dict(envelope.headers)}

            async def bare(client: httpx.AsyncClient = client) -> bytes:
                response = await client.post(f"{base_url}/r/invoke/llm", json=wire, headers=headers)  # noqa: B023 - awaited within the round
                return base64.b64decode(response.json()["body_base64"])

            await _rate(bare, count // 40, workers)
            rows.append(("httpx.AsyncClient", workers, await _rate(bare, count // 4, workers)))
        for timing in (False, True):
            options = WireOptions(timing=timing, keepalive=60)
            async with InvokeTransport(base_url=base_url, credential=credential, options=options) as transport:

                async def ours(transport: InvokeTransport = transport) -> object:
                    return await transport.exchange("llm", envelope)

                await _rate(ours, count // 10, workers)
                name = "InvokeTransport, phases timed" if timing else "InvokeTransport"
                rows.append((name, workers, await _rate(ours, count, workers)))
    return rows


def main() -> int:
    """Print the rows and the ratios; 0 when the goal is met, else 1."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        rows = asyncio.run(measure(f"http://127.0.0.1:{ours.recv()}/api/v1"))
    finally:
        server.terminate()
        server.join()
    base = {workers: rate for name, workers, rate in rows if name == "httpx.AsyncClient"}
    reached = 0.0
    for name, workers, rate in rows:
        ratio = rate / base[workers]
        sys.stdout.write(f"{name:32} {workers:3} at once {rate:8.0f}/s  x {ratio:.1f}\n")
        reached = ratio if (name, workers) == ("InvokeTransport", 32) else reached
    sys.stdout.write(f"goal: x {GOAL:.0f} at 32 at once, reached x {reached:.1f}\n")
    return 0 if reached >= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
