"""`POST /r/invoke/{serviceSlug}`: one request into a container, its answer as one JSON object (CYBERUN-API.md, 1)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from workbench.gateway import envelope
from workbench.gateway.calls import KEPT_BODY, RecordedCall
from workbench.gateway.container import (
    ContainerRequest,
    ContainerTimeoutError,
    ContainerUnreachableError,
    Headers,
    TooLargeError,
)
from workbench.gateway.errors import Refusal
from workbench.gateway.reach import answer_of, running_service, timed_out, unreachable
from workbench.gateway.web import JSON, PLATFORM, caller_of, read_body, team_of

if TYPE_CHECKING:
    from workbench.gateway.catalog import Service
    from workbench.gateway.config import Switches


async def invoke(request: web.Request) -> web.Response:
    """Answer one invoke call, and remember it."""
    call = RecordedCall(
        route="invoke",
        slug=request.match_info["service_slug"],
        authorization=request.headers.get("Authorization", ""),
        team_id=request.headers.get("X-Team-ID", ""),
    )
    request.app[PLATFORM].calls.add(call)
    try:
        body = await _invoke(request, call)
    except Refusal as refusal:
        call.platform_status = refusal.status
        raise
    call.platform_status = 200
    return web.Response(body=body, headers=JSON)


async def _invoke(request: web.Request, call: RecordedCall) -> bytes:
    platform = request.app[PLATFORM]
    switches = platform.switches
    caller = caller_of(request)
    team = team_of(request, caller)
    platform.accounts.check_may_call(caller, team)
    inner = envelope.read(await read_body(request), switches)
    _remember(call, inner)
    service = running_service(platform, team, call.slug)
    try:
        async with asyncio.timeout(switches.container_timeout):
            status, headers, body = await _exchange(service, inner, switches)
    except (TimeoutError, ContainerTimeoutError) as error:
        raise timed_out(switches) from error
    except ContainerUnreachableError as error:
        raise unreachable(error, switches) from error
    return envelope.write(status, headers, body, switches)


async def _exchange(service: Service, inner: ContainerRequest, switches: Switches) -> tuple[int, Headers, bytes]:
    response = await answer_of(service, inner)
    try:
        return response.status, response.headers, await response.read(switches.response_limit)
    except TooLargeError as error:
        message = f"the container's answer has more than {switches.response_limit} bytes"
        raise Refusal(switches.unreachable_status, message) from error
    finally:
        await response.aclose()


def _remember(call: RecordedCall, inner: ContainerRequest) -> None:
    body = inner.body if isinstance(inner.body, bytes) else b""
    call.method = inner.method
    call.path = inner.target
    call.headers = list(inner.headers.items())
    call.body = body[:KEPT_BODY]
    call.size = len(body)
