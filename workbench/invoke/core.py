"""One call through the gateway, from an envelope to the container's answer; every await on the network starts here.

`Core.exchange` sends by invoke; `Core.forward` by the proxy route and collects the answer; `Core.open` by the proxy
route and hands the answer on as it comes; `Core.platform` talks to the platform itself. They raise `PlatformError` for
what went wrong outside, and `CredentialError`, `TargetError`, `EnvelopeError` for what was refused here before
anything left; nothing foreign. Front ends use `workbench.invoke.connection`.
"""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from workbench.invoke.border import Border, text_headers, unusable
from workbench.invoke.call import Call
from workbench.invoke.errors import failure_of
from workbench.invoke.outgoing import TAKEN_BY_THE_PLATFORM, Outgoing
from workbench.invoke.reading import Body, read
from workbench.invoke.refusals import CHECK_URL, is_platform_error
from workbench.invoke.watching import Watch
from workbench.invoke.wire import make_inner
from workbench.model import envelope as envelopes
from workbench.model.errors import EnvelopeError, PlatformError
from workbench.model.exchange import ServiceResponse
from workbench.model.secrets import beginning

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable

    import httpx

    from workbench.invoke.border import Headers
    from workbench.invoke.credentials import Credential
    from workbench.invoke.wire import WireOptions
    from workbench.model.envelope import Envelope
    from workbench.model.errors import Failure
    from workbench.model.exchange import Timing

ERROR_BODY = 65536
"""Bytes of an error answer that are read."""

_EXCERPT = 2048
_BROKEN = 500
_GZIP = frozenset({b"gzip", b"x-gzip"})
_PLAIN = frozenset({b"", b"identity"})


class Core:
    """Calls to one platform over one inner transport.

    Args:
        base_url: the platform's API.
        credential: None to call without one.
        options: limits and times.
        inner: the httpx transport under this; made from the options when it is first used and none is given.

    Attributes:
        skew: seconds by which the platform's clock is ahead of this machine's, as its last `Date` said; None before.
    """

    def __init__(
        self,
        *,
        base_url: str,
        credential: Credential | None,
        options: WireOptions,
        inner: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.outgoing = Outgoing(base_url, credential, options)
        self.border = Border(urlsplit(self.outgoing.base_url).netloc, credential)
        self.options = options
        self.skew: float | None = None
        self._inner = inner

    def use(self, credential: Credential | None) -> None:
        """Make calls with another credential from now on; those under way end with the one they began with."""
        self.outgoing = Outgoing(self.outgoing.base_url, credential, self.options)
        self.border.use(credential)

    @property
    def inner(self) -> httpx.AsyncBaseTransport:
        """The transport under this."""
        if self._inner is None:
            self._inner = make_inner(self.options)
        return self._inner

    async def aclose(self) -> None:
        """Close the connections."""
        if self._inner is not None:
            await self._inner.aclose()

    async def exchange(
        self,
        service: str,
        envelope: Envelope,
        *,
        team: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - part of the call, and reported as what it is
        idle: float | None = None,
    ) -> ServiceResponse:
        """Send an envelope by invoke (CYBERUN-API.md, 1).

        Args:
            service: the slug.
            envelope: what to send.
            team: the team's id, where the credential does not imply it.
            timeout: seconds for all of it; None for the options'.
            idle: seconds without a byte; None for `timeout`, else the options'.

        Raises:
            EnvelopeError, TargetError, CredentialError: it was not sent.
            PlatformError: there is no usable answer.
        """
        envelopes.check(envelope)
        content = envelopes.encode(envelope)
        call = Call(detailed=self.options.timing)
        request = self.outgoing.invoke(service, content, call, team=team, idle=timeout if idle is None else idle)
        response, body = await self.border.run(self.inner, request, call, self._total(timeout), self._whole)
        call.end()
        status, headers = response.status_code, text_headers(response.headers.raw)
        if not response.is_success:
            raise self.border.refused(status, headers, body.data, service)
        reply = self._reply(body, status)
        return ServiceResponse(
            platform_status=status,
            status=reply.status,
            headers=reply.headers,
            body=reply.body,
            platform_headers=headers,
            timing=call.timing(bytes_sent=len(content), bytes_received=body.wire),
            reply=body.data if self.options.keep_reply else b"",
        )

    async def forward(
        self,
        service: str,
        envelope: Envelope,
        *,
        team: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as in `exchange`
        on_start: Callable[[int, Headers], None] | None = None,
        on_chunk: Callable[[bytes], None] | None = None,
        watch: Watch | None = None,
    ) -> ServiceResponse:
        """Send an envelope by the proxy route and collect the answer up to the limit (CYBERUN-API.md, 2).

        `on_start` gets status and headers, `on_chunk` each piece of the body, as they come; `watch` does so in place of
        both and can halt it. An answer that stops in the middle, or is halted there, is an answer, with `truncated`
        set.

        Raises:
            as `exchange`.
        """
        envelopes.check(envelope, invoke=False)
        call = Call(detailed=self.options.timing, exact=True)
        request = self.outgoing.proxied(service, envelope, call, team=team, idle=timeout)

        seen = watch or Watch(on_chunk, on_start)

        async def consume(response: httpx.Response) -> tuple[Body, str]:
            seen.start(response.status_code, text_headers(response.headers.raw), call.began)
            reading = self._as_it_comes(response, call, seen)
            if watch is None:
                return await reading
            return await watch.until_halted(reading) or _broken_off(seen, "it was stopped on request")

        response, (body, notice) = await self.border.run(self.inner, request, call, self._total(timeout), consume)
        call.end()
        if is_platform_error(response.status_code, body.data):
            raise self.border.refused(response.status_code, text_headers(response.headers.raw), body.data, service)
        timing = call.timing(bytes_sent=len(envelope.body or b""), bytes_received=body.wire)
        answer = _passed_on(response, body, timing, notice or _not_sent(envelope))
        return msgspec.structs.replace(answer, arrivals=tuple(seen.arrivals)) if seen.arrivals else answer

    async def open(self, request: httpx.Request, call: Call, *, timeout: float) -> httpx.Response:  # noqa: ASYNC109
        """Send a proxied request and give the answer when its headers are there; the caller reads and closes it.

        Raises:
            as `exchange`; the limit for the whole covers the part until the headers.
        """
        async with self.border.within(timeout, call):
            return await self.inner.handle_async_request(request)

    async def platform(
        self, path: str, *, team: str | None = None, service: str = "", content: bytes | None = None
    ) -> bytes:
        """The body of one of the platform's own resources: a GET, or with content one of the calls of signing in.

        Raises:
            PlatformError: never in doubt, since no container is called.
        """
        call = Call(detailed=False)
        method = "GET" if content is None else "POST"
        request = self.outgoing.platform(method, path, content, call, team=team)
        try:
            response, body = await self.border.run(self.inner, request, call, self.options.timeout, self._whole)
            self.skew = _skew(response.headers.get("date", ""), self.skew)
            if not response.is_success:
                raise self.border.refused(response.status_code, text_headers(response.headers.raw), body.data, service)
            self._check_complete(body, response.status_code)
        except PlatformError as error:
            raise PlatformError(_no_container(error.failure)) from error
        return body.data

    async def _whole(self, response: httpx.Response) -> Body:
        """The platform's body, decompressed when it is gzip; of an error only the beginning."""
        coding = next((v for k, v in response.headers.raw if k.lower() == b"content-encoding"), b"").strip()
        name = coding.decode("latin-1")
        coding = coding.lower()
        if response.is_success and coding not in _GZIP and coding not in _PLAIN:
            raise PlatformError(
                unusable(f"the platform's reply has the content coding {name!r}: only gzip was asked for")
            )
        limit = self.options.max_reply if response.is_success else ERROR_BODY
        stream: AsyncIterable[bytes] = response.stream  # type: ignore[assignment]  # an async transport's
        return await read(stream, limit, gzip=coding in _GZIP, json=response.is_success)

    async def _as_it_comes(self, response: httpx.Response, call: Call, seen: Watch) -> tuple[Body, str]:
        stream: AsyncIterable[bytes] = response.stream  # type: ignore[assignment]  # as above
        try:
            body = await read(stream, self.options.max_reply, on_chunk=seen.take)
        except Exception as error:  # a connection that breaks here leaves a part of an answer
            failure = failure_of(error, host=self.border.host, sent=call.sent)
            if failure is None or failure.kind != "connect":
                raise
            return _broken_off(seen, "the connection was closed")
        return body, f"the body was cut at {self.options.max_reply} bytes (max_reply)" if body.cut else ""

    def _reply(self, body: Body, status: int) -> envelopes.Reply:
        self._check_complete(body, status)
        try:
            return envelopes.decode(body.data)
        except EnvelopeError as error:
            excerpt = beginning(body.data, _EXCERPT)
            raise self.border.error(unusable(error.message, status=status, hint=CHECK_URL, detail=excerpt)) from error

    def _check_complete(self, body: Body, status: int) -> None:
        if body.cut:
            message = f"the platform's reply is larger than {self.options.max_reply} bytes"
            hint = "raise max_reply in the profile, or use the proxy route"
            raise PlatformError(unusable(message, status=status, hint=hint))
        if body.ended_early:
            raise PlatformError(unusable("the platform's compressed reply ends early: it is truncated", status=status))

    def _total(self, timeout: float | None) -> float:
        return self.options.timeout if timeout is None else timeout


def _broken_off(seen: Watch, why: str) -> tuple[Body, str]:
    """What has come of a body that comes no further."""
    data = seen.body
    return Body(data, len(data), ended_early=True), f"the body ended early: {why}"


def _passed_on(response: httpx.Response, body: Body, timing: Timing, notice: str) -> ServiceResponse:
    """The answer of the proxy route, whose one status is both."""
    headers = text_headers(response.headers.raw)
    return ServiceResponse(
        platform_status=response.status_code,
        status=response.status_code,
        headers=headers,
        body=body.data,
        platform_headers=headers,
        timing=timing,
        truncated=body.cut or body.ended_early,
        notice=notice,
    )


def _no_container(failure: Failure) -> Failure:
    """The failure of a question to the platform itself, which no container can have run."""
    broke_off = failure.in_doubt and failure.kind in ("connect", "timeout")
    if broke_off or (failure.platform_status or 0) >= _BROKEN:
        failure = msgspec.structs.replace(failure, hint="try it again; if it goes on, look whether the platform is up")
    return msgspec.structs.replace(failure, in_doubt=False)


def _skew(date: str, before: float | None) -> float | None:
    """How far a `Date` header (RFC 9110, 6.6.1) is ahead of this machine's clock; `before` where it says nothing.

    The header has whole seconds, so that anything within one is no difference.
    """
    try:
        ahead = parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return before
    return max(ahead, 0.0) + min(ahead + 1.0, 0.0)


def _not_sent(envelope: Envelope) -> str:
    dropped = [name for name, _ in envelope.headers if name.lower() in TAKEN_BY_THE_PLATFORM]
    return f"{', '.join(dropped)} was not sent: on the proxy route the platform takes it for itself" if dropped else ""
