"""The gateway's own controls, below `/local`: nothing here is the platform's.

Approve a pairing, switch a service's state, revoke a credential, look at what was called: for people, and for tests in
another process.
"""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

import msgspec
from aiohttp import web

from workbench.gateway.accounts import Kind
from workbench.gateway.config import Seconds, ServiceStatus
from workbench.gateway.errors import GatewayConfigError, Refusal
from workbench.gateway.web import PLATFORM, json_response, read_json

if TYPE_CHECKING:
    from workbench.gateway.calls import RecordedCall

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Local gateway: pair a device</title></head>
<body><h1>Pair a device</h1>{}</body></html>
"""
_FORM = """<form action="/local/pair/approve" method="get">
<label>Code shown on the device: <input name="user_code" autofocus required></label> <button>Approve</button></form>"""


class _Approve(msgspec.Struct):
    user_code: str
    user: str = ""
    team: str = ""


class _Status(msgspec.Struct, forbid_unknown_fields=True):
    service_status: ServiceStatus | None = None
    then: ServiceStatus | None = None
    after: Seconds = 0
    team: str | None = None
    agent_online: bool | None = None


class _Revoke(msgspec.Struct, forbid_unknown_fields=True):
    token: str = ""
    kind: Kind | None = None


def routes() -> list[web.RouteDef]:
    """The routes, for `Application.add_routes`."""
    return [
        web.get("/local/pair", pair_page),
        web.get("/local/pair/approve", approve_in_browser),
        web.post("/local/pair/approve", approve),
        web.post("/local/services/{service_slug}", switch_service),
        web.post("/local/revoke", revoke),
        web.get("/local/calls", list_calls),
        web.delete("/local/calls", clear_calls),
    ]


async def pair_page(_: web.Request) -> web.Response:
    """Where a person types the code. A plain GET form: requests with an `Origin` are refused."""
    return web.Response(text=_PAGE.format(_FORM), content_type="text/html")


async def approve_in_browser(request: web.Request) -> web.Response:
    """Approve the pairing with `user_code`, for the configured user and team."""
    code = request.query.get("user_code", "")
    _approve(request, _Approve(user_code=code))
    return web.Response(text=_PAGE.format(f"<p>Approved: {escape(code)}.</p>"), content_type="text/html")


async def approve(request: web.Request) -> web.Response:
    """Approve a pairing: `{"user_code": …, "user": e-mail address, "team": name or id}`, the last two optional."""
    _approve(request, await read_json(request, _Approve))
    return json_response({"approved": True})


async def switch_service(request: web.Request) -> web.Response:
    """Switch a service: `{"service_status": …, "then": …, "after": seconds, "team": …, "agent_online": …}`."""
    platform = request.app[PLATFORM]
    slug = request.match_info["service_slug"]
    asked = await read_json(request, _Status)
    services = list(platform.catalog.everywhere(slug, asked.team))
    if not services:
        raise Refusal(HTTPStatus.NOT_FOUND, f"no team has a service {slug!r}")
    if asked.service_status is not None:
        platform.set_status(slug, asked.service_status, team=asked.team, then=asked.then, after=asked.after)
    if asked.agent_online is not None:
        platform.set_agent_online(slug, online=asked.agent_online)
    return json_response({"switched": len(services), "service_status": services[0].status})


async def revoke(request: web.Request) -> web.Response:
    """Revoke a credential, or every one of a kind: `{"token": …, "kind": "jwt" | "sk" | "dk"}`, one of the two."""
    asked = await read_json(request, _Revoke)
    return json_response({"revoked": request.app[PLATFORM].accounts.revoke(token=asked.token, kind=asked.kind)})


async def list_calls(request: web.Request) -> web.Response:
    """How many calls came in, and the last ones, without headers and bodies."""
    calls = request.app[PLATFORM].calls
    return json_response({"total": calls.total, "calls": [_shown(call) for call in calls.all()]})


async def clear_calls(request: web.Request) -> web.Response:
    """Forget the calls so far."""
    request.app[PLATFORM].calls.clear()
    return json_response({"total": 0})


def _approve(request: web.Request, asked: _Approve) -> Literal[True]:
    try:
        found = request.app[PLATFORM].approve_pairing(asked.user_code, user=asked.user, team=asked.team)
    except GatewayConfigError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, str(error)) from error
    if not found:
        raise Refusal(HTTPStatus.NOT_FOUND, "no pairing waits with this code: it is wrong, expired or done")
    return True


def _shown(call: RecordedCall) -> dict[str, object]:
    names = ("route", "slug", "method", "path", "size", "platform_status")
    return {name: getattr(call, name) for name in names}
