"""The platform's own resources: users, teams, services over all pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.invoke.servers import JWT, TEAM, Server, answering, connected, reply
from workbench.model.errors import PlatformError, TargetError

if TYPE_CHECKING:
    import asyncio

    from tests.integration.invoke.servers import Handler

DK = "dk-0123456789"


def paged(
    count: int, *, total: int | None, key: str = "container_service_list", ignores_pages: bool = False
) -> Handler:
    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await server.take(reader):
            query = parse_qs(urlsplit(request.split(b" ")[1].decode()).query)
            page, size = int(query["current_page"][0]), int(query["per_page"][0])
            assert size <= 100
            first = 0 if ignores_pages else (page - 1) * size
            items = [{"service_slug": f"s{n}"} for n in range(first, min(first + size, count))]
            body: dict[str, Any] = {key: items}
            if total is not None:
                body["page_meta"] = {"current_page": page, "per_page": size, "total_count": total}
            writer.write(reply(json.dumps(body).encode()))

    return handler


@pytest.mark.parametrize(
    ("count", "total", "ignores_pages", "expected", "calls"),
    [
        (0, 0, False, 0, 1),
        (0, None, False, 0, 1),
        (7, 7, False, 7, 1),
        (100, 100, False, 100, 1),
        (250, 250, False, 250, 3),
        (250, None, False, 250, 3),
        (200, None, False, 200, 3),
        (50, 9999, False, 50, 2),
        (250, -5, False, 250, 3),
        (250, 1, False, 250, 3),
        (7, 1, False, 7, 1),
        (150, 150, True, 100, 2),
        (100, None, True, 100, 2),
    ],
)
async def test_all_pages_in_order(
    count: int, total: int | None, ignores_pages: bool, expected: int, calls: int
) -> None:
    async with connected(paged(count, total=total, ignores_pages=ignores_pages)) as (server, connection):
        services = await connection.services(None)
    assert [service.slug for service in services] == [f"s{n}" for n in range(expected)]
    assert len(server.requests) == calls


async def test_a_list_that_does_not_end_is_an_error() -> None:
    async with connected(paged(10**9, total=10**9)) as (server, connection):
        with pytest.raises(PlatformError, match="does not end"):
            await connection.services(None)
    assert len(server.requests) == 200


async def test_me_and_teams() -> None:
    body = json.dumps({"id": "u", "display_name": "Ada", "team_list": [{"id": TEAM, "display_name": "Alpha"}]}).encode()
    for token in (DK, JWT):
        async with connected(answering(reply(body)), token=token) as (server, connection):
            assert (await connection.me()).name == "Ada"
            (team,) = await connection.teams()
            assert (team.id, team.title) == (TEAM, "Alpha")
        head = server.requests[0]
        assert head.startswith(b"GET /api/v1/users/me HTTP/1.1\r\n")
        assert f"Authorization: Bearer {token}".encode() in head
        assert b"X-Team-ID" not in head


async def test_an_sk_key_has_one_implied_team_and_no_user() -> None:
    async with connected(answering(reply(b"{}"))) as (server, connection):
        assert await connection.teams() == ()
        with pytest.raises(PlatformError, match="sk- keys belong to one team") as caught:
            await connection.me()
    assert (caught.value.failure.kind, server.connections) == ("platform_auth", 0)


async def test_the_team_goes_along() -> None:
    async with connected(answering(reply(b'{"x": [], "service_slug": "llm"}')), token=JWT) as (server, connection):
        await connection.services(TEAM)
        assert (await connection.service("llm", TEAM)).slug == "llm"
    assert all(f"X-Team-ID: {TEAM}".encode() in request for request in server.requests)
    assert server.requests[1].startswith(b"GET /api/v1/r/containers/llm HTTP/1.1\r\n")


async def test_a_service_that_is_not_there() -> None:
    data = reply(b'{"error_message": "no such service"}', status="404 Not Found")
    async with connected(answering(data)) as (_, connection):
        with pytest.raises(PlatformError, match="no such service") as caught:
            await connection.service("llm", None)
        with pytest.raises(TargetError, match="not a service slug"):
            await connection.service("../users/me", None)
    assert (caught.value.failure.kind, caught.value.failure.in_doubt) == ("unknown_service", False)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (reply(b'{"error_message": "bad"}', status="401 Unauthorized"), "platform_auth"),
        (reply(b"<html>"), "envelope"),
        (reply(b'{"a": [], "b": []}'), "envelope"),
        (reply(b"", status="503 Busy"), "platform_refused"),
        (b"", "connect"),
    ],
)
async def test_failures_are_never_in_doubt(data: bytes, kind: str) -> None:
    async def once(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(data)
        await writer.drain()

    async with connected(once, token=DK) as (_, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.services(None)
    assert (caught.value.failure.kind, caught.value.failure.in_doubt) == (kind, False)
