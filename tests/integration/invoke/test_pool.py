"""Connections: shared, given back, closed in time, and a credential that stays at its origin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.integration.invoke.servers import TOKEN, Server, answering, connected, envelope_json, post, reply, target
from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.errors import CredentialError, PlatformError
from workbench.model.request import Target

if TYPE_CHECKING:
    from workbench.model.collection import Route


async def together(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers when twenty calls have come."""
    while await server.take(reader):
        await server.seen(20)
        writer.write(reply(envelope_json()))


async def test_twenty_at_once() -> None:
    async with connected(together) as (server, connection):
        answers = await asyncio.gather(*(connection.send(target(server), post(f"/{n}")) for n in range(20)))
        assert {answer.status for answer in answers} == {200}
        assert (len(server.requests), server.connections) == (20, 20)
        await asyncio.gather(*(connection.send(target(server), post(f"/{n}")) for n in range(20)))
        assert server.connections == 20


async def held(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await server.take(reader):
        await asyncio.sleep(0.05)
        writer.write(reply(envelope_json()))


async def test_the_number_of_connections_is_limited() -> None:
    async with connected(held, connections=2) as (server, connection):
        answers = await asyncio.gather(*(connection.send(target(server), post(f"/{n}")) for n in range(6)))
        assert server.connections == 2
    assert any(answer.timing.queue is not None for answer in answers)


async def test_waiting_for_a_connection_is_not_in_doubt() -> None:
    async with connected(silent, connections=1) as (server, connection):
        first = asyncio.create_task(connection.send(target(server), post()))
        await server.seen(1)
        with pytest.raises(PlatformError, match="no connection to") as caught:
            await connection.send(target(server), post(), timeout=0.05)
        assert not caught.value.failure.in_doubt
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert server.posts == 1


async def silent(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    await reader.read()


@pytest.mark.parametrize("route", ["invoke", "proxy"])
async def test_cancelling_frees_the_connection_at_once(route: str) -> None:
    async with connected(silent, connections=1) as (server, connection):
        for count in (1, 2, 3):
            task = asyncio.create_task(connection.send(target(server, route=route), post()))  # type: ignore[arg-type]  # one of two
            await server.seen(count)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(server.closed.wait(), 60)
    assert server.posts == 3


async def test_a_connection_that_was_idle_too_long_is_not_used_again() -> None:
    ok = answering(reply(envelope_json()))
    async with connected(ok, keepalive=0.1) as (server, connection):
        await connection.send(target(server), post())
        await asyncio.sleep(0.25)
        await connection.send(target(server), post())
        assert server.connections == 2


async def closing(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers as if the connection stayed open, and closes it."""
    await server.take(reader)
    writer.write(reply(envelope_json()))
    writer.close()


@pytest.mark.parametrize("route", ["invoke", "proxy"])
async def test_a_connection_that_was_closed_after_an_answer_is_not_used_again(route: Route) -> None:
    async with connected(closing) as (server, connection):
        for _ in range(20):
            answer = await connection.send(target(server, route=route), post())
            assert answer.status == 200
            assert not answer.timing.reused
    assert (server.posts, server.connections) == (20, 20)


async def test_a_closed_connection_can_be_used_again() -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        for _ in range(2):
            assert (await connection.send(target(server), post())).status == 200
            await connection.aclose()
            await connection.aclose()
            await asyncio.wait_for(server.closed.wait(), 60)
    assert server.connections == 2


async def test_cookies_are_not_kept() -> None:
    data = reply(envelope_json(), headers="Set-Cookie: session=canary; Path=/\r\n")
    async with connected(answering(data)) as (server, connection):
        for route in ("invoke", "proxy", "invoke"):
            await connection.send(target(server, route=route), post())
    assert all(b"Cookie" not in request for request in server.requests)


async def test_a_credential_goes_to_its_own_origin_alone() -> None:
    async with Server(answering(reply(envelope_json()))) as mine, Server(answering(reply(envelope_json()))) as other:
        credential = Credential(TOKEN, base_url=mine.url)
        async with Connection(base_url=other.url, credential=credential) as connection:
            for route in ("invoke", "proxy"):
                with pytest.raises(CredentialError, match="belongs to") as caught:
                    await connection.send(target(other, route=route), post())
                assert TOKEN not in str(caught.value)
            with pytest.raises(CredentialError, match="belongs to"):
                await connection.services(None)
        assert (mine.connections, other.connections) == (0, 0)


async def test_plain_http_with_a_credential_needs_permission() -> None:
    url = "http://gateway.invalid/api/v1"
    credential = Credential(TOKEN, base_url=url)
    where = Target(base_url=url, service="llm")
    async with Connection(base_url=url, credential=credential) as connection:
        with pytest.raises(CredentialError, match="plain http"):
            await connection.send(where, post())
    async with Connection(base_url=url, credential=None) as connection:
        with pytest.raises(PlatformError, match="cannot be resolved"):
            await connection.send(where, post())
    allowed = WireOptions(allow_http=True)
    async with Connection(base_url=url, credential=credential, options=allowed) as connection:
        with pytest.raises(PlatformError, match="cannot be resolved"):
            await connection.send(where, post())


async def test_what_the_platform_echoes_does_not_show_the_credential() -> None:
    said = f'{{"error_message": "bad key {TOKEN}"}}'.encode()
    async with connected(answering(reply(said, status="401 Unauthorized"))) as (server, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.send(target(server), post())
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.platform_status) == ("platform_auth", "platform", 401)
    assert "[redacted:credential]" in failure.message
    assert TOKEN not in repr(failure)
