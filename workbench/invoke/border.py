"""The border of the network: a call is sent, read and closed within its time, or ends as a `PlatformError`.

What is foreign is told by `errors` and `refusals`; a bug passes as it is. No failure that leaves here holds the
credential, whatever the other side echoed.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, TypeVar

import msgspec

from workbench.invoke.errors import failure_of, raised_by_body, timeout_failure
from workbench.invoke.refusals import failure_of_status
from workbench.model.errors import Failure, PlatformError, WorkbenchError
from workbench.model.secrets import Redactor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from types import TracebackType

    import httpx

    from workbench.invoke.call import Call
    from workbench.invoke.credentials import Credential

T = TypeVar("T")

Headers = tuple[tuple[str, str], ...]


class Border:
    """The border towards one platform; `host` is what messages call it."""

    def __init__(self, host: str, credential: Credential | None) -> None:
        self.host = host
        self._kind = ""
        self._redactor = Redactor()
        self.use(credential)

    def use(self, credential: Credential | None) -> None:
        """Another credential takes the place of the one before, which stays hidden too."""
        self._kind = credential.kind if credential else ""
        if credential is not None:
            self._redactor.add(credential.secret)

    async def run(
        self,
        inner: httpx.AsyncBaseTransport,
        request: httpx.Request,
        call: Call,
        total: float,
        consume: Callable[[httpx.Response], Awaitable[T]],
    ) -> tuple[httpx.Response, T]:
        """Send, let `consume` read, and close, within `total` seconds.

        Raises:
            PlatformError: for all that goes wrong outside; `asyncio.CancelledError` passes.
        """
        async with self.within(total, call):
            response = await inner.handle_async_request(request)
            try:
                taken = await consume(response)
            finally:
                await close(response)
        return response, taken

    def within(self, total: float | None, call: Call) -> _Within:
        """An async context in which what goes wrong outside, and `total` seconds that pass, become `PlatformError`."""
        return _Within(self, total, call)

    def foreign(self, error: Exception, call: Call) -> BaseException:
        """The `PlatformError` for an exception; one of ours, the caller's own, and a bug pass as they are."""
        if isinstance(error, WorkbenchError):
            return error
        if isinstance(error, zlib.error):
            return self.error(unusable("the platform's reply is not the gzip it says it is"))
        inner = raised_by_body(error)
        if inner is not None:
            return inner
        failure = failure_of(error, host=self.host, sent=call.sent)
        return error if failure is None else self.error(failure)

    def error(self, failure: Failure) -> PlatformError:
        """The failure as an exception, without the credential."""
        redact = self._redactor.redact
        return PlatformError(
            msgspec.structs.replace(
                failure,
                message=redact(failure.message),
                hint=redact(failure.hint),
                detail=redact(failure.detail),
            )
        )

    def refused(self, status: int, headers: Headers, body: bytes, service: str) -> PlatformError:
        """What the platform's own answer means."""
        lower = {name.lower(): value for name, value in headers}
        return self.error(failure_of_status(status, lower, body, service=service, credential=self._kind))


class _Within:
    """The time limit and the border around a part of a call."""

    __slots__ = ("_border", "_call", "_scope", "_total")

    def __init__(self, border: Border, total: float | None, call: Call) -> None:
        self._border = border
        self._total = total
        self._call = call
        self._scope = asyncio.timeout(total)

    async def __aenter__(self) -> None:
        await self._scope.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._scope.__aexit__(kind, error, trace)
        except TimeoutError:
            failure = timeout_failure(self._total or 0.0, host=self._border.host, sent=self._call.sent)
            raise self._border.error(failure) from error
        if isinstance(error, Exception):
            ours = self._border.foreign(error, self._call)
            if ours is not error:
                raise ours from (error if isinstance(ours, WorkbenchError) else None)


def unusable(message: str, *, status: int | None = None, hint: str = "", detail: str = "") -> Failure:
    """The failure of an answer that came and cannot be used; the container has run."""
    return Failure(
        kind="envelope",
        message=message,
        layer="platform",
        platform_status=status,
        hint=hint,
        detail=detail,
        in_doubt=True,
    )


def text_headers(raw: Sequence[tuple[bytes, bytes]]) -> Headers:
    """Header pairs as texts: UTF-8 where it is, else Latin-1 (RFC 9110, 5.5)."""
    try:
        return tuple([(name.decode(), value.decode()) for name, value in raw])
    except UnicodeDecodeError:
        return tuple((_text(name), _text(value)) for name, value in raw)


async def close(response: httpx.Response) -> None:
    """Give the connection back, or close it when the body was not read to its end."""
    await response.stream.aclose()  # type: ignore[union-attr]  # an async transport's stream


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
