"""Who may do what: every kind of credential, the team header, roles (CYBERUN-API.md, 1, 4 and 6)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.support.gateway import (
    AK,
    DK_ADMIN,
    DK_BETA,
    DK_MEMBER,
    DK_OWNER,
    DK_VIEWER,
    JWT_ADMIN,
    JWT_MEMBER,
    JWT_OWNER,
    JWT_VIEWER,
    SK_ALPHA,
    SK_BETA,
    TEAM_ALPHA,
    TEAM_BETA,
)
from workbench.gateway.config import GatewayConfig, Key, Switches, Team, User

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client
    from tests.integration.gateway.conftest import Clock, Connect

EVERY_GET = ["/users/me", "/r/containers", "/r/containers/echo", "/r/containers/echo/anything"]


@pytest.mark.parametrize("path", EVERY_GET)
@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        (None, "missing"),
        ("", "missing"),
        ("Basic YTpi", "Bearer <token>"),
        ("Bearer", "Bearer <token>"),
        ("Bearer    ", "Bearer <token>"),
        (SK_ALPHA, "Bearer <token>"),
        ("Bearer sk-unknown", "unknown"),
        ("Bearer dk-unknown", "unknown"),
        ("Bearer aa.bb.cc", "unknown"),
        ("Bearer nonsense", "neither"),
        ("Bearer aa..cc", "neither"),
    ],
)
async def test_a_bad_credential_is_refused_with_401(
    client: Client, path: str, authorization: str | None, said: str
) -> None:
    client.token = ""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await client.call("GET", path, headers=headers)
    assert answer.status == 401
    assert said in answer.error
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_bad_credential_cannot_invoke(client: Client) -> None:
    answer = await client.as_("sk-unknown").invoke("echo", "GET", "/ping")
    assert (answer.status, "unknown" in answer.error) == (401, True)


@pytest.mark.parametrize("path", EVERY_GET)
@pytest.mark.parametrize("key", [AK, "ak-any"])
async def test_agent_keys_are_refused_everywhere(client: Client, path: str, key: str) -> None:
    answer = await client.as_(key).get(path)
    assert (answer.status, "ak-" in answer.error) == (403, True)


async def test_the_scheme_is_taken_in_any_case_and_spaces_do_not_count(client: Client) -> None:
    for value in (f"bearer {SK_ALPHA}", f"BEARER   {SK_ALPHA}"):
        answer = await client.call("GET", "/r/containers", headers={"Authorization": value})
        assert answer.status == 200


@pytest.mark.parametrize("path", ["/r/containers", "/r/containers/echo", "/r/containers/echo/anything"])
@pytest.mark.parametrize(("team", "status"), [(None, 400), ("", 400), ("not-a-team", 403), (TEAM_ALPHA, 200)])
async def test_a_jwt_caller_must_name_a_team_of_theirs(
    client: Client, path: str, team: str | None, status: int
) -> None:
    answer = await client.as_(JWT_OWNER, team).get(path)
    assert answer.status == status
    if status == 400:
        assert "X-Team-ID" in answer.error


async def test_a_jwt_caller_without_a_team_cannot_invoke(client: Client) -> None:
    answer = await client.as_(JWT_OWNER).invoke("echo", "GET", "/ping")
    assert (answer.status, "X-Team-ID" in answer.error) == (400, True)


async def test_a_jwt_caller_is_refused_in_a_team_they_are_not_in(connect: Connect) -> None:
    client = await connect(token=JWT_MEMBER, team=TEAM_BETA)
    assert (await client.get("/r/containers")).status == 403
    client = await connect(token=JWT_MEMBER, team=TEAM_BETA, switches=Switches(foreign_team_status=404))
    assert (await client.get("/r/containers")).status == 404


@pytest.mark.parametrize("team", [None, TEAM_BETA, "nonsense"])
@pytest.mark.parametrize("key", [SK_ALPHA, DK_OWNER])
async def test_the_team_of_a_key_is_its_own_whatever_the_header_says(
    client: Client, key: str, team: str | None
) -> None:
    answer = await client.as_(key, team).get("/r/containers")
    slugs = [service["service_slug"] for service in answer.json()["container_service_list"]]
    assert "shop" in slugs
    assert "mirror" not in slugs


async def test_each_team_has_its_own_services(client: Client) -> None:
    seen = {}
    for token, team in ((JWT_OWNER, TEAM_ALPHA), (JWT_OWNER, TEAM_BETA), (SK_BETA, None), (DK_BETA, None)):
        answer = await client.as_(token, team).get("/r/containers")
        seen[token, team] = {service["service_slug"] for service in answer.json()["container_service_list"]}
    assert seen[JWT_OWNER, TEAM_ALPHA] == {
        *("echo", "llm", "images", "shop", "reports", "indexer", "trainer"),
    }
    assert seen[JWT_OWNER, TEAM_BETA] == seen[SK_BETA, None] == seen[DK_BETA, None] == {"llm", "mirror"}


@pytest.mark.parametrize("key", [SK_ALPHA, SK_BETA])
async def test_users_me_refuses_integration_keys(client: Client, key: str) -> None:
    answer = await client.as_(key).get("/users/me")
    assert (answer.status, "sk-" in answer.error) == (403, True)


async def test_users_me_names_the_user_and_their_teams(client: Client) -> None:
    both = [{"id": TEAM_ALPHA, "display_name": "Alpha"}, {"id": TEAM_BETA, "display_name": "Beta"}]
    for token in (JWT_OWNER, DK_OWNER, DK_BETA):
        found = (await client.as_(token).get("/users/me")).json()
        assert set(found) == {"id", "first_name", "last_name", "display_name", "email_address", "team_list"}
        assert (found["display_name"], found["email_address"]) == ("Ada Lovelace", "ada@example.com")
        assert found["team_list"] == both
    assert (await client.as_(JWT_VIEWER).get("/users/me")).json()["team_list"] == both[:1]


async def test_users_me_can_name_a_device_keys_own_team_only(connect: Connect) -> None:
    client = await connect(token=DK_BETA, switches=Switches(device_key_teams="own"))
    assert (await client.get("/users/me")).json()["team_list"] == [{"id": TEAM_BETA, "display_name": "Beta"}]
    both = (await client.as_(JWT_OWNER).get("/users/me")).json()["team_list"]
    assert len(both) == 2


@pytest.mark.parametrize(
    ("token", "team", "status"),
    [
        (SK_ALPHA, None, 200),
        (DK_OWNER, None, 200),
        (DK_ADMIN, None, 200),
        (DK_MEMBER, None, 200),
        (DK_VIEWER, None, 403),
        (JWT_OWNER, TEAM_ALPHA, 200),
        (JWT_ADMIN, TEAM_ALPHA, 200),
        (JWT_MEMBER, TEAM_ALPHA, 200),
        (JWT_VIEWER, TEAM_ALPHA, 403),
    ],
)
async def test_viewers_may_look_and_not_call(client: Client, token: str, team: str | None, status: int) -> None:
    caller = client.as_(token, team)
    assert (await caller.get("/r/containers")).status == 200
    assert (await caller.get("/r/containers/echo")).status == 200
    invoked = await caller.invoke("echo", "GET", "/ping")
    proxied = await caller.get("/r/containers/echo/ping")
    assert (invoked.status, proxied.status) == (status, status)
    if status == 403:
        assert "viewer" in invoked.error


async def test_a_configured_token_expires(connect: Connect, clock: Clock) -> None:
    config = GatewayConfig(
        teams=(Team(display_name="Solo"),),
        users=(User(email_address="a@example.com", user_password="x", roles={"Solo": "owner"}),),
        keys=(Key(value="a.b.c", user="a@example.com", expires_in=10), Key(value="sk-solo", team="Solo")),
    )
    client = await connect(config, token="a.b.c", now=clock)
    assert (await client.get("/users/me")).status == 200
    clock.forward(10)
    answer = await client.get("/users/me")
    assert (answer.status, answer.error) == (401, "the token has expired")
    assert (await client.as_("sk-solo").get("/r/containers")).status == 200


@pytest.mark.parametrize(("form", "expected"), [("seconds", "60"), ("date", "GMT"), ("none", None)])
async def test_the_rate_limit_counts_each_credential_for_itself(
    connect: Connect, clock: Clock, form: str, expected: str | None
) -> None:
    switches = Switches(rate_limit=2, rate_window=60, retry_after=form)  # type: ignore[arg-type]  # one of the three
    client = await connect(switches=switches, now=clock)
    statuses = [(await client.get("/r/containers/echo")).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = await client.invoke("echo", "GET", "/ping")
    assert (refused.status, refused.error) == (429, "too many calls")
    if expected is None:
        assert "Retry-After" not in refused.headers
    else:
        assert refused.headers["Retry-After"].endswith(expected)
    assert (await client.as_(SK_BETA).get("/r/containers")).status == 200
    clock.forward(60)
    assert (await client.get("/r/containers/echo")).status == 200


async def test_latency_is_added_to_every_answer(connect: Connect) -> None:
    client = await connect(switches=Switches(latency=0.2))
    before = asyncio.get_running_loop().time()
    assert (await client.get("/r/containers")).status == 200
    assert asyncio.get_running_loop().time() - before >= 0.19
