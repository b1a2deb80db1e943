"""Which credential goes to which platform, and how one that ends is renewed.

Order: what was typed in, `CYBERUN_API_KEY`, the profile's own reference, what signing in has kept. An access token is
traded for a new one shortly before its end, and once when the platform refuses it; the new refresh token is kept before
the new pair is used, and one process at a time does it. It never sends a call.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from workbench.invoke import signin
from workbench.invoke.credentials import Credential, from_environment, from_reference
from workbench.invoke.sources import in_thread
from workbench.model.errors import CredentialError, Failure, PlatformError, WorkbenchError
from workbench.model.login import Login
from workbench.model.profile import origin
from workbench.replay import logins
from workbench.replay.logins import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbench.invoke.connection import Connection
    from workbench.model.profile import Profile
    from workbench.model.secrets import Redactor


CLOSING = 5.0
"""Seconds that a renewal under way has when the program ends."""


class Credentials:
    """The credentials of one process, by origin.

    Args:
        environ: the process environment.
        redactor: gets to know every token.
        known: credentials that are there already.
        clock: seconds since the epoch.

    Attributes:
        ask: answers a `{ prompt = "Label" }` reference; None where nobody can be asked.
        warn: is told what was done to a credential, and that a renewed login could not be kept, which ends with the
            program then.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        redactor: Redactor,
        known: Mapping[str, Credential] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.ask: Callable[[str], str] | None = None
        self.warn: Callable[[str], None] = lambda _: None
        self._environ = environ
        self._redactor = redactor
        self._clock = clock
        self._found = dict(known or {})
        self._kept: dict[str, Kept] = {}
        self._renewals: dict[str, asyncio.Task[Credential]] = {}
        self._refused: set[str] = set()  # origins that did not take the refresh token: not tried again before the end
        for credential in self._found.values():
            redactor.add(credential.secret)

    async def find(self, profile: Profile, base_url: str | None) -> Credential:
        """The credential for a profile's platform.

        Args:
            profile: whose origin it goes to.
            base_url: what the flag or `CYBERUN_BASE_URL` says, which `CYBERUN_API_KEY` is bound to.

        Raises:
            CredentialError: there is none, or it cannot be read.
            FileError: the file of logins cannot be read.
        """
        where = origin(profile.base_url)
        if where in self._found:
            return self._found[where]
        given = from_environment(self._environ, base_url)
        if given is not None and given.origin == where:
            return self.take(given)
        if profile.credential is not None:
            read = partial(from_reference, profile.credential, profile.base_url, environ=self._environ, ask=self.ask)
            found = await in_thread(read)
            return self.take(found)
        kept = await asyncio.to_thread(logins.find, where)
        if kept is not None:
            return self.adopt(kept)
        elsewhere = f"CYBERUN_API_KEY belongs to {given.origin}; " if given else ""
        raise CredentialError(
            f"there is no credential for {where}",
            hint=f"{elsewhere}sign in with `cyberun-tui login`, set CYBERUN_API_KEY together with CYBERUN_BASE_URL "
            "(the managed service needs none), or credential = { … } in the profile",
        )

    def take(self, credential: Credential) -> Credential:
        """Use a credential for its origin from now on."""
        self._kept.pop(credential.origin, None)
        self._found[credential.origin] = credential
        self._redactor.add(credential.secret)
        for note in credential.notes:
            self.warn(f"{note} ({credential.source})" if credential.source else note)
        return credential

    def adopt(self, kept: Kept) -> Credential:
        """Use a login for its origin from now on."""
        login = kept.login
        self._refused.discard(login.origin)
        source = f"login, kept in {logins.describe(kept.place)}"
        credential = self.take(Credential(login.token, base_url=login.origin, source=source))
        if login.refresh is not None:
            self._redactor.add(login.refresh)
        self._kept[login.origin] = kept
        return credential

    def drop(self, where: str) -> None:
        """Forget what is in use for an origin."""
        self._found.pop(where, None)
        self._kept.pop(where, None)

    def kept(self, where: str) -> Kept | None:
        """The login in use for an origin; None when it is another kind of credential."""
        return self._kept.get(where)

    def is_due(self, credential: Credential) -> bool:
        """Whether a credential should be renewed before it is used again."""
        kept = self._kept.get(credential.origin)
        if kept is None or not kept.login.is_due(self._clock()):
            return False
        return credential.origin not in self._refused or self.has_ended(credential)

    def has_ended(self, credential: Credential) -> bool:
        """Whether a credential is of no use any more."""
        kept = self._kept.get(credential.origin)
        return kept is not None and kept.login.has_ended(self._clock())

    def can_renew(self, credential: Credential) -> bool:
        """Whether a refused credential can be traded for another."""
        kept = self._kept.get(credential.origin)
        return kept is not None and kept.login.refresh is not None

    async def renewed(self, connection: Connection, used: Credential) -> Credential:
        """A credential newer than `used`; a renewal that is under way is waited for.

        It goes on when the one who waits is cancelled: a refresh token dies when it is used, so its successor has to
        be kept.

        Raises:
            PlatformError: there is none; the message says what to do.
        """
        where = used.origin
        if self._found.get(where, used) is not used:
            return self._found[where]
        task = self._renewals.get(where)
        if task is None:
            held = self._kept.get(where)
            if held is None:
                return used  # signed out meanwhile: the platform is the judge
            task = self._renewals[where] = asyncio.create_task(self._renew(connection, held))
            task.add_done_callback(lambda done: self._ended(where, done))
        try:
            return await asyncio.shield(task)
        except PlatformError:
            raise
        except WorkbenchError as error:
            failure = Failure(kind="platform_auth", message=error.message, layer="client", hint=error.hint)
            raise PlatformError(failure) from error

    async def aclose(self) -> None:
        """Wait a little for renewals that are under way: what they bring has to be kept."""
        pending = list(self._renewals.values())
        if pending:
            _, late = await asyncio.wait(pending, timeout=CLOSING)
            for task in late:
                task.cancel()

    def _ended(self, where: str, task: asyncio.Task[Credential]) -> None:
        self._renewals.pop(where, None)
        error = None if task.cancelled() else task.exception()  # whoever waited has it; else it is worth no message
        if isinstance(error, PlatformError) and error.failure.kind == "platform_auth":
            self._refused.add(where)

    async def _renew(self, connection: Connection, held: Kept) -> Credential:
        if held.place is None:
            return await self._trade(connection, held)
        release = await asyncio.to_thread(logins.hold, held.login.origin)
        try:
            stored = await asyncio.to_thread(logins.find, held.login.origin)
            if stored is None:
                where = held.login.origin
                raise CredentialError(f"another program has signed out of {where}", hint="sign in again")
            if stored.login.token != held.login.token and not stored.login.is_due(self._clock()):
                return self.adopt(stored)  # another process was faster
            return await self._trade(connection, stored)
        finally:
            await asyncio.to_thread(release)

    async def _trade(self, connection: Connection, held: Kept) -> Credential:
        old = held.login
        if old.refresh is None:
            return self.adopt(held)
        tokens = await signin.refresh(connection, old.refresh)
        fresh = Kept(login_of(tokens, old.origin, old.account, self._clock()), held.place)
        for secret in (tokens.access, tokens.refresh):
            self._redactor.add(secret)
        if held.place is not None:
            try:
                await asyncio.to_thread(logins.keep, fresh.login, held.place)
            except WorkbenchError as error:
                self.warn(f"the renewed login could not be kept: {error.message}; sign in again next time")
        return self.adopt(fresh)


def login_of(tokens: signin.Tokens, where: str, account: str, now: float) -> Login:
    """The login that a pair of tokens makes."""
    return Login(
        origin=where,
        token=tokens.access,
        refresh=tokens.refresh,
        expires_at=now + tokens.expires_in,
        lifetime=tokens.expires_in,
        account=account,
        since=datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
