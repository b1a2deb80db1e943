"""`InvokeTransport` and `ProxyTransport` for httpx: the host of a URL names the service, the rest is the path on it.

    httpx.AsyncClient(transport=InvokeTransport(base_url=…, credential=…), base_url="http://my-llm")
    httpx.Client(transport=ProxyTransport(base_url=…, credential=…), base_url="http://my-llm")

One class serves both clients. `docs/library.md` has the whole story; `workbench.invoke.faces` has the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from workbench.invoke.faces import InvokeFace, ProxyFace
from workbench.invoke.streams import AsyncAnswer, SyncAnswer

if TYPE_CHECKING:
    from workbench.model.errors import Failure


class InvokeError(httpx.TransportError):
    """A call that got no usable answer, for users of the httpx face.

    Attributes:
        failure: what failed, in which layer, and whether the container may have run the call.
    """

    def __init__(self, message: str, *, failure: Failure, request: httpx.Request | None = None) -> None:
        super().__init__(message, request=request)
        self.failure = failure


class InvokeTimeout(InvokeError, httpx.TimeoutException):  # noqa: N818 - httpx's own names for these have no "Error"
    """A call that took too long."""


class InvokeTransport(InvokeFace, httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Calls containers by invoke (CYBERUN-API.md, 1); see `workbench.invoke.faces.Face` for the arguments.

    The response is the container's; `response.extensions["platform_status"]` and `["platform_headers"]` are those of
    the call to the platform. Whatever is no answer of the container raises `InvokeError`.
    """

    _lib = httpx
    _error = InvokeError
    _timeout = InvokeTimeout


class _AsyncStream(AsyncAnswer, httpx.AsyncByteStream):
    """A body that an asynchronous httpx client takes."""


class _SyncStream(SyncAnswer, httpx.SyncByteStream):
    """A body that a synchronous httpx client takes."""


class ProxyTransport(ProxyFace, httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Calls containers by the transparent proxy (CYBERUN-API.md, 2), which streams.

    The platform takes the `Authorization` header of these calls for the credential, so the client's own is not sent.
    """

    _lib = httpx
    _error = InvokeError
    _timeout = InvokeTimeout
    _streams = (_AsyncStream, _SyncStream)
