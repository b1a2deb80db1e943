"""`GET /users/me`, `GET /r/containers` and `GET /r/containers/{serviceSlug}` (CYBERUN-API.md, 3 and 4)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from workbench.gateway.errors import Refusal
from workbench.gateway.web import PLATFORM, caller_of, json_response, team_of

if TYPE_CHECKING:
    from aiohttp import web

DEFAULT_PER_PAGE = 20
MAX_PER_PAGE = 100
MAX_PAGE = 1_000_000_000
"""A page beyond this is a mistake, not a page."""

_WHOLE = re.compile(r"[0-9]{1,12}")


async def users_me(request: web.Request) -> web.Response:
    """The user behind a JWT or a `dk-` key, with their teams; 403 for an `sk-` key."""
    platform = request.app[PLATFORM]
    caller = caller_of(request)
    user = caller.user
    if user is None:
        raise Refusal(HTTPStatus.FORBIDDEN, "integration keys (sk-) belong to a team, not to a user")
    teams = platform.accounts.teams_of(user)
    if caller.team is not None and platform.switches.device_key_teams == "own":
        teams = [caller.team]
    return json_response(
        {
            "id": user.user_id,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "display_name": user.display_name or f"{user.first_name} {user.last_name}".strip(),
            "email_address": user.email_address,
            "team_list": [{"id": team.team_id, "display_name": team.display_name} for team in teams],
        }
    )


async def list_services(request: web.Request) -> web.Response:
    """One page of a team's services."""
    platform = request.app[PLATFORM]
    team = team_of(request, caller_of(request))
    page = _whole(request, "current_page", 1, MAX_PAGE)
    clamped = platform.switches.per_page_above_limit == "clamp"
    per_page = _whole(request, "per_page", DEFAULT_PER_PAGE, MAX_PAGE if clamped else MAX_PER_PAGE)
    per_page = min(per_page, MAX_PER_PAGE)
    services = platform.catalog.of_team(team)
    start = (page - 1) * per_page
    return json_response(
        {
            platform.switches.list_key: [service.document() for service in services[start : start + per_page]],
            "page_meta": {"current_page": page, "per_page": per_page, "total_count": len(services)},
        }
    )


async def get_service(request: web.Request) -> web.Response:
    """One service of a team."""
    platform = request.app[PLATFORM]
    team = team_of(request, caller_of(request))
    slug = request.match_info["service_slug"]
    service = platform.catalog.find(team, slug)
    if service is None:
        raise Refusal(platform.switches.unknown_slug_status, f"there is no service {slug!r} in this team")
    return json_response(service.document())


def _whole(request: web.Request, name: str, default: int, most: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    value = int(text) if _WHOLE.fullmatch(text) else 0
    if not 1 <= value <= most:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{name}: expected a whole number from 1 to {most}, not {text[:40]!r}")
    return value
