"""The gateway's HTTP application: which address leads to which handler."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
from aiohttp import web

from workbench.gateway import discovery, invoke, local, proxy, signin
from workbench.gateway.config import GatewayConfig
from workbench.gateway.openapi import openapi_document
from workbench.gateway.platform import Platform
from workbench.gateway.web import BASE, JSON, MAX_BODY, PLATFORM, Handler, border, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


def make_app(config: GatewayConfig | None = None, *, now: Callable[[], float] = time.time) -> web.Application:
    """The application; its state is under `workbench.gateway.web.PLATFORM`.

    Args:
        config: what the gateway is made of; None for the demo.
        now: the clock: seconds since 1970.

    Raises:
        GatewayConfigError: the configuration does not fit together.
    """
    app = web.Application(middlewares=[border], client_max_size=MAX_BODY)
    platform = Platform(config or GatewayConfig(), now)
    app[PLATFORM] = platform
    app.cleanup_ctx.append(_forwarding)
    app.on_response_prepare.append(proxy.strip_defaults)
    app.add_routes(
        [
            web.get(f"{BASE}/openapi.json", _openapi(platform), expect_handler=expect),
            web.get(f"{BASE}/users/me", discovery.users_me, expect_handler=expect),
            web.post(f"{BASE}/auth/login", signin.login, expect_handler=expect),
            web.post(f"{BASE}/auth/refresh", signin.refresh, expect_handler=expect),
            web.post(f"{BASE}/desktop/pair/start", signin.pair_start, expect_handler=expect),
            web.post(f"{BASE}/desktop/pair/poll", signin.pair_poll, expect_handler=expect),
            web.get(f"{BASE}/r/containers", discovery.list_services, expect_handler=expect),
            web.get(f"{BASE}/r/containers/{{service_slug}}", discovery.get_service, expect_handler=expect),
            web.post(f"{BASE}/r/invoke/{{service_slug}}", invoke.invoke, expect_handler=expect),
            web.route("*", f"{BASE}/r/containers/{{service_slug}}/{{path:.*}}", proxy.proxy, expect_handler=expect),
            *local.routes(),
        ]
    )
    return app


def _openapi(platform: Platform) -> Handler:
    body = msgspec.json.encode(openapi_document(platform.switches))

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, headers=JSON)

    return answer


async def _forwarding(app: web.Application) -> AsyncIterator[None]:
    forwarder = app[PLATFORM].forwarder
    await forwarder.start()
    yield
    await forwarder.aclose()
