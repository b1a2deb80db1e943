"""`ANY /r/containers/{serviceSlug}/*`: a request handed through, streamed both ways (CYBERUN-API.md, 2).

The platform takes `Authorization` and `X-Team-ID` of the call for itself; the rest goes in as it came, except for
hop-by-hop headers, and comes out as the container gave it. Upgrades (WebSocket) are not handed through.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING

from aiohttp import web
from multidict import CIMultiDict

from workbench.gateway.calls import RecordedCall
from workbench.gateway.container import (
    HOP_BY_HOP,
    ContainerRequest,
    ContainerResponse,
    ContainerTimeoutError,
    ContainerUnreachableError,
    Stream,
    end_to_end,
)
from workbench.gateway.envelope import METHODS
from workbench.gateway.errors import Refusal
from workbench.gateway.reach import answer_of, log, running_service, timed_out, unreachable
from workbench.gateway.web import PLATFORM, caller_of, team_of

if TYPE_CHECKING:
    from workbench.gateway.catalog import Service

_TAKEN = HOP_BY_HOP | {"authorization", "x-team-id", "expect", "keep-alive", "proxy-connection", "proxy-authorization"}
_PREFIX = "/r/containers/"
_BODYLESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_NEVER = frozenset({"CONNECT", "TRACE"})


class Passed(web.StreamResponse):
    """An answer on its way from a container to the caller; `strip_defaults` keeps it as the container wrote it.

    Attributes:
        given: names of the headers that the container wrote.
    """

    def __init__(self, response: ContainerResponse) -> None:
        headers = CIMultiDict(end_to_end(response.headers))
        super().__init__(status=response.status, reason=response.reason, headers=headers)
        self.given = headers.copy()


async def strip_defaults(_: web.Request, response: web.StreamResponse) -> None:
    """Take off the headers that aiohttp adds by itself, right before they are sent (a signal handler)."""
    if isinstance(response, Passed):
        for name in ("Server", "Date", "Content-Type"):
            if name not in response.given:
                response.headers.popall(name, None)


async def proxy(request: web.Request) -> web.StreamResponse:
    """Hand one request through, and remember it."""
    slug, target = request.match_info["service_slug"], target_of(request.raw_path)
    call = RecordedCall(
        route="proxy",
        slug=slug,
        authorization=request.headers.get("Authorization", ""),
        team_id=request.headers.get("X-Team-ID", ""),
        method=request.method,
        path=target,
    )
    request.app[PLATFORM].calls.add(call)
    try:
        service = _service(request, slug)
        inner = ContainerRequest(request.method, target, _headers(request), _body(request), request.content_length)
        call.headers = list(inner.headers.items())
        response = await _answer(request, service, inner)
    except Refusal as refusal:
        call.platform_status = refusal.status
        raise
    call.platform_status = response.status
    try:
        return await _pass_on(request, response)
    finally:
        await response.aclose()


def target_of(raw: str) -> str:
    """The target for the container, exactly as it was written, out of the raw target of the call."""
    _, slash, rest = raw.partition(_PREFIX)[2].partition("/")
    return slash + rest


def _service(request: web.Request, slug: str) -> Service:
    platform = request.app[PLATFORM]
    any_method = platform.switches.proxy_methods == "any"
    if request.method in _NEVER if any_method else request.method not in METHODS:
        allowed = ", ".join(METHODS)
        message = f"{request.method} is not handed through: expected one of {allowed}"
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, message, {"Allow": allowed})
    caller = caller_of(request)
    team = team_of(request, caller)
    platform.accounts.check_may_call(caller, team)
    return running_service(platform, team, slug)


def _headers(request: web.Request) -> CIMultiDict[str]:
    named = {word.strip().lower() for value in request.headers.getall("Connection", []) for word in value.split(",")}
    taken = _TAKEN | named
    return CIMultiDict((name, value) for name, value in request.headers.items() if name.lower() not in taken)


def _body(request: web.Request) -> bytes | Stream:
    return _chunks(request) if request.can_read_body else b""


async def _chunks(request: web.Request) -> Stream:
    async for chunk in request.content.iter_any():
        yield chunk


async def _answer(request: web.Request, service: Service, inner: ContainerRequest) -> ContainerResponse:
    switches = request.app[PLATFORM].switches
    try:
        async with asyncio.timeout(switches.container_timeout):
            return await answer_of(service, inner)
    except (TimeoutError, ContainerTimeoutError) as error:
        raise timed_out(switches) from error
    except ContainerUnreachableError as error:
        raise unreachable(error, switches) from error


async def _pass_on(request: web.Request, response: ContainerResponse) -> web.StreamResponse:
    passed = _begin(response, request.method)
    try:
        await passed.prepare(request)
        if not _is_bodyless(request.method, response.status):
            await _write_body(passed, response)
        await passed.write_eof()
    except ConnectionError:
        log.debug("the caller hung up on %s", request.path)
    except Exception as error:  # noqa: BLE001 - the head is out already: all that is left is to break off visibly
        log.warning("%s %s broke off: %s", request.method, request.path, error)
        if request.transport is not None:
            request.transport.abort()
    return passed


async def _write_body(passed: Passed, response: ContainerResponse) -> None:
    if isinstance(response.body, bytes):
        await passed.write(response.body)
        return
    async for chunk in response.body:
        await passed.write(chunk)


def _begin(response: ContainerResponse, method: str) -> Passed:
    passed = Passed(response)
    has_body = not _is_bodyless(method, response.status)
    if has_body and isinstance(response.body, bytes) and "Content-Length" not in passed.headers:
        passed.content_length = len(response.body)
    return passed


def _is_bodyless(method: str, status: int) -> bool:
    """Whether an answer has no body, whatever its headers say (RFC 9110, 6.4.1)."""
    return method == "HEAD" or status in _BODYLESS
