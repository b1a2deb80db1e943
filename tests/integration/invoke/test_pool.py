"""Connections: shared, given back, closed in time, and a credential that stays at its origin."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.integration.invoke.servers import TOKEN, Server, answering, connected, envelope_json, post, reply, target
from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.errors import CredentialError, PlatformError
from workbench.model.request import Target


async def held(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while await server.take(reader):
        await asyncio.sleep(0.05)
        writer.write(reply(envelope_json()))


async def test_twenty_at_once() -> None:
    async with connected(held) as (server, connection):
        began = time.perf_counter()
        answers = await asyncio.gather(*(connection.send(target(server), post(f"/{n}")) for n in range(20)))
        assert time.perf_counter() - began < 0.9
        assert {answer.status for answer in answers} == {200}
        assert (len(server.requests), server.connections) == (20, 20)
        await asyncio.gather(*(connection.send(target(server), post(f"/{n}")) for n in range(20)))
        assert server.connections == 20


async def test_the_number_of_connections_is_limited() -> None:
    async with connected(held, connections=2) as (server, connection):
        answers = await asyncio.gather(*(connection.send(target(server), post(f"/{n}")) for n in range(6)))
        assert server.connections == 2
    assert any(answer.timing.queue is not None for answer in answers)


async def test_waiting_for_a_connection_is_not_in_doubt() -> None:
    async with connected(silent, connections=1, timeout=0.3) as (server, connection):
        outcomes = await asyncio.gather(
            *(connection.send(target(server), post()) for _ in range(3)), return_exceptions=True
        )
    assert all(isinstance(outcome, PlatformError) for outcome in outcomes)
    doubts = sorted(outcome.failure.in_doubt for outcome in outcomes if isinstance(outcome, PlatformError))
    assert doubts == [False, False, True]
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
            await asyncio.wait_for(server.closed.wait(), 2)
    assert server.posts == 3


async def test_a_connection_that_was_idle_too_long_is_not_used_again() -> None:
    ok = answering(reply(envelope_json()))
    async with connected(ok, keepalive=0.1) as (server, connection):
        await connection.send(target(server), post())
        await connection.send(target(server), post())
        assert server.connections == 1
        await asyncio.sleep(0.25)
        await connection.send(target(server), post())
        assert server.connections == 2


async def test_a_closed_connection_can_be_used_again() -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        for _ in range(2):
            assert (await connection.send(target(server), post())).status == 200
            await connection.aclose()
            await connection.aclose()
            await asyncio.wait_for(server.closed.wait(), 2)
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
