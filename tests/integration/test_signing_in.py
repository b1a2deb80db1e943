"""Signing in over a real gateway, and what keeps a login alive: renewal in time, after a refusal, in two processes."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.gateway import DK_OWNER, EMAIL, PASSWORD, SK_ALPHA
from workbench.gateway.config import GatewayConfig, SignIn
from workbench.gateway.server import GatewayThread
from workbench.invoke import signin
from workbench.model.envelope import Envelope
from workbench.model.errors import CredentialError, Failure, PlatformError, TargetError
from workbench.model.login import Login
from workbench.model.profile import Profile, Settings, origin
from workbench.model.request import Target
from workbench.model.secrets import Secret
from workbench.replay import credentials, logins, signing_in
from workbench.replay.logins import Kept
from workbench.replay.session import Session
from workbench.replay.standing import standing
from workbench.replay.targeting import Overrides

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbench.invoke.connection import Connection
    from workbench.model.collection import Route
    from workbench.model.login import Place

QUICK = SignIn(pair_interval=0.05, approve_after=2)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERUN_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("CYBERUN_CONFIG_DIR", str(tmp_path / "config"))


@pytest.fixture
def gateway() -> Iterator[GatewayThread]:
    with GatewayThread(GatewayConfig(sign_in=QUICK)) as running:
        yield running


def session_on(gateway: GatewayThread, team: str | None = "Alpha", environ: dict[str, str] | None = None) -> Session:
    profile = Profile(name="lab", base_url=gateway.base_url, team=team)
    return Session(Settings(profiles={"lab": profile}, default_profile="lab"), Overrides(), environ=environ or {})


async def signed_in(gateway: GatewayThread) -> Login:
    """Sign in by password, and keep it in the file."""
    async with session_on(gateway) as session:
        found = await signing_in.with_password(session, session.profile(), EMAIL, Secret(PASSWORD))
    logins.keep(found.login, "file")
    return found.login


async def call(session: Session, *, route: Route = "invoke", method: str = "POST") -> int:
    profile = session.profile()
    target = Target(base_url=profile.base_url, service="echo", team="Alpha", route=route)
    body = b"{}" if method == "POST" else None
    return (await session.send(profile, target, Envelope(method=method, path="/anything", body=body))).platform_status


# Signing in


async def test_by_password_key_and_pairing(gateway: GatewayThread) -> None:
    async with session_on(gateway) as session:
        profile = session.profile()
        by_password = await signing_in.with_password(session, profile, EMAIL, Secret(PASSWORD))
        assert by_password.user is not None
        assert by_password.user.email == EMAIL
        assert by_password.login.refresh is not None
        assert by_password.login.account == EMAIL
        by_key = await signing_in.with_key(session, profile, f"{SK_ALPHA}\n")
        assert (by_key.user, by_key.login.token.reveal()) == (None, SK_ALPHA)
        shown: list[str] = []
        paired = await signing_in.by_pairing(session, profile, lambda pairing: shown.append(pairing.user_code))
        assert len(shown[0]) == 9
        assert paired.login.token.reveal().startswith("dk-")
        assert paired.user is not None
        said = session.redactor.redact(f"{PASSWORD} {SK_ALPHA} {paired.login.token.reveal()}")
        assert not any(secret in said for secret in (PASSWORD, SK_ALPHA, paired.login.token.reveal()))


async def test_what_is_refused_is_no_login(gateway: GatewayThread) -> None:
    async with session_on(gateway) as session:
        profile = session.profile()
        with pytest.raises(PlatformError, match="refused the credential"):
            await signing_in.with_key(session, profile, "sk-nobody-has-this")
        with pytest.raises(PlatformError, match="address or the password"):
            await signing_in.with_password(session, profile, EMAIL, Secret("wrong-canary"))
        with pytest.raises(CredentialError, match="position 4"):
            await signing_in.with_key(session, profile, "sk- x")
    assert logins.find(origin(gateway.base_url)) is None


async def test_a_pairing_runs_out_and_can_be_cancelled() -> None:
    never = SignIn(pair_interval=0.05, approve_after=0, pair_ttl=0.2)
    with GatewayThread(GatewayConfig(sign_in=never)) as gateway:
        async with session_on(gateway) as session:
            with pytest.raises(PlatformError, match="expired"):
                await signing_in.by_pairing(session, session.profile(), lambda _: None)
            shown = asyncio.Event()
            task = asyncio.create_task(signing_in.by_pairing(session, session.profile(), lambda _: shown.set()))
            await shown.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_a_question_that_gets_lost_is_asked_again(
    gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = signin.poll_pairing, 0

    async def sometimes(connection: Connection, pairing: signin.Pairing) -> Secret | None:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise PlatformError(Failure(kind="connect", message="lost", layer="network"))
        return await real(connection, pairing)

    monkeypatch.setattr(signin, "poll_pairing", sometimes)
    async with session_on(gateway) as session:
        found = await signing_in.by_pairing(session, session.profile(), lambda _: None)
    assert found.login.token.reveal().startswith("dk-")
    assert asked == 3


# Which credential is used


async def test_the_order_of_the_sources(gateway: GatewayThread) -> None:
    await signed_in(gateway)
    where = origin(gateway.base_url)
    async with session_on(gateway) as session:
        assert (await standing(session, session.profile())).source.startswith("login, kept in the file")
    environ = {"CYBERUN_API_KEY": SK_ALPHA, "CYBERUN_BASE_URL": gateway.base_url}
    async with session_on(gateway, environ=environ) as session:
        found = await standing(session, session.profile())
        assert (found.kind, found.source, found.user) == ("sk", "CYBERUN_API_KEY", None)
        session.use_login(Kept(Login(origin=where, token=Secret(DK_OWNER))))
        assert (await standing(session, session.profile())).kind == "dk"
        await session.drop_credential(session.profile())
        assert (await standing(session, session.profile())).source == "CYBERUN_API_KEY"
    assert logins.forget(where)
    async with session_on(gateway) as session:
        with pytest.raises(CredentialError, match="no credential"):
            await standing(session, session.profile())


async def test_standing_tells_what_is_known_when_it_is_refused_or_nobody_answers(gateway: GatewayThread) -> None:
    await signed_in(gateway)
    gateway.revoke(kind="jwt")
    async with session_on(gateway) as session:  # renewed by itself
        found = await standing(session, session.profile())
        assert (found.failure, found.renews, found.skew) == (None, True, 0.0)
        assert 3500 < (found.seconds_left() or 0) <= 3600
    gateway.revoke(token=SK_ALPHA)
    environ = {"CYBERUN_API_KEY": SK_ALPHA, "CYBERUN_BASE_URL": gateway.base_url}
    async with session_on(gateway, environ=environ) as session:
        found = await standing(session, session.profile())
        assert found.failure is not None
        assert (found.failure.kind, found.prefix) == ("platform_auth", "sk-…ha")


async def test_a_user_with_one_team_need_not_name_it(gateway: GatewayThread) -> None:
    async with session_on(gateway, team=None) as session:
        profile = session.profile()
        alan = await signing_in.with_password(session, profile, "alan@example.com", Secret("turing"))
        session.use_login(Kept(alan.login))
        assert len(await session.services(profile, None)) > 3
        grace = await signing_in.with_password(session, profile, "grace@example.com", Secret("hopper"))
        session.use_login(Kept(grace.login))
        with pytest.raises(TargetError, match="needs a team"):
            await session.services(profile, None)


# Renewal


def about_to_end(session: Session) -> None:
    """Let the tokens of a session be in their last minute."""
    session.credentials._clock = lambda: time.time() + 3550


async def test_a_token_about_to_end_is_renewed_and_kept_before_it_is_used(
    gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await signed_in(gateway)
    kept_at: list[int] = []
    keep = logins.keep

    def noting(login: Login, place: Place) -> None:
        kept_at.append(gateway.calls.total)
        keep(login, place)

    monkeypatch.setattr(logins, "keep", noting)
    async with session_on(gateway) as session:
        about_to_end(session)
        assert await call(session) == 200
        assert await call(session) == 200
    assert kept_at == [0]
    after = logins.find(before.origin)
    assert after is not None
    assert after.login.token != before.token
    assert after.login.refresh != before.refresh
    assert after.login.account == EMAIL


async def test_a_refused_token_is_renewed_once_and_the_call_made_again(gateway: GatewayThread) -> None:
    await signed_in(gateway)
    async with session_on(gateway) as session:
        assert await call(session) == 200
        gateway.revoke(kind="jwt")
        before = gateway.calls.total
        assert await asyncio.gather(*(call(session) for _ in range(5))) == [200] * 5
        assert gateway.calls.total - before <= 10
        gateway.revoke(kind="jwt")
        assert len(await session.teams(session.profile())) == 2


async def test_through_the_proxy_an_unsafe_call_is_not_made_again(gateway: GatewayThread) -> None:
    await signed_in(gateway)
    async with session_on(gateway) as session:
        assert await call(session, route="proxy") == 200
        gateway.revoke(kind="jwt")
        with pytest.raises(PlatformError, match="refused the credential") as caught:
            await call(session, route="proxy")
        assert "send it again" in caught.value.hint
        assert await call(session, route="proxy") == 200
        gateway.revoke(kind="jwt")
        assert await call(session, route="proxy", method="GET") == 200


async def test_a_key_that_was_revoked_is_not_renewed(gateway: GatewayThread) -> None:
    async with session_on(gateway) as session:
        found = await signing_in.with_key(session, session.profile(), SK_ALPHA)
        session.use_login(Kept(found.login))
        gateway.revoke(token=SK_ALPHA)
        with pytest.raises(PlatformError, match="refused the credential"):
            await call(session)
        assert gateway.calls.total <= 1


async def test_a_dead_refresh_token_says_to_sign_in(gateway: GatewayThread) -> None:
    login = await signed_in(gateway)
    assert login.refresh is not None
    async with session_on(gateway) as session, session.stranger(session.profile()) as other:
        await signin.refresh(other, login.refresh)  # used up behind its back
        gateway.revoke(kind="jwt")
        with pytest.raises(PlatformError, match="sign in again"):
            await call(session)


async def test_two_processes_renew_once(gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch) -> None:
    await signed_in(gateway)
    real, renewals = signin.refresh, 0

    async def counting(connection: Connection, token: Secret) -> signin.Tokens:
        nonlocal renewals
        renewals += 1
        return await real(connection, token)

    monkeypatch.setattr(signin, "refresh", counting)
    async with session_on(gateway) as one, session_on(gateway) as other:
        for session in (one, other):
            await session.credentials.find(session.profile(), None)
            about_to_end(session)
        gateway.change(latency=0.05)
        assert [*await asyncio.gather(call(one), call(other), call(one))] == [200, 200, 200]
    assert renewals == 1


async def test_cancelling_a_call_does_not_lose_the_new_token(
    gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await signed_in(gateway)
    real, asked = signin.refresh, asyncio.Event()

    async def noting(connection: Connection, token: Secret) -> signin.Tokens:
        asked.set()
        return await real(connection, token)

    monkeypatch.setattr(signin, "refresh", noting)
    async with session_on(gateway) as session:
        about_to_end(session)
        task = asyncio.create_task(call(session))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    after = logins.find(before.origin)
    assert after is not None
    assert after.login.refresh != before.refresh
    async with session_on(gateway) as session:
        assert await call(session) == 200


async def test_signing_out_elsewhere_ends_the_login(gateway: GatewayThread) -> None:
    login = await signed_in(gateway)
    async with session_on(gateway) as session:
        assert await call(session) == 200
        logins.forget(login.origin)
        gateway.revoke(kind="jwt")
        with pytest.raises(PlatformError, match="signed out"):
            await call(session)


async def test_a_login_that_cannot_be_kept_still_serves(
    gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_in(gateway)

    def full(login: Login, place: Place) -> None:
        raise CredentialError(f"no room for {place}")

    async with session_on(gateway) as session:
        assert await call(session) == 200
        warnings: list[str] = []
        session.credentials.warn = warnings.append
        monkeypatch.setattr(logins, "keep", full)
        gateway.revoke(kind="jwt")
        assert await call(session) == 200
    (warning,) = warnings
    assert "could not be kept: no room" in warning


async def test_a_refused_renewal_does_not_end_a_token_that_is_still_good(
    gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = await signed_in(gateway)
    good = Login(origin=login.origin, token=Secret(SK_ALPHA), refresh=Secret("r-canary"), expires_at=time.time() + 30)
    async with session_on(gateway) as session:
        session.use_login(Kept(good))  # the platform refuses that refresh token
        assert await call(session) == 200
        monkeypatch.setattr(signin, "refresh", None)  # and is not asked again
        assert await call(session) == 200


async def test_the_end_does_not_wait_for_a_renewal_that_hangs(
    gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed_in(gateway)
    asked = asyncio.Event()

    async def hanging(connection: Connection, token: Secret) -> signin.Tokens:
        asked.set()
        return await asyncio.Event().wait()  # type: ignore[return-value]  # it never comes

    monkeypatch.setattr(signin, "refresh", hanging)
    monkeypatch.setattr(credentials, "CLOSING", 0.05)
    async with session_on(gateway) as session:
        about_to_end(session)
        task = asyncio.create_task(call(session))
        await asked.wait()
    with pytest.raises(asyncio.CancelledError):
        await task
