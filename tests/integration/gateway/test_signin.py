"""Signing in: login, rotation of refresh tokens, pairing a device (CYBERUN-API.md, 5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from workbench.gateway.config import SignIn
from workbench.gateway.demo import ALPHA, BETA, DK_VIEWER, JWT_OWNER
from workbench.gateway.errors import GatewayConfigError
from workbench.gateway.tokens import looks_like_jwt

if TYPE_CHECKING:
    from tests.integration.gateway.client import Answer, Client
    from tests.integration.gateway.conftest import Clock, Connect

ADA = {"email_address": "ada@example.com", "user_password": "lovelace"}


async def login(client: Client) -> Any:
    answer = await client.as_("").call("POST", "/auth/login", document=ADA)
    assert answer.status == 200
    return answer.json()


async def refresh(client: Client, token: str) -> Answer:
    return await client.as_("").call("POST", "/auth/refresh", document={"refresh_token": token})


async def start_pairing(client: Client) -> Any:
    answer = await client.as_("").call("POST", "/desktop/pair/start")
    assert answer.status == 200
    return answer.json()


async def poll(client: Client, code: str) -> Answer:
    return await client.as_("").call("POST", "/desktop/pair/poll", document={"device_code": code})


async def test_login_gives_an_access_token_that_works(client: Client) -> None:
    tokens = await login(client)
    assert set(tokens) == {"access_token", "refresh_token", "expires_in"}
    assert tokens["expires_in"] == 3600
    assert looks_like_jwt(tokens["access_token"])
    caller = client.as_(tokens["access_token"], BETA.team_id)
    assert (await caller.get("/users/me")).json()["email_address"] == "ada@example.com"
    assert (await caller.invoke("llm", "GET", "/health")).container_status == 200
    assert (await login(client))["access_token"] != tokens["access_token"]


@pytest.mark.parametrize(
    "document",
    [
        {**ADA, "user_password": "wrong"},
        {**ADA, "user_password": ""},
        {**ADA, "email_address": "nobody@example.com"},
        {**ADA, "email_address": "nobody@example.com", "user_password": ""},
        {**ADA, "email_address": "ADA@example.com"},
    ],
)
async def test_every_wrong_pair_gets_the_same_401(client: Client, document: Any) -> None:
    answer = await client.as_("").call("POST", "/auth/login", document=document)
    assert (answer.status, answer.error) == (401, "the email address or the password is wrong")


@pytest.mark.parametrize("path", ["/auth/login", "/auth/refresh", "/desktop/pair/poll"])
@pytest.mark.parametrize(
    "data", [b"", b"{", b"{}", b"[]", b'{"email_address": 1, "refresh_token": 1, "device_code": 1}']
)
async def test_a_malformed_body_is_400(client: Client, path: str, data: bytes) -> None:
    answer = await client.as_("").call("POST", path, data=data)
    assert answer.status == 400
    assert answer.error.startswith("the request body")


async def test_an_access_token_expires(connect: Connect, clock: Clock) -> None:
    client = await connect(sign_in=SignIn(access_token_ttl=60), now=clock)
    tokens = await login(client)
    assert tokens["expires_in"] == 60
    caller = client.as_(tokens["access_token"], ALPHA.team_id)
    clock.forward(59.9)
    assert (await caller.get("/r/containers")).status == 200
    clock.forward(0.1)
    for answer in (await caller.get("/r/containers"), await caller.invoke("echo", "GET", "/ping")):
        assert (answer.status, answer.error) == (401, "the token has expired")
    renewed = (await refresh(client, tokens["refresh_token"])).json()
    assert (await client.as_(renewed["access_token"], ALPHA.team_id).get("/r/containers")).status == 200


async def test_a_refresh_token_works_once(client: Client) -> None:
    first = await login(client)
    second = (await refresh(client, first["refresh_token"])).json()
    assert set(second) == set(first)
    assert second["refresh_token"] != first["refresh_token"]
    again = await refresh(client, first["refresh_token"])
    assert (again.status, "used" in again.error) == (401, True)
    assert (await refresh(client, second["refresh_token"])).status == 200
    assert (await refresh(client, "nonsense")).status == 401


async def test_a_refresh_token_expires(connect: Connect, clock: Clock) -> None:
    client = await connect(sign_in=SignIn(refresh_token_ttl=100), now=clock)
    tokens = await login(client)
    clock.forward(100)
    assert (await refresh(client, tokens["refresh_token"])).status == 401


async def test_old_tokens_are_forgotten(connect: Connect, clock: Clock) -> None:
    client = await connect(sign_in=SignIn(access_token_ttl=10, refresh_token_ttl=10), now=clock)
    before = len(client.platform.accounts._callers)
    for _ in range(5):
        await login(client)
        clock.forward(30)
    await login(client)
    assert len(client.platform.accounts._callers) == before + 1
    assert len(client.platform.accounts._refresh) == 1


async def test_a_token_of_another_gateway_is_unknown(connect: Connect) -> None:
    first, second = await connect(), await connect()
    tokens = await login(first)
    assert (await second.as_(tokens["access_token"], ALPHA.team_id).get("/r/containers")).status == 401
    assert (await second.as_(JWT_OWNER, ALPHA.team_id).get("/r/containers")).status == 200


async def test_a_pairing_approves_itself_after_some_polls(connect: Connect) -> None:
    client = await connect(sign_in=SignIn(approve_after=3, pair_interval=0.5))
    started = await start_pairing(client)
    assert set(started) == {"device_code", "user_code", "verification_uri", "expires_in", "interval"}
    assert (started["expires_in"], started["interval"]) == (300, 0.5)
    assert re.fullmatch("[A-Z0-9]{4}-[A-Z0-9]{4}", started["user_code"])
    assert started["verification_uri"] == f"{client.gateway.origin}/local/pair"
    states = [(await poll(client, started["device_code"])).json() for _ in range(3)]
    assert states[:2] == [{"status": "pending"}] * 2
    assert set(states[2]) == {"status", "raw_key", "agent_key"}
    assert states[2]["status"] == "approved"
    assert states[2]["agent_key"].startswith("ak-")
    caller = client.as_(states[2]["raw_key"])
    assert states[2]["raw_key"].startswith("dk-")
    assert (await caller.get("/users/me")).json()["email_address"] == "ada@example.com"
    assert (await caller.invoke("echo", "GET", "/ping")).container_status == 200
    assert (await client.as_(states[2]["agent_key"]).get("/r/containers")).status == 403


async def test_the_keys_of_a_pairing_come_once(connect: Connect) -> None:
    client = await connect(sign_in=SignIn(approve_after=1))
    code = (await start_pairing(client))["device_code"]
    assert (await poll(client, code)).json()["status"] == "approved"
    answer = await poll(client, code)
    assert (answer.status, "used" in answer.error) == (404, True)
    assert (await poll(client, "nonsense")).status == 404


async def test_the_demo_approves_at_the_second_poll(client: Client) -> None:
    started = await start_pairing(client)
    assert started["interval"] == 2
    assert (await poll(client, started["device_code"])).json() == {"status": "pending"}
    assert (await poll(client, started["device_code"])).json()["status"] == "approved"


async def test_a_pairing_expires(connect: Connect, clock: Clock) -> None:
    client = await connect(sign_in=SignIn(approve_after=0, pair_ttl=300), now=clock)
    started = await start_pairing(client)
    clock.forward(299)
    assert (await poll(client, started["device_code"])).json() == {"status": "pending"}
    clock.forward(1)
    assert (await poll(client, started["device_code"])).status == 404
    assert client.platform.approve_pairing(started["user_code"]) is False


async def test_a_pairing_waits_for_the_page(connect: Connect) -> None:
    client = await connect(sign_in=SignIn(approve_after=0, pair_user="grace@example.com", pair_team="Beta"))
    started = await start_pairing(client)
    for _ in range(5):
        assert (await poll(client, started["device_code"])).json() == {"status": "pending"}
    page = await client.as_("").call("GET", "/local/pair", local=True)
    assert page.headers["Content-Type"].startswith("text/html")
    assert b"/local/pair/approve" in page.body
    query = f"?user_code={started['user_code'].lower()}"
    done = await client.as_("").call("GET", f"/local/pair/approve{query}", local=True)
    assert (done.status, b"Approved" in done.body) == (200, True)
    key = (await poll(client, started["device_code"])).json()["raw_key"]
    assert (await client.as_(key).get("/users/me")).json()["email_address"] == "grace@example.com"
    slugs = (await client.as_(key).get("/r/containers")).json()["container_service_list"]
    assert {service["service_slug"] for service in slugs} == {"llm", "mirror"}


async def test_a_pairing_can_be_approved_for_anyone(connect: Connect) -> None:
    client = await connect(sign_in=SignIn(approve_after=0))
    started = await start_pairing(client)
    document = {"user_code": started["user_code"], "user": "vera@example.com", "team": ALPHA.team_id}
    answer = await client.as_("").call("POST", "/local/pair/approve", document=document, local=True)
    assert answer.json() == {"approved": True}
    key = (await poll(client, started["device_code"])).json()["raw_key"]
    assert (await client.as_(key).invoke("echo", "GET", "/ping")).status == 403
    assert (await client.as_(DK_VIEWER).invoke("echo", "GET", "/ping")).status == 403


@pytest.mark.parametrize(
    ("document", "status", "said"),
    [
        ({"user_code": "AAAA-AAAA"}, 404, "wrong, expired or done"),
        ({"user_code": ""}, 404, "wrong, expired or done"),
        ({"user_code": "x", "user": "nobody@example.com"}, 400, "no user"),
        ({"user_code": "x", "user": "alan@example.com", "team": "Beta"}, 400, "in no team 'Beta'"),
        ({"user_code": "x", "team": "Gamma"}, 400, "in no team 'Gamma'"),
        ({}, 400, "user_code"),
    ],
)
async def test_what_cannot_be_approved_is_said(client: Client, document: Any, status: int, said: str) -> None:
    await start_pairing(client)
    answer = await client.as_("").call("POST", "/local/pair/approve", document=document, local=True)
    assert answer.status == status
    assert said in answer.error


async def test_the_page_says_when_a_code_is_wrong(client: Client) -> None:
    answer = await client.as_("").call("GET", "/local/pair/approve?user_code=<b>", local=True)
    assert (answer.status, "wrong" in answer.error) == (404, True)


async def test_approving_by_hand_checks_names(client: Client) -> None:
    with pytest.raises(GatewayConfigError, match="no user 'x'"):
        client.platform.approve_pairing("AAAA-AAAA", user="x")
