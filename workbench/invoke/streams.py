"""Bodies that stream through the proxy faces: answers out, uploads in, for asynchronous and synchronous clients.

The types differ by library, so `AsyncAnswer` and `SyncAnswer` get httpx's or httpx2's stream class as a second base.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

from workbench.invoke.portal import portal
from workbench.model.errors import WorkbenchError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from workbench.invoke.call import Call
    from workbench.invoke.core import Core

_SPENT = object()


class Answer:
    """A streamed body: chunks as they come, foreign exceptions translated."""

    def __init__(
        self, core: Core, response: httpx.Response, call: Call, translate: Callable[[WorkbenchError], Exception]
    ) -> None:
        self._core = core
        self._response = response
        self._call = call
        self._translate = translate

    async def chunks(self) -> AsyncIterator[bytes]:
        """The pieces, still encoded, until the end."""
        try:
            async with self._core.border.within(None, self._call):
                async for chunk in self._response.stream:  # type: ignore[union-attr]  # an async transport's stream
                    yield chunk
        except WorkbenchError as error:
            raise self._translate(error) from error

    async def aclose(self) -> None:
        """Give the connection back, or close it."""
        await self._response.aclose()


class AsyncAnswer:
    """The body of a proxied answer for an asynchronous client."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.chunks():
            yield chunk

    async def aclose(self) -> None:
        """Give the connection back, or close it."""
        await self._answer.aclose()


class SyncAnswer:
    """The body of a proxied answer for a synchronous client; each chunk is fetched on the background loop."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        chunks = self._answer.chunks()

        async def following() -> bytes | None:
            return await anext(chunks, None)

        while (chunk := portal().run(following())) is not None:
            yield chunk

    def close(self) -> None:
        """Give the connection back, or close it."""
        portal().run(self._answer.aclose())


class _Upload(httpx.AsyncByteStream):
    """A request body that is read while it is sent; that of a synchronous client in a thread."""

    def __init__(self, stream: Any, *, sync: bool) -> None:
        self._stream = stream
        self._sync = sync

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if not self._sync:
            async for chunk in self._stream:
                yield chunk
            return
        chunks = iter(self._stream)
        while (chunk := await asyncio.to_thread(next, chunks, _SPENT)) is not _SPENT:
            yield chunk


def upload(request: Any, lib: Any, *, sync: bool) -> bytes | httpx.AsyncByteStream:
    """The body of a face's request: whole where it is in memory, else a stream."""
    try:
        content: bytes = request.content
    except lib.RequestNotRead:
        return _Upload(request.stream, sync=sync)
    return content
