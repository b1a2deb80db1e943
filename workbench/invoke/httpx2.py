"""The same two transports for httpx2 (extra `httpx2`), which the OpenAI, Anthropic and MCP libraries are built on.

The wire underneath is the one of `workbench.invoke.transport`: only the types that go in and come out differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2

from workbench.invoke.faces import InvokeFace, ProxyFace
from workbench.invoke.streams import AsyncAnswer, SyncAnswer

if TYPE_CHECKING:
    from workbench.model.errors import Failure


class InvokeError(httpx2.TransportError):
    """A call that got no usable answer, for users of the httpx2 face.

    Attributes:
        failure: what failed, in which layer, and whether the container may have run the call.
    """

    def __init__(self, message: str, *, failure: Failure, request: httpx2.Request | None = None) -> None:
        super().__init__(message, request=request)
        self.failure = failure


class InvokeTimeout(InvokeError, httpx2.TimeoutException):  # noqa: N818 - httpx2's own names for these have no "Error"
    """A call that took too long."""


class InvokeTransport(InvokeFace, httpx2.AsyncBaseTransport, httpx2.BaseTransport):
    """Calls containers by invoke; see `workbench.invoke.transport.InvokeTransport`."""

    _lib = httpx2
    _error = InvokeError
    _timeout = InvokeTimeout


class _AsyncStream(AsyncAnswer, httpx2.AsyncByteStream):
    """A body that an asynchronous httpx2 client takes."""


class _SyncStream(SyncAnswer, httpx2.SyncByteStream):
    """A body that a synchronous httpx2 client takes."""


class ProxyTransport(ProxyFace, httpx2.AsyncBaseTransport, httpx2.BaseTransport):
    """Calls containers by the transparent proxy, which streams; see `workbench.invoke.transport.ProxyTransport`."""

    _lib = httpx2
    _error = InvokeError
    _timeout = InvokeTimeout
    _streams = (_AsyncStream, _SyncStream)
