"""Redirects, proxies and TLS in every combination: no secret, no body, no call reaches a second origin."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.campaign.row import Outcome, Row
from tests.integration.invoke.certificates import Authority
from tests.integration.invoke.servers import TOKEN, Server, reply
from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.envelope import Envelope
from workbench.model.errors import PlatformError
from workbench.model.request import Target

if TYPE_CHECKING:
    from random import Random

    from workbench.model.collection import Route

INNER, BODY = "inner-key-canary-77", b"body-canary-88"
SECRETS = (TOKEN.encode(), INNER.encode(), BODY)
CODES = (301, 302, 303, 307, 308)
ROUTES: tuple[Route, ...] = ("invoke", "proxy")
PLACES = ("same", "port", "name", "downgrade", "upgrade", "odd")


class Case(NamedTuple):
    """One combination."""

    code: int
    place: str
    route: Route
    tls: bool
    proxied: bool


class World:
    """The first platform in plain and over TLS, a proxy before both, and a second origin that nothing may reach."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.location = ""
        self.code = 302
        certificate = authority.server(authority.issue("first", host="gateway.test"))
        local = authority.server(authority.issue("local"))
        self.plain = Server(self._redirect)
        self.far = Server(self._redirect, tls=certificate)
        self.near = Server(self._redirect, tls=local)
        self.second = Server(self._swallow)
        self.second_tls = Server(self._swallow, tls=local)
        self.proxy = Server(self._relay)

    @property
    def servers(self) -> tuple[Server, ...]:
        """All of them."""
        return (self.plain, self.far, self.near, self.second, self.second_tls, self.proxy)

    async def _redirect(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await server.take(reader):
            headers = f"Location: {self.location}\r\nSet-Cookie: a=b\r\n"
            writer.write(reply(b"{}", status=f"{self.code} Moved", headers=headers))
            await writer.drain()

    async def _swallow(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await server.take(reader):
            writer.write(reply(b"{}"))
            await writer.drain()

    async def _relay(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A tunnel to the first platform over TLS; a call in plain is answered as the first platform would."""
        head = await server.take(reader)
        if not head.startswith(b"CONNECT "):
            headers = f"Location: {self.location}\r\n"
            writer.write(reply(b"{}", status=f"{self.code} Moved", headers=headers))
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.far.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    def base_url(self, case: Case) -> str:
        """Where the call of a case goes."""
        if case.proxied:
            return f"{'https' if case.tls else 'http'}://gateway.test/api/v1"
        return (self.near if case.tls else self.plain).url

    def elsewhere(self, case: Case) -> str:
        """Where the redirect of a case points to."""
        path = "/api/v1/r/invoke/llm"
        return {
            "same": f"{self.base_url(case)}/r/invoke/other",
            "port": f"http://127.0.0.1:{self.second.port}{path}",
            "name": f"http://localhost:{self.second.port}{path}",
            "downgrade": f"http://127.0.0.1:{self.second.port}{path}?from=tls",
            "upgrade": f"https://127.0.0.1:{self.second_tls.port}{path}",
            "odd": f"//user:pw@127.0.0.1:{self.second.port}{path}",
        }[case.place]


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


def matrix(count: int, random: Random) -> Outcome:
    """Every combination, in any order."""
    parts = itertools.product(CODES, PLACES, ROUTES, (False, True), (False, True))
    cases = [Case(code, place, route, tls, proxied) for code, place, route, tls, proxied in parts]
    random.shuffle(cases)
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_matrix(cases[:count], World(Authority(Path(folder)))))


async def _matrix(cases: list[Case], world: World) -> Outcome:
    failures: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        for server in world.servers:
            await stack.enter_async_context(server)
        for case in cases:
            wrong = await _try(case, world)
            if wrong:
                failures.append(f"{case}: {wrong}")
        reached = world.second.connections + world.second_tls.connections
        if reached:
            failures.append(f"the second origin was reached {reached} times")
    return Outcome(len(cases), tuple(failures))


async def _try(case: Case, world: World) -> str:
    """What went wrong with a case, or ""."""
    world.code, world.location = case.code, world.elsewhere(case)
    url = world.base_url(case)
    options = WireOptions(
        allow_http=True,
        ca_file=str(world.authority.file),
        proxy=f"http://127.0.0.1:{world.proxy.port}" if case.proxied else "none",
        timeout=10.0,
    )
    calls = sum(_calls(server) for server in (world.plain, world.far, world.near, world.proxy))
    envelope = Envelope(method="POST", path="/x", headers=(("X-API-Key", INNER),), body=BODY)
    async with Connection(base_url=url, credential=Credential(TOKEN, base_url=url), options=options) as connection:
        try:
            answer = await connection.send(Target(base_url=url, service="llm", route=case.route), envelope)
        except PlatformError as error:
            if case.route == "proxy" or error.failure.platform_status != case.code:
                return f"ended as {error.failure}"
            if world.location not in error.failure.hint:
                return "the hint does not say where it points to"
        else:
            if case.route == "invoke" or answer.status != case.code:
                return f"was taken for the answer {answer.status}"
    if case.tls and case.proxied and any(secret in b"".join(world.proxy.requests) for secret in SECRETS):
        return "the proxy of a TLS call saw a secret"
    world.proxy.requests.clear()
    made = sum(_calls(server) for server in (world.plain, world.far, world.near, world.proxy)) - calls
    return "" if made in (0, 1) else f"made {made} calls"


def _calls(server: Server) -> int:
    return sum(not request.startswith(b"CONNECT ") for request in server.requests)


ROWS: tuple[Row, ...] = (Row("redirect × proxy × TLS: nothing reaches a second origin", matrix, full=240, short=24),)
