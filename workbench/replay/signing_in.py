"""Signing in, the same way for both front ends: by a key, by e-mail address and password, by pairing this device.

What comes of it is a `Login` that the platform has accepted, with whom it stands for. Whom to ask, what to show and
where to keep it are the front end's; nothing is kept here.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbench.invoke import signin
from workbench.invoke.credentials import Credential
from workbench.model.catalog import User
from workbench.model.errors import Failure, PlatformError
from workbench.model.login import Login, token_end
from workbench.model.profile import origin
from workbench.replay.credentials import login_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.invoke.signin import Pairing
    from workbench.model.profile import Profile
    from workbench.model.secrets import Secret
    from workbench.replay.session import Session

_PASSING = frozenset({"dns", "connect", "timeout"})


class SignedIn(msgspec.Struct, frozen=True):
    """A login that the platform takes, and whom it stands for; None for an `sk-` key."""

    login: Login
    user: User | None


async def with_key(session: Session, profile: Profile, token: str | Secret) -> SignedIn:
    """A key or an access token that is there already.

    Raises:
        CredentialError: it cannot be one; the message never holds it.
        PlatformError: the platform does not take it, or there is no answer.
    """
    return await _accepted(session, profile, token)


async def with_password(session: Session, profile: Profile, email: str, password: Secret) -> SignedIn:
    """A pair of tokens for an address and a password.

    Raises:
        CredentialError: the platform is reached over plain http.
        PlatformError: it does not take them, or there is no answer.
    """
    session.redactor.add(password)
    async with session.stranger(profile) as connection:
        tokens = await signin.by_password(connection, email, password)
    for secret in (tokens.access, tokens.refresh):
        session.redactor.add(secret)
    login = login_of(tokens, origin(profile.base_url), email, time.time())
    return await _accepted(session, profile, tokens.access, login)


async def by_pairing(session: Session, profile: Profile, show: Callable[[Pairing], None]) -> SignedIn:
    """A device key, once somebody has approved the pairing that `show` is given.

    The platform is asked as often as it says, until it approves, refuses or the pairing has run out; a question that
    gets lost on the way is asked again. Cancelling ends it.

    Raises:
        CredentialError: the platform is reached over plain http.
        PlatformError: there is no key.
    """
    async with session.stranger(profile) as connection:
        pairing = await signin.start_pairing(connection)
        session.redactor.add(pairing.device_code)
        ends = time.monotonic() + pairing.expires_in
        show(pairing)
        wait = pairing.interval
        while True:
            if time.monotonic() + wait >= ends:
                raise PlatformError(
                    Failure(kind="platform_auth", message="the pairing has expired: start again", layer="platform")
                )
            await asyncio.sleep(wait)
            wait = pairing.interval
            try:
                key = await signin.poll_pairing(connection, pairing)
            except PlatformError as error:
                if error.failure.kind not in _PASSING and error.failure.retry_after is None:
                    raise
                wait = max(wait, error.failure.retry_after or 0.0)
                continue
            if key is not None:
                session.redactor.add(key)
                return await _accepted(session, profile, key)


async def _accepted(session: Session, profile: Profile, token: str | Secret, login: Login | None = None) -> SignedIn:
    """The login for a token, when the platform takes it."""
    credential = Credential(token, base_url=profile.base_url, source="this sign-in")
    session.redactor.add(credential.secret)
    async with session.stranger(profile, credential) as connection:
        user = await connection.check()
    if login is None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        ends = token_end(credential.secret.reveal())
        login = Login(origin=credential.origin, token=credential.secret, expires_at=ends, since=now)
    return SignedIn(login, user)
