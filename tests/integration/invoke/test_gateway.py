"""Against the local gateway: accounts, services, states, and every way it may answer where nothing is documented."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from workbench.gateway import demo
from workbench.invoke import Connection, Credential, WireOptions, signin
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure, PlatformError
from workbench.model.request import Target
from workbench.model.secrets import Secret

if TYPE_CHECKING:
    from workbench.gateway.server import GatewayThread
    from workbench.model.collection import Route

MODELS = Envelope(method="GET", path="/v1/models")
ROUTES: list[Route] = ["invoke", "proxy"]


def connect(gateway: GatewayThread, token: str | None = demo.SK_ALPHA, **options: Any) -> Connection:
    credential = Credential(token, base_url=gateway.base_url) if token else None
    return Connection(base_url=gateway.base_url, credential=credential, options=WireOptions(**options))


def at(gateway: GatewayThread, service: str = "llm", *, route: Route = "invoke", team: str | None = None) -> Target:
    return Target(base_url=gateway.base_url, service=service, route=route, team=team)


@pytest.mark.parametrize("token", [demo.SK_ALPHA, demo.DK_OWNER, demo.JWT_OWNER])
async def test_each_kind_of_credential_sees_and_calls(gateway: GatewayThread, token: str) -> None:
    async with connect(gateway, token) as connection:
        teams = await connection.teams()
        assert [team.title for team in teams] == ([] if token == demo.SK_ALPHA else ["Alpha", "Beta"])
        team = teams[0].id if teams else None
        services = await connection.services(team)
        assert {"llm", "echo", "trainer"} <= {service.slug for service in services}
        found = await connection.service("llm", team)
        assert found in services
        assert (found.state, found.openapi_url) == ("running", "/openapi.json")
        for route in ROUTES:
            answer = await connection.send(at(gateway, route=route, team=team), MODELS)
            assert json.loads(answer.body)["object"] == "list"


async def failure(gateway: GatewayThread, token: str | None, service: str, route: Route) -> Failure:
    async with connect(gateway, token) as connection:
        with pytest.raises(PlatformError) as caught:
            await connection.send(at(gateway, service, route=route), MODELS)
    return caught.value.failure


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("token", "service", "kind", "status"),
    [
        ("sk-nobody", "llm", "platform_auth", 401),
        (None, "llm", "platform_auth", 401),
        (demo.DK_VIEWER, "llm", "platform_auth", 403),
        (demo.AK, "llm", "platform_auth", 403),
        (demo.SK_ALPHA, "nothing", "unknown_service", 404),
        (demo.SK_ALPHA, "reports", "not_running", 409),
    ],
)
async def test_refusals(
    gateway: GatewayThread, token: str | None, service: str, kind: str, status: int, route: Route
) -> None:
    found = await failure(gateway, token, service, route)
    assert (found.kind, found.layer, found.platform_status, found.in_doubt) == (kind, "platform", status, False)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("status", [400, 404, 410, 422, 500, 503])
async def test_not_running_is_known_by_its_words_whatever_the_status(
    gateway: GatewayThread, status: int, route: Route
) -> None:
    gateway.change(not_running_status=status)
    assert (await failure(gateway, demo.SK_ALPHA, "reports", route)).kind == "not_running"


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_an_unknown_slug_likewise(gateway: GatewayThread, status: int) -> None:
    gateway.change(unknown_slug_status=status)
    assert (await failure(gateway, demo.SK_ALPHA, "nothing", "invoke")).kind == "unknown_service"


@pytest.mark.parametrize("values", ["strings", "lists", "mixed"])
@pytest.mark.parametrize("empty", ["empty", "omitted", "null"])
async def test_every_shape_of_envelope_is_read(gateway: GatewayThread, values: str, empty: str) -> None:
    gateway.change(header_values=values, empty_body=empty)
    async with connect(gateway) as connection:
        answer = await connection.send(at(gateway, "echo"), Envelope(method="GET", path="/status/204"))
        assert (answer.status, answer.body) == (204, b"")
        answer = await connection.send(at(gateway), MODELS)
        assert (answer.header("content-type") or "").startswith("application/json")


@pytest.mark.parametrize("key", ["container_service_list", "service_list", "container_list", "whatever"])
async def test_every_name_of_the_list_is_read(gateway: GatewayThread, key: str) -> None:
    gateway.change(list_key=key)
    async with connect(gateway) as connection:
        assert len(await connection.services(None)) > 5


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_rate_limit_says_when_to_come_back(gateway: GatewayThread, form: str) -> None:
    gateway.change(rate_limit=1, rate_window=30, retry_after=form)
    async with connect(gateway) as connection:
        await connection.send(at(gateway), MODELS)
        with pytest.raises(PlatformError) as caught:
            await connection.send(at(gateway), MODELS)
    found = caught.value.failure
    assert (found.kind, found.platform_status, found.in_doubt) == ("platform_refused", 429, False)
    assert found.retry_after is not None
    assert 20 <= found.retry_after <= 31


@pytest.mark.parametrize("route", ROUTES)
async def test_a_container_that_is_slow_is_in_doubt(gateway: GatewayThread, route: Route) -> None:
    gateway.change(container_timeout=0.1)
    slow = Envelope(method="GET", path="/delay/3")
    async with connect(gateway) as connection:
        with pytest.raises(PlatformError) as caught:
            await connection.send(at(gateway, "echo", route=route), slow)
        assert (caught.value.failure.platform_status, caught.value.failure.in_doubt) == (504, True)
        with pytest.raises(PlatformError, match=r"timeout after 0\.05 s"):
            await connection.send(at(gateway, "echo", route=route), slow, timeout=0.05)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("path", ["/anything/a%2Fb/../c?x=%41&y=a+b", "/anything//d?", "/anything/;p=1?q=[1]{2}"])
async def test_the_container_gets_the_path_as_written(gateway: GatewayThread, route: Route, path: str) -> None:
    async with connect(gateway) as connection:
        await connection.send(at(gateway, "echo", route=route), Envelope(method="GET", path=path))
    assert gateway.calls.all()[-1].path == path


async def test_a_stream_comes_in_pieces(gateway: GatewayThread) -> None:
    pieces: list[bytes] = []
    started: list[int] = []
    async with connect(gateway) as connection:
        answer = await connection.send(
            at(gateway, "echo", route="proxy"),
            Envelope(method="GET", path="/sse/5?pause=0.2"),
            on_chunk=pieces.append,
            on_start=lambda status, _: started.append(status),
        )
    assert (started, len(pieces) > 1, b"".join(pieces)) == ([200], True, answer.body)


async def test_signing_in_and_using_what_comes_of_it(gateway: GatewayThread) -> None:
    async with connect(gateway, None) as connection:
        tokens = await signin.by_password(connection, demo.ADA.email_address, Secret(demo.ADA.user_password))
        with pytest.raises(PlatformError, match="address or the password"):
            await signin.by_password(connection, demo.ADA.email_address, Secret("wrong"))
        new = await signin.refresh(connection, tokens.refresh)
        with pytest.raises(PlatformError, match="sign in again"):
            await signin.refresh(connection, tokens.refresh)
    async with connect(gateway, new.access.reveal()) as connection:
        me = await connection.me()
        assert me.email == demo.ADA.email_address
        await connection.send(at(gateway, team=me.teams[0].id), MODELS)


async def test_pairing_a_device(gateway: GatewayThread) -> None:
    async with connect(gateway, None) as connection:
        pairing = await signin.start_pairing(connection)
        key = await signin.poll_pairing(connection, pairing)
        if key is None:
            assert gateway.approve_pairing(pairing.user_code)
            await asyncio.sleep(0.01)
            key = await signin.poll_pairing(connection, pairing)
        assert key is not None
        with pytest.raises(PlatformError, match="expired"):
            await signin.poll_pairing(connection, pairing)
    async with connect(gateway, key.reveal()) as connection:
        assert await connection.teams()


async def test_only_the_credential_of_the_platform_reaches_it_and_never_the_container(gateway: GatewayThread) -> None:
    envelope = Envelope(method="GET", path="/anything", headers=(("Authorization", "Bearer inner"),))
    async with connect(gateway) as connection:
        through = await connection.send(at(gateway, "echo", route="proxy"), envelope)
        inside = await connection.send(at(gateway, "echo"), envelope)
    assert demo.SK_ALPHA.encode() not in through.body + inside.body
    assert b"Bearer inner" in inside.body
    assert b"Bearer inner" not in through.body
