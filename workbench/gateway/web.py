"""What every handler shares: the platform, who calls, JSON in and out, and the outermost middleware.

The middleware turns refusals and aiohttp's own errors into `{"error_message": …}`, and keeps strangers out: a foreign
`Host` (DNS rebinding) and every request of a page in a browser (`Origin`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec
from aiohttp import HttpVersion11, web

from workbench.gateway.errors import Refusal
from workbench.gateway.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.gateway.accounts import Caller
    from workbench.gateway.config import Team

PLATFORM = web.AppKey("platform", Platform)
BASE = "/api/v1"
"""The path below which the platform's calls stand."""

MAX_BODY = 256 << 20
"""Bytes of the largest request body that is read whole."""

TOO_LARGE = "the request body is too large"
JSON = {"Content-Type": "application/json"}
_HTTP_PORT = 80

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = TypeVar("Body")

log = logging.getLogger("workbench.gateway")


@web.middleware
async def border(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Guard the way in, and give every error the platform's shape on the way out."""
    try:
        refuse_strangers(request)
        latency = request.app[PLATFORM].switches.latency
        if latency:
            await asyncio.sleep(latency)
        return await handler(request)
    except Refusal as refusal:
        return error_response(refusal.status, refusal.message, refusal.headers)
    except web.HTTPException as error:
        return http_error_response(error)
    except ConnectionError:
        raise
    except Exception:  # a defect of the gateway: the caller gets the platform's error shape, the log the traceback
        log.exception("%s %s failed", request.method, request.path)
        return error_response(
            HTTPStatus.INTERNAL_SERVER_ERROR, "the local gateway has a defect; its log has the details"
        )


def refuse_strangers(request: web.Request) -> None:
    """Refuse (403) a `Host` that is not this machine's with this port, and any `Origin`."""
    if "Origin" in request.headers:
        raise Refusal(HTTPStatus.FORBIDDEN, "requests from web pages (with an Origin header) are refused")
    target = request.raw_path
    hosts = request.headers.getall("Host", [])
    if not target.startswith("/") and "://" in target:
        hosts.append(urlsplit(target).netloc)
    for host in hosts or [""]:
        if not is_local(host, request):
            raise Refusal(
                HTTPStatus.FORBIDDEN, f"the Host {host[:80]!r} is not this gateway's; use 127.0.0.1 with its port"
            )


def is_local(host: str, request: web.Request) -> bool:
    """Whether a `Host` names this gateway: this machine, with the port that the request came in at."""
    name, colon, port = host.lower().rpartition(":")
    if not colon or name.startswith("[") != name.endswith("]"):
        name, port = host.lower(), str(_HTTP_PORT)
    if name not in ("127.0.0.1", "localhost", "[::1]") or request.transport is None:
        return False
    return port == str(request.transport.get_extra_info("sockname")[1])


def error_response(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The platform's error (CYBERUN-API.md, 6)."""
    body = msgspec.json.encode({"error_message": message})
    return web.Response(status=status, body=body, headers={**JSON, **(headers or {})})


def http_error_response(error: web.HTTPException) -> web.Response:
    """One of aiohttp's own errors in the platform's shape, with the `Allow` it may carry."""
    allowed = error.headers.get("Allow")
    words = {
        HTTPStatus.NOT_FOUND: "there is nothing at this address",
        HTTPStatus.METHOD_NOT_ALLOWED: f"this address takes {allowed} only",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE,
    }
    message = words.get(HTTPStatus(error.status), error.reason)
    return error_response(error.status, message, {"Allow": allowed} if allowed else None)


def json_response(value: object, status: int = HTTPStatus.OK) -> web.Response:
    """A document of the platform."""
    return web.Response(status=status, body=msgspec.json.encode(value), headers=JSON)


def caller_of(request: web.Request) -> Caller:
    """Who calls, counted against the rate limit.

    Raises:
        Refusal: 401, 403 or 429.
    """
    platform = request.app[PLATFORM]
    caller = platform.accounts.authenticate(request.headers.get("Authorization"))
    platform.limit_rate(caller)
    return caller


def team_of(request: web.Request, caller: Caller) -> Team:
    """The team the call is for; `Refusal` 400, or the switch's status, when there is none."""
    platform = request.app[PLATFORM]
    named = request.headers.get("X-Team-ID")
    return platform.accounts.team_of(caller, named, foreign=platform.switches.foreign_team_status)


async def read_body(request: web.Request) -> bytes:
    """The request's whole body; `Refusal` 413 at once when it says that it is too large."""
    if (request.content_length or 0) > MAX_BODY:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
    return await request.read()


async def expect(request: web.Request) -> web.StreamResponse | None:
    """Answer `Expect: 100-continue` with leave to go on; any other expectation is 417 (RFC 9110, 10.1.1)."""
    if request.version < HttpVersion11:
        return None
    if request.headers.get("Expect", "").lower() != "100-continue":
        return error_response(HTTPStatus.EXPECTATION_FAILED, "only the expectation 100-continue is met")
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0
    return None


async def read_json(request: web.Request, kind: type[Body]) -> Body:
    """The request's body as a value; unknown members are left out.

    Raises:
        Refusal: 400 with the place of what is wrong.
    """
    try:
        return msgspec.json.decode(await read_body(request), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"the request body: {error}") from error
