"""Signing in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration.invoke.servers import answering, connected, reply
from workbench.invoke import Connection, signin
from workbench.model.errors import CredentialError, PlatformError
from workbench.model.secrets import Secret

PASSWORD = Secret("hunter2-canary")
TOKENS = {"access_token": "a.b.c", "refresh_token": "r-canary", "expires_in": 3600}
PAIR = {
    "device_code": "d-canary",
    "user_code": "ABCD-EFGH",
    "verification_uri": "https://x/",
    "expires_in": 300,
    "interval": 2,
}


def ok(value: Any) -> bytes:
    return reply(json.dumps(value).encode())


def body(request: bytes) -> Any:
    return json.loads(request.partition(b"\r\n\r\n")[2])


async def test_by_password() -> None:
    async with connected(answering(ok(TOKENS)), token=None) as (server, connection):
        tokens = await signin.by_password(connection, "a@b", PASSWORD)
    assert (tokens.access.reveal(), tokens.refresh.reveal(), tokens.expires_in) == ("a.b.c", "r-canary", 3600)
    assert "canary" not in repr(tokens)
    assert server.requests[0].startswith(b"POST /api/v1/auth/login HTTP/1.1\r\n")
    assert body(server.requests[0]) == {"email_address": "a@b", "user_password": PASSWORD.reveal()}


async def test_signing_in_never_carries_a_credential() -> None:
    async with connected(answering(ok(TOKENS))) as (server, connection):
        await signin.by_password(connection, "a@b", PASSWORD)
    assert b"Authorization" not in server.requests[0]


async def test_refresh() -> None:
    async with connected(answering(ok(TOKENS)), token=None) as (server, connection):
        assert (await signin.refresh(connection, Secret("old"))).refresh.reveal() == "r-canary"
    assert server.requests[0].startswith(b"POST /api/v1/auth/refresh ")
    assert body(server.requests[0]) == {"refresh_token": "old"}


async def test_a_wrong_password_is_not_shown() -> None:
    said = reply(f'{{"error_message": "no {PASSWORD.reveal()}"}}'.encode(), status="401 Unauthorized")
    async with connected(answering(said), token=None) as (_, connection):
        with pytest.raises(PlatformError, match="refused the email address or the password") as caught:
            await signin.by_password(connection, "a@b", PASSWORD)
        with pytest.raises(PlatformError, match="sign in again"):
            await signin.refresh(connection, Secret("old"))
    assert caught.value.failure.kind == "platform_auth"
    assert "canary" not in repr(caught.value.failure)


async def test_pairing() -> None:
    replies = [ok(PAIR), ok({"status": "pending"}), ok({"status": "approved", "raw_key": "dk-1", "agent_key": "ak-1"})]
    async with connected(answering(*replies), token=None) as (server, connection):
        pairing = await signin.start_pairing(connection)
        assert (pairing.user_code, pairing.expires_in, pairing.interval) == ("ABCD-EFGH", 300, 2)
        assert "canary" not in repr(pairing)
        assert await signin.poll_pairing(connection, pairing) is None
        key = await signin.poll_pairing(connection, pairing)
    assert key is not None
    assert key.reveal() == "dk-1"
    assert server.requests[0].endswith(b"\r\n\r\n")
    assert body(server.requests[2]) == {"device_code": "d-canary"}


async def test_a_pairing_that_has_expired() -> None:
    gone = reply(b'{"error_message": "unknown"}', status="404 Not Found")
    async with connected(answering(ok(PAIR), gone), token=None) as (_, connection):
        pairing = await signin.start_pairing(connection)
        with pytest.raises(PlatformError, match="expired"):
            await signin.poll_pairing(connection, pairing)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"access_token": 7}', b'{"access_token": "canary"}', b"\xff"])
async def test_an_odd_answer_is_an_error_without_what_came(data: bytes) -> None:
    async with connected(answering(reply(data)), token=None) as (_, connection):
        with pytest.raises(PlatformError) as caught:
            await signin.by_password(connection, "a@b", PASSWORD)
    assert caught.value.failure.kind == "envelope"
    assert "canary" not in repr(caught.value.failure)


async def test_a_password_does_not_go_over_plain_http_to_another_machine() -> None:
    async with Connection(base_url="http://gateway.invalid", credential=None) as connection:
        with pytest.raises(CredentialError, match="plain http"):
            await signin.by_password(connection, "a@b", PASSWORD)
