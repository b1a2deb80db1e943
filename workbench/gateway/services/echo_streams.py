"""`echo`'s answers that take their time: delays, lines, events, drips, and a body that comes back as it goes in.

Through invoke they arrive whole, since invoke answers with one object; through the proxy part by part.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import msgspec

from workbench.gateway.services.app import ANY, json_response, stream_response

if TYPE_CHECKING:
    from workbench.gateway.container import ContainerResponse, Stream
    from workbench.gateway.services.app import App, Call

MAX_SECONDS = 60
"""The longest `/delay`, `/drip` and pause between parts."""

_MAX_PARTS = 10_000


def add_to(app: App) -> None:
    """Register the routes."""
    app.route(ANY, "/delay/{seconds}")(_delay)
    app.route("GET", "/sse/{count}")(_sse)
    app.route("GET", "/stream/{count}")(_stream)
    app.route("GET", "/drip")(_drip)
    app.route("POST PUT", "/upload")(_upload)
    app.route("POST PUT", "/loop")(_loop)


async def _delay(call: Call) -> ContainerResponse:
    seconds = call.path_number("seconds", low=0, high=MAX_SECONDS)
    await asyncio.sleep(seconds)
    return json_response({"delayed": seconds})


async def _sse(call: Call) -> ContainerResponse:
    count = call.path_whole("count", low=0, high=_MAX_PARTS)
    pause = call.number("pause", 0.05, low=0, high=MAX_SECONDS)

    async def events() -> Stream:
        for number in range(1, count + 1):
            if number > 1:
                await asyncio.sleep(pause)
            data = msgspec.json.encode({"n": number, "of": count})
            yield b"id: %d\nevent: tick\ndata: %b\n\n" % (number, data)

    return stream_response(events(), "text/event-stream")


async def _stream(call: Call) -> ContainerResponse:
    count = call.path_whole("count", low=0, high=_MAX_PARTS)
    pause = call.number("pause", 0, low=0, high=MAX_SECONDS)

    async def lines() -> Stream:
        for number in range(1, count + 1):
            if number > 1:
                await asyncio.sleep(pause)
            yield msgspec.json.encode({"line": number, "text": f"line {number} of {count}"}) + b"\n"

    return stream_response(lines(), "application/x-ndjson")


async def _drip(call: Call) -> ContainerResponse:
    """Bytes one by one, spread over `duration` seconds; the length is known before."""
    size = call.whole("bytes", 10, low=1, high=_MAX_PARTS)
    duration = call.number("duration", 1, low=0, high=MAX_SECONDS)

    async def drops() -> Stream:
        for number in range(size):
            if number:
                await asyncio.sleep(duration / size)
            yield b"*"

    return stream_response(drops(), "application/octet-stream", [("content-length", str(size))])


async def _upload(call: Call) -> ContainerResponse:
    """Takes a body in without keeping it."""
    digest = hashlib.sha256()
    size = parts = 0
    async for chunk in call.request.chunks():
        digest.update(chunk)
        size += len(chunk)
        parts += 1
    return json_response({"size": size, "parts": parts, "sha256": digest.hexdigest()})


async def _loop(call: Call) -> ContainerResponse:
    """Each part of the body comes back at once."""
    kind = call.request.headers.get("content-type", "application/octet-stream")
    return stream_response(call.request.chunks(), kind)
