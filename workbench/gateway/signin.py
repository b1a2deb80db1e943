"""Signing in: `/auth/login`, `/auth/refresh`, `/desktop/pair/start` and `/desktop/pair/poll` (CYBERUN-API.md, 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.gateway.tokens import random_key
from workbench.gateway.web import PLATFORM, json_response, read_json

if TYPE_CHECKING:
    from aiohttp import web

PAIR_PAGE = "/local/pair"
"""Where a person approves a pairing; the gateway's own, not the platform's."""


class _Login(msgspec.Struct):
    email_address: str
    user_password: str


class _Refresh(msgspec.Struct):
    refresh_token: str


class _Poll(msgspec.Struct):
    device_code: str


async def login(request: web.Request) -> web.Response:
    """Tokens for an e-mail address and a password; 401 for any wrong pair."""
    given = await read_json(request, _Login)
    return json_response(request.app[PLATFORM].accounts.login(given.email_address, given.user_password))


async def refresh(request: web.Request) -> web.Response:
    """New tokens for a refresh token, which dies."""
    given = await read_json(request, _Refresh)
    return json_response(request.app[PLATFORM].accounts.refresh(given.refresh_token))


async def pair_start(request: web.Request) -> web.Response:
    """Begin a pairing: no credential, no body."""
    platform = request.app[PLATFORM]
    times = platform.config.sign_in
    pairing = platform.pairings.start()
    return json_response(
        {
            "device_code": pairing.device_code,
            "user_code": pairing.user_code,
            "verification_uri": f"http://{request.headers.get('Host', '127.0.0.1')}{PAIR_PAGE}",
            "expires_in": _seconds(times.pair_ttl),
            "interval": _seconds(times.pair_interval),
        }
    )


async def pair_poll(request: web.Request) -> web.Response:
    """Whether a pairing is approved; its keys come with the first poll that says so, and never again."""
    platform = request.app[PLATFORM]
    given = await read_json(request, _Poll)
    pairing = platform.pairings.poll(given.device_code)
    if pairing.approved_for is None and platform.pairings.is_due(pairing):
        platform.approve_pairing(pairing.user_code)
    if pairing.approved_for is None:
        return json_response({"status": "pending"})
    platform.pairings.finish(pairing)
    user, team = pairing.approved_for
    key = platform.accounts.issue_device_key(user, team)
    return json_response({"status": "approved", "raw_key": key, "agent_key": random_key("ak")})


def _seconds(value: float) -> float:
    """A whole number where it is one, as the platform writes it."""
    return int(value) if value == int(value) else value
