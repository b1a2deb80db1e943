"""One process's way to the platform: settings, credentials, secret references and connections behind one object.

Both front ends own exactly one `Session` and call nothing below it to send. It keeps the one `Redactor`, fed with
every credential and every secret as it is resolved. It never prompts by itself: `ask` is handed in.
"""

from __future__ import annotations

import asyncio
import copy
import os
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from workbench.invoke import preload
from workbench.model.collection import UNSAFE_METHODS
from workbench.model.errors import PlatformError
from workbench.model.profile import Profile, Settings, origin
from workbench.model.secrets import Redactor
from workbench.replay import targeting
from workbench.replay.connections import Connections
from workbench.replay.credentials import Credentials
from workbench.replay.references import References
from workbench.replay.teams import Teams

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from workbench.invoke.connection import Connection
    from workbench.invoke.credentials import Credential
    from workbench.invoke.watching import Watch
    from workbench.model.catalog import Service, Team, User
    from workbench.model.collection import Collection, Environment, SavedRequest
    from workbench.model.envelope import Envelope
    from workbench.model.exchange import ServiceResponse
    from workbench.model.request import Target
    from workbench.replay.logins import Kept
    from workbench.replay.targeting import Overrides

T = TypeVar("T")

_UNAUTHORIZED = 401


class Session:
    """Settings, credentials, secrets and connections of one process. Use it as an async context manager.

    Args:
        settings: the user's profiles.
        overrides: what flags and environment names say about the target.
        environ: the process environment.
        credentials: credentials that are already known, by origin (the demo's key).
        trusting: references of collections that the user has not trusted are read all the same (`--trust`).
        ask: answers a `{ prompt = "Label" }` secret; None where nobody can be asked.
        running: connections are kept between calls, as a run wants it.
        connections: idle and busy connections per platform, at most.
    """

    def __init__(
        self,
        settings: Settings,
        overrides: Overrides,
        *,
        environ: Mapping[str, str] | None = None,
        credentials: Mapping[str, Credential] | None = None,
        trusting: bool = False,
        ask: Callable[[str], str] | None = None,
        running: bool = False,
        connections: int = 100,
    ) -> None:
        self.settings = settings
        self.overrides = overrides
        self.environ = os.environ if environ is None else environ
        self.redactor = Redactor()
        self.credentials = Credentials(self.environ, self.redactor, credentials)
        self.credentials.ask = ask
        self.references = References(self.environ, self.redactor, trusting=trusting, ask=ask)
        self._connections = Connections(running=running, limit=connections)
        self._teams = Teams()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection, once a renewed login is kept."""
        await self.credentials.aclose()
        await self._connections.aclose()

    def profile(self, collection: Collection | None = None, environment: Environment | None = None) -> Profile:
        """The profile in use for a collection; TargetError when it is not in the settings."""
        return targeting.find_profile(self.settings, self.overrides, environment, collection)

    def target(
        self,
        collection: Collection | None = None,
        environment: Environment | None = None,
        request: SavedRequest | None = None,
    ) -> Target:
        """Where a request goes; TargetError when no service is named."""
        profile = self.profile(collection, environment)
        return targeting.find_target(
            profile, self.overrides, collection=collection, environment=environment, request=request
        )

    def ask_with(self, ask: Callable[[str], str]) -> None:
        """Put `{ prompt = "Label" }` to the user through `ask` from now on; it is called in a thread."""
        self.references.ask = self.credentials.ask = ask

    def with_overrides(self, overrides: Overrides) -> Session:
        """The same session on another target; connections, secrets and redactor are shared, and closed with it."""
        view = copy.copy(self)
        view.overrides = overrides
        return view

    def use_login(self, kept: Kept) -> Credential:
        """Use what signing in has brought for its platform, over any other, for as long as the session lasts.

        Raises:
            CredentialError: its token cannot stand in a header; the message never holds it.
        """
        credential = self.credentials.adopt(kept)
        self._connections.use(credential)
        self._teams.forget_the_only_one()  # they were another user's
        return credential

    async def drop_credential(self, profile: Profile) -> None:
        """Forget the credential in use for a profile's platform; the next call looks for one again."""
        where = origin(profile.base_url)
        self.credentials.drop(where)
        self._teams.forget_the_only_one()
        await self._connections.drop(where)

    async def credential(self, profile: Profile) -> Credential:
        """The credential for a profile's platform; CredentialError when there is none for its origin."""
        return await self.credentials.find(profile, self.overrides.base_url)

    async def connection(self, profile: Profile) -> Connection:
        """The connection to a profile's platform, opened once, with a credential that has not ended.

        Raises:
            CredentialError: there is no credential for its origin.
            PlatformError: the login has ended and could not be renewed.
        """
        connection = self._connections.get(profile)
        if connection is None:
            credential = await self.credential(profile)
            await asyncio.to_thread(preload)
            connection = self._connections.get(profile) or self._connections.keep(profile, credential)
        if connection.credential is not None and self.credentials.is_due(connection.credential):
            await self._renew_in_time(connection, connection.credential)
        return connection

    def clock_skew(self, profile: Profile) -> float | None:
        """Seconds by which the platform's clock is ahead of this machine's; None before it has answered a question."""
        connection = self._connections.get(profile)
        return connection.clock_skew if connection else None

    def proxy(self, profile: Profile) -> str:
        """The proxy between here and a profile's platform, without its password; empty when there is none."""
        connection = self._connections.get(profile)
        return connection.proxy_in_use if connection else ""

    def stranger(self, profile: Profile, credential: Credential | None = None) -> Connection:
        """A connection of its own, without a credential but the one given, for signing in; the caller closes it."""
        return self._connections.open(profile, credential)

    async def send(
        self,
        profile: Profile,
        target: Target,
        envelope: Envelope,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - the limit belongs to the call and is part of its error
        watch: Watch | None = None,
    ) -> ServiceResponse:
        """Send one call; PlatformError when there is no usable answer, TargetError when a JWT has no team.

        A call that the platform refuses for its access token is sent again with a new one, once: refused by invoke's
        own status it has not run. On the proxy route the status may be the container's, so only safe methods are.
        """
        connection = await self.connection(profile)
        ready = await self._with_team(profile, connection, target)

        async def call() -> ServiceResponse:
            return await connection.send(ready, envelope, timeout=timeout, watch=watch)

        again = target.route == "invoke" or envelope.method not in UNSAFE_METHODS
        response = await self._renewing(connection, call, again=again)
        if response.truncated:
            self.redactor.add_cut(response.body)
        return response

    async def ready(self, profile: Profile, target: Target) -> Target:
        """Check everything that must hold before the first call; the target with its team's id.

        Raises:
            CredentialError: no credential for the platform's origin.
            TargetError: a JWT without a team, or a team the user is not in.
            PlatformError: a team's name had to be looked up and could not.
        """
        return await self._with_team(profile, await self.connection(profile), target)

    async def teams(self, profile: Profile) -> tuple[Team, ...]:
        """The user's teams; empty with an `sk-` key, whose one team goes without saying."""
        connection = await self.connection(profile)
        return await self._renewing(connection, connection.teams)

    async def services(self, profile: Profile, team: str | None) -> tuple[Service, ...]:
        """The services of a team (its id, or None where the credential decides), in the platform's order."""
        connection = await self.connection(profile)
        team_id = await self.team_id(profile, team)
        return await self._renewing(connection, lambda: connection.services(team_id))

    async def service(self, profile: Profile, slug: str, team: str | None) -> Service:
        """One service with all its fields."""
        connection = await self.connection(profile)
        team_id = await self.team_id(profile, team)
        return await self._renewing(connection, lambda: connection.service(slug, team_id))

    async def user(self, profile: Profile) -> User | None:
        """The user the credential stands for; None with an `sk-` key. PlatformError when it is refused."""
        connection = await self.connection(profile)
        return await self._renewing(connection, connection.check)

    async def team_id(self, profile: Profile, team: str | None) -> str | None:
        """The id of a team given by id or name; None where the credential decides.

        Raises:
            TargetError: a JWT without a team, or a name none of the user's teams has.
        """
        connection = await self.connection(profile)
        return (await self._teams.find(profile, team, self.teams)).id if connection.needs_team else team

    async def _with_team(self, profile: Profile, connection: Connection, target: Target) -> Target:
        if not connection.needs_team:
            return target
        team = await self._teams.find(profile, target.team, self.teams)
        return msgspec.structs.replace(target, team=team.id, team_name=team.name or target.team_name)

    async def _renew_in_time(self, connection: Connection, used: Credential) -> None:
        """Trade a token that is about to end; one that has a few seconds left goes on when that fails."""
        try:
            self._connections.use(await self.credentials.renewed(connection, used))
        except PlatformError:
            if self.credentials.has_ended(used):
                raise

    async def _renewing(self, connection: Connection, call: Callable[[], Awaitable[T]], *, again: bool = True) -> T:
        """The answer of a call; one that is refused for its access token is made again with a new one, once."""
        used = connection.credential
        try:
            return await call()
        except PlatformError as error:
            if used is None or error.failure.platform_status != _UNAUTHORIZED or not self.credentials.can_renew(used):
                raise
            self._connections.use(await self.credentials.renewed(connection, used))
            if not again:
                hint = "the sign-in was renewed: send it again; the container may have answered so itself"
                raise PlatformError(msgspec.structs.replace(error.failure, hint=hint)) from error
        return await call()
