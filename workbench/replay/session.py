"""One process's way to the platform: settings, credentials, secrets and connections behind one object.

Both front ends own exactly one `Session` and call nothing below it to send. It keeps the one `Redactor`, fed with
every credential and every secret as it is resolved. It never prompts by itself: `ask` is handed in.
"""

from __future__ import annotations

import asyncio
import copy
import os
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from workbench.files import trust
from workbench.files.bodies import read_body
from workbench.invoke import preload
from workbench.invoke.credentials import resolve_secret
from workbench.invoke.sources import in_thread
from workbench.model.collection import UNSAFE_METHODS
from workbench.model.errors import CollectionError, PlatformError, Problem, SecretError, TargetError, WorkbenchError
from workbench.model.profile import Profile, Settings, origin
from workbench.model.secrets import Redactor, Secret
from workbench.model.variables import text_of
from workbench.replay import targeting
from workbench.replay.connections import Connections
from workbench.replay.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.invoke.connection import Connection
    from workbench.invoke.credentials import Credential
    from workbench.invoke.watching import Watch
    from workbench.model.catalog import Service, Team, User
    from workbench.model.collection import Collection, Environment, SavedRequest
    from workbench.model.envelope import Envelope
    from workbench.model.exchange import ServiceResponse
    from workbench.model.request import Target
    from workbench.model.variables import Scope
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
        self._trusting = trusting
        self._ask = ask
        self._connections = Connections(running=running, limit=connections)
        self._secrets: dict[tuple[str, str], Secret] = {}
        self._team_ids: dict[tuple[str, str], Team] = {}
        self._only_teams: dict[str, Team] = {}

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
        self._ask = self.credentials.ask = ask

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
        self._only_teams.clear()  # they were another user's
        return credential

    async def drop_credential(self, profile: Profile) -> None:
        """Forget the credential in use for a profile's platform; the next call looks for one again."""
        where = origin(profile.base_url)
        self.credentials.drop(where)
        self._only_teams.clear()
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
        return await self._renewing(connection, call, again=again)

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

    async def secrets(self, loaded: LoadedCollection, names: Iterable[str]) -> dict[str, Secret]:
        """The values of a collection's secrets, each read once per session.

        Raises:
            SecretError: with one problem for each secret that could not be read, or that the collection may not read.
        """
        values: dict[str, Secret] = {}
        problems: list[Problem] = []
        collection = loaded.collection
        for name in sorted(names):
            key = (loaded.path, name)
            if key not in self._secrets:
                try:
                    self._secrets[key] = await self._secret(loaded, name)
                except WorkbenchError as error:
                    line = collection.source.line("secrets", name)
                    problems.append(
                        Problem(
                            path=loaded.path, line=line, key=f"secrets.{name}", message=error.message, hint=error.hint
                        )
                    )
                    continue
                self.redactor.add(self._secrets[key])
            values[name] = self._secrets[key]
        if problems:
            raise SecretError(problems)
        return values

    def secret_from(self, scope: Scope, name: str) -> Secret:
        """The value that a layer gives instead of the secret's own source; it stays secret."""
        found = scope.lookup(name)
        value = found[0] if found else ""
        secret = value if isinstance(value, Secret) else Secret(text_of(value), name)
        self.redactor.add(secret)
        return secret

    def needs_trust(self, loaded: LoadedCollection, names: Iterable[str] | None = None) -> list[str]:
        """What a collection would read from this machine and has not been allowed to; empty when nothing."""
        if self._trusting or trust.is_trusted(loaded):
            return []
        wanted = None if names is None else set(names)
        kinds = {name: ref.kind for name, ref in loaded.collection.secrets.items() if wanted is None or name in wanted}
        return [f"{name} ({kind})" for name, kind in sorted(kinds.items()) if kind != "prompt"]

    async def team_id(self, profile: Profile, team: str | None) -> str | None:
        """The id of a team given by id or name; None where the credential decides.

        Raises:
            TargetError: a JWT without a team, or a name none of the user's teams has.
        """
        connection = await self.connection(profile)
        if not connection.needs_team:
            return team
        if not team:
            return (await self._only_team(profile)).id
        return (await self._team(profile, team)).id

    async def _only_team(self, profile: Profile) -> Team:
        """The user's team, where there is just one."""
        if profile.name not in self._only_teams:
            teams = await self.teams(profile)
            if len(teams) != 1:
                known = ", ".join(each.title for each in teams) or "none"
                raise TargetError(
                    "this credential is a JWT, which needs a team, and none is named",
                    hint="set CYBERUN_TEAM_ID, give --team NAME|ID, or set team in the profile or [env.NAME]; "
                    f"your teams: {known}",
                )
            self._only_teams[profile.name] = teams[0]
            self._team_ids[profile.name, teams[0].id] = teams[0]
        return self._only_teams[profile.name]

    async def _with_team(self, profile: Profile, connection: Connection, target: Target) -> Target:
        if not connection.needs_team:
            return target
        team_id = await self.team_id(profile, target.team)
        found = self._team_ids.get((profile.name, team_id or ""))
        return msgspec.structs.replace(
            target, team=team_id, team_name=(found.name if found else "") or target.team_name
        )

    async def _team(self, profile: Profile, team: str) -> Team:
        """The team by id or name. What looks like an id is taken as it is: the platform is the judge of it."""
        from workbench.model.catalog import Team

        key = (profile.name, team)
        if key not in self._team_ids:
            if _looks_like_an_id(team):
                self._team_ids[key] = Team(id=team)
            else:
                teams = await self.teams(profile)
                found = [each for each in teams if team in (each.name, each.id)]
                if not found:
                    known = ", ".join(each.title for each in teams) or "none"
                    raise TargetError(f"you are in no team {team!r}", hint=f"your teams: {known}")
                self._team_ids[key] = self._team_ids[profile.name, found[0].id] = found[0]
        return self._team_ids[key]

    async def _secret(self, loaded: LoadedCollection, name: str) -> Secret:
        if self.needs_trust(loaded, [name]):
            raise CollectionError(
                [
                    Problem(
                        message="this collection is not trusted to read it from your machine",
                        hint="look at its [secrets], then run with --trust, or open it in the app and allow it",
                    )
                ]
            )
        reference = loaded.collection.secrets[name]
        return await in_thread(
            lambda: resolve_secret(
                reference,
                label=name,
                environ=self.environ,
                read=lambda relative: read_body(loaded.collection.source.path, relative)[0],
                ask=self._ask,
            )
        )

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


def _looks_like_an_id(team: str) -> bool:
    return len(team) == 36 and team.count("-") == 4  # noqa: PLR2004 - a UUID's text form (RFC 9562, 4)
