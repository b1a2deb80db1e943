"""The border between the gateway and a container: one request, one answer, whether it is built in or far away.

Invoke and proxy hand the same `ContainerRequest` to the same `Container`; a container knows neither of them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from multidict import CIMultiDict

Stream: TypeAlias = AsyncGenerator[bytes, None]
"""A body as it comes in; whoever reads it closes it."""

Headers: TypeAlias = list[tuple[str, str]]
"""Name and value pairs, as the container wrote them, repeats kept."""

HOP_BY_HOP = frozenset({"host", "connection", "upgrade", "transfer-encoding", "te", "trailer"})
"""Request headers that are stripped (CYBERUN-API.md, 1)."""

_CONNECTION = frozenset(
    {"connection", "upgrade", "transfer-encoding", "te", "trailer", "keep-alive", "proxy-connection"}
)
"""Headers about a connection, not about a message (RFC 9110, 7.6.1)."""


class ContainerUnreachableError(Exception):
    """The container did not take the call, or broke off its answer; the text says how."""


class ContainerTimeoutError(Exception):
    """The container took too long."""


class TooLargeError(Exception):
    """The answer is larger than the reader takes."""


class ContainerRequest:
    """One request as it reaches a container.

    Attributes:
        method: as the caller wrote it.
        target: path and query, exactly as the caller wrote them.
        headers: without hop-by-hop ones.
        body: the whole body, or a stream of it.
        length: bytes of the body, None when it is not known before.
    """

    __slots__ = ("body", "headers", "length", "method", "target")

    def __init__(
        self,
        method: str,
        target: str,
        headers: CIMultiDict[str],
        body: bytes | Stream = b"",
        length: int | None = None,
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.length = len(body) if isinstance(body, bytes) else length

    async def read(self) -> bytes:
        """The whole body."""
        if not isinstance(self.body, bytes):
            self.body = b"".join([chunk async for chunk in self.body])
        return self.body

    async def chunks(self) -> Stream:
        """The body as it comes in."""
        if isinstance(self.body, bytes):
            if self.body:
                yield self.body
            return
        async for chunk in self.body:
            yield chunk


class ContainerResponse:
    """A container's answer: status, headers, and the whole body or a stream of it.

    Whoever gets one closes it.

    Attributes:
        reason: the words after the status, None for the usual ones.
    """

    __slots__ = ("_release", "body", "headers", "reason", "status")

    def __init__(
        self,
        status: int,
        headers: Headers,
        body: bytes | Stream = b"",
        *,
        reason: str | None = None,
        release: Callable[[], None] | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.reason = reason
        self._release = release

    async def aclose(self) -> None:
        """Let go of whatever the body comes from."""
        if not isinstance(self.body, bytes):
            await self.body.aclose()
        if self._release is not None:
            self._release()

    async def read(self, limit: int = 0) -> bytes:
        """The whole body.

        Args:
            limit: bytes that are read at most; 0 for all.

        Raises:
            TooLargeError: there is more.
            ContainerUnreachableError: it broke off.
        """
        if isinstance(self.body, bytes):
            if limit and len(self.body) > limit:
                raise TooLargeError
            return self.body
        read: list[bytes] = []
        size = 0
        async for chunk in self.body:
            read.append(chunk)
            size += len(chunk)
            if limit and size > limit:
                raise TooLargeError
        return b"".join(read)


Container: TypeAlias = Callable[[ContainerRequest], Awaitable[ContainerResponse]]
"""Answers one request. An exception other than those above is a defect of the container: the caller sees its 500."""


def end_to_end(headers: Headers) -> Headers:
    """The headers of an answer that go on to the caller."""
    dropped = _CONNECTION
    for name, value in headers:
        if name.lower() == "connection":
            dropped = dropped | {word.strip().lower() for word in value.split(",")}
    return [(name, value) for name, value in headers if name.lower() not in dropped]
