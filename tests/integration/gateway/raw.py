"""Requests written byte by byte, for what no HTTP client would send."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.gateway.server import RunningGateway


async def exchange(gateway: RunningGateway, *lines: str, end: bytes = b"") -> bytes:
    """What comes back to a request whose lines are these (no Host unless there is one): all of it, or up to `end`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
    try:
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))
        await writer.drain()
        async with asyncio.timeout(60):
            return await (reader.readuntil(end) if end else reader.read())
    finally:
        writer.close()
        await writer.wait_closed()


def host(gateway: RunningGateway) -> str:
    """The right `Host` line."""
    return f"Host: 127.0.0.1:{gateway.port}"


def status(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer.split(b" ", 2)[1])
