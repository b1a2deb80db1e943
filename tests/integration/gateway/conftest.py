"""Fixtures of the gateway's tests: a gateway in the test's own event loop, and a client for it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Protocol

import aiohttp
import pytest

from tests.integration.gateway.client import Client
from workbench.gateway.config import GatewayConfig, SignIn, Switches
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class Connect(Protocol):
    """Starts a gateway and gives a client for it."""

    async def __call__(
        self,
        config: GatewayConfig | None = None,
        *,
        switches: Switches | None = None,
        sign_in: SignIn | None = None,
        token: str = SK_ALPHA,
        team: str | None = None,
        now: Callable[[], float] | None = None,
    ) -> Client: ...


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Start gateways; they end with the test."""
    async with AsyncExitStack() as stack:

        async def start(
            config: GatewayConfig | None = None,
            *,
            switches: Switches | None = None,
            sign_in: SignIn | None = None,
            token: str = SK_ALPHA,
            team: str | None = None,
            now: Callable[[], float] | None = None,
        ) -> Client:
            made = config or GatewayConfig(switches=switches or Switches(), sign_in=sign_in or SignIn())
            gateway = await stack.enter_async_context(await serve(made, now=now))
            session = await stack.enter_async_context(
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
            )
            return Client(session, gateway, token, team)

        yield start


@pytest.fixture
async def client(connect: Connect) -> Client:
    """A client of a gateway of the demo's, with the key of the team Alpha."""
    return await connect()


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0

    def __call__(self) -> float:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def clock() -> Clock:
    """A clock for `connect`."""
    return Clock()
