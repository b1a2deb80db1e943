"""One process's way to the platform: settings, credentials, secrets and connections behind one object.

Both front ends own exactly one `Session` and call nothing below it to send. It keeps the one `Redactor`, fed with
every credential and every secret as it is resolved. It never prompts by itself: `ask` is handed in.
"""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any, Self

import msgspec

from workbench.files import trust
from workbench.files.bodies import read_body
from workbench.invoke import preload
from workbench.invoke.connection import Connection
from workbench.invoke.credentials import Credential, from_environment, from_reference, resolve_secret
from workbench.invoke.wire import WireOptions
from workbench.model.errors import CollectionError, CredentialError, Problem, SecretError, TargetError, WorkbenchError
from workbench.model.profile import Profile, Settings, origin
from workbench.model.secrets import Redactor, Secret
from workbench.model.variables import text_of
from workbench.replay import targeting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from workbench.files.collections import LoadedCollection
    from workbench.model.catalog import Service, Team
    from workbench.model.collection import Collection, Environment, SavedRequest
    from workbench.model.envelope import Envelope
    from workbench.model.exchange import ServiceResponse
    from workbench.model.request import Target
    from workbench.model.variables import Scope
    from workbench.replay.targeting import Overrides

RUN_KEEPALIVE = 30.0
"""Seconds a run keeps an idle connection; an app's sends use a fresh one (RELIABILITY.md, "The network")."""


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
        self._credentials = dict(credentials or {})
        self._trusting = trusting
        self._ask = ask
        self._running = running
        self._limit = connections
        self._connections: dict[Profile, Connection] = {}
        self._secrets: dict[tuple[str, str], Secret] = {}
        self._team_ids: dict[tuple[str, str], Team] = {}
        for credential in self._credentials.values():
            self.redactor.add(credential.secret)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        connections, self._connections = list(self._connections.values()), {}
        for connection in connections:
            await connection.aclose()

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
        self._ask = ask

    async def use_credential(self, profile: Profile, token: str) -> None:
        """Take a key that was typed in for a profile's platform, over any other, for as long as the session lasts.

        Raises:
            CredentialError: it cannot be a key; the message never holds it.
        """
        credential = Credential(token, base_url=profile.base_url, source="typed in")
        self._credentials[credential.origin] = credential
        self.redactor.add(credential.secret)
        for other in [each for each in self._connections if origin(each.base_url) == credential.origin]:
            await self._connections.pop(other).aclose()

    async def credential(self, profile: Profile) -> Credential:
        """The credential for a profile's platform; CredentialError when there is none for its origin."""
        return await self._credential(profile)

    async def connection(self, profile: Profile) -> Connection:
        """The connection to a profile's platform, opened once.

        Raises:
            CredentialError: there is no credential for its origin.
        """
        if profile not in self._connections:
            credential = await self._credential(profile)
            await asyncio.to_thread(preload)
            self._connections.setdefault(
                profile,
                Connection(base_url=profile.base_url, credential=credential, options=self._wire_options(profile)),
            )
        return self._connections[profile]

    async def send(
        self,
        profile: Profile,
        target: Target,
        envelope: Envelope,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - the limit belongs to the call and is part of its error
        on_chunk: Callable[[bytes], None] | None = None,
    ) -> ServiceResponse:
        """Send one call; PlatformError when there is no usable answer, TargetError when a JWT has no team."""
        connection = await self.connection(profile)
        ready = await self._with_team(profile, connection, target)
        return await connection.send(ready, envelope, timeout=timeout, on_chunk=on_chunk)

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
        return await (await self.connection(profile)).teams()

    async def services(self, profile: Profile, team: str | None) -> tuple[Service, ...]:
        """The services of a team (its id, or None where the credential decides), in the platform's order."""
        return await (await self.connection(profile)).services(await self.team_id(profile, team))

    async def service(self, profile: Profile, slug: str, team: str | None) -> Service:
        """One service with all its fields."""
        return await (await self.connection(profile)).service(slug, await self.team_id(profile, team))

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
            raise TargetError(
                "this credential is a JWT, which needs a team, and none is named",
                hint="set CYBERUN_TEAM_ID, give --team NAME|ID, or set team in the profile or [env.NAME]",
            )
        return (await self._team(profile, connection, team)).id

    async def _with_team(self, profile: Profile, connection: Connection, target: Target) -> Target:
        if not connection.needs_team:
            return target
        team_id = await self.team_id(profile, target.team)
        found = self._team_ids.get((profile.name, team_id or ""))
        return msgspec.structs.replace(target, team=team_id, team_name=found.name if found else target.team_name)

    async def _team(self, profile: Profile, connection: Connection, team: str) -> Team:
        """The team by id or name. What looks like an id is taken as it is: the platform is the judge of it."""
        from workbench.model.catalog import Team

        key = (profile.name, team)
        if key not in self._team_ids:
            if _looks_like_an_id(team):
                self._team_ids[key] = Team(id=team)
            else:
                teams = await connection.teams()
                found = [each for each in teams if team in (each.name, each.id)]
                if not found:
                    known = ", ".join(each.title for each in teams) or "none"
                    raise TargetError(f"you are in no team {team!r}", hint=f"your teams: {known}")
                self._team_ids[key] = found[0]
        return self._team_ids[key]

    async def _credential(self, profile: Profile) -> Credential:
        where = origin(profile.base_url)
        credential = self._credentials.get(where)
        given = None if credential else from_environment(self.environ, self.overrides.base_url)
        if given is not None and given.origin == where:
            credential = given
        if credential is None and profile.credential is not None:
            credential = await asyncio.to_thread(
                from_reference, profile.credential, profile.base_url, environ=self.environ, ask=self._ask
            )
        if credential is None:
            elsewhere = f"CYBERUN_API_KEY belongs to {given.origin}; " if given else ""
            raise CredentialError(
                f"there is no credential for {where}",
                hint=f"{elsewhere}set CYBERUN_API_KEY together with CYBERUN_BASE_URL (the managed service needs none), "
                "or credential = { … } in the profile",
            )
        self._credentials[where] = credential
        self.redactor.add(credential.secret)
        return credential

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
        return await asyncio.to_thread(
            resolve_secret,
            reference,
            label=name,
            environ=self.environ,
            read=lambda relative: read_body(loaded.collection.source.path, relative)[0],
            ask=self._ask,
        )

    def _wire_options(self, profile: Profile) -> WireOptions:
        given: dict[str, Any] = {
            "connect_timeout": profile.connect_timeout,
            "read_timeout": profile.read_timeout,
            "timeout": profile.timeout,
            "max_reply": profile.max_reply,
            "ca_file": profile.ca_file or None,
            "client_cert": profile.client_cert or None,
            "client_key": profile.client_key or None,
            "proxy": profile.proxy or None,
            "allow_http": profile.allow_http,
            "connections": self._limit,
            "keepalive": RUN_KEEPALIVE if self._running else None,
            "timing": not self._running,
        }
        return WireOptions(**{key: value for key, value in given.items() if value is not None})


def _looks_like_an_id(team: str) -> bool:
    return len(team) == 36 and team.count("-") == 4  # noqa: PLR2004 - a UUID's text form (RFC 9562, 4)
