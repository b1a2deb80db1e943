"""What the platform has, as far as the app knows: teams, services, and why a list is empty.

`begin` has what an earlier time left, `load` asks the platform and turns every expected failure into words, `settle`
puts the two together, `refresh` looks at what is changing. Nothing here draws.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from workbench.files.services import keep_services, recall_services
from workbench.model.catalog import CHANGING_STATES
from workbench.model.errors import CredentialError, PlatformError, TargetError, WorkbenchError

if TYPE_CHECKING:
    from workbench.model.catalog import Service, Team
    from workbench.model.profile import Profile
    from workbench.replay.session import Session

MOST_ASKED = 5
"""Services that are asked about one by one; above that, the whole list costs less."""

Status = Literal["loading", "ready", "no_credential", "no_team", "failed"]


@dataclass(frozen=True)
class Identity:
    """Who the app is on the platform: the credential's kind, enough of it to tell two apart, the proxy between."""

    kind: str = ""
    prefix: str = ""
    source: str = ""
    needs_team: bool = False
    proxy: str = ""


@dataclass(frozen=True)
class Catalog:
    """The platform's lists for one profile and team.

    Attributes:
        status: how far the list is; anything but `ready` has its reason in `message`.
        identity: the credential in use; None while unknown or when there is none.
        teams: the user's teams; empty where the credential decides.
        team: the one whose services these are; None where the credential decides.
        services: in the platform's order.
        message, hint: why there are none, and what to do.
        as_of: when a list from an earlier time was fetched, RFC 3339; empty for one that was just fetched.
    """

    status: Status = "loading"
    profile: str = ""
    identity: Identity | None = None
    teams: tuple[Team, ...] = ()
    team: Team | None = None
    services: tuple[Service, ...] = ()
    message: str = ""
    hint: str = ""
    as_of: str = ""

    def service(self, slug: str) -> Service | None:
        """What is known about a service."""
        return next((service for service in self.services if service.slug == slug), None)

    @property
    def changing(self) -> tuple[Service, ...]:
        """The services whose state leads to another one by itself."""
        return tuple(service for service in self.services if service.state in CHANGING_STATES)

    def with_service(self, service: Service) -> Catalog:
        """The catalog with newer facts about one service."""
        services = tuple(service if each.slug == service.slug else each for each in self.services)
        return replace(self, services=services)


async def begin(session: Session, profile: Profile, team: str | None) -> Catalog:
    """What is known of a profile's team before the platform has answered: the list of an earlier time, with its age."""
    try:
        credential = await session.credential(profile)
    except WorkbenchError:
        return Catalog(profile=profile.name)  # `load` says why
    identity = Identity(credential.kind, credential.prefix, credential.source, credential.needs_team)
    catalog = Catalog(profile=profile.name, identity=identity)
    return await _recalled(catalog, _key(profile, identity, team))


async def settle(profile: Profile, team: str | None, found: Catalog) -> Catalog:
    """A list that came is kept for later; in place of one that did not come stands what an earlier time left."""
    if found.status == "ready" and found.identity is not None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        await asyncio.to_thread(keep_services, _key(profile, found.identity, team), found.services, at)
    elif found.status == "failed" and found.identity is not None:
        return await _recalled(found, _key(profile, found.identity, team))
    return found


async def _recalled(catalog: Catalog, key: str) -> Catalog:
    """The catalog with the list that was kept; how the services are by now, nobody knows."""
    kept = await asyncio.to_thread(recall_services, key)
    if kept is None:
        return catalog
    services = tuple(msgspec.structs.replace(service, state="unknown") for service in kept.services)
    return replace(catalog, services=services, as_of=kept.at)


def _key(profile: Profile, identity: Identity, team: str | None) -> str:
    """Under which name a list is kept: by platform and team; a key that has its own team stands for that."""
    who = (team or "") if identity.needs_team else identity.prefix
    return f"{profile.base_url} {who}"


def age(as_of: str, now: datetime) -> str:
    """How long ago a list was fetched, in words; empty when that is not known."""
    try:
        seconds = (now - datetime.fromisoformat(as_of)).total_seconds()
    except (TypeError, ValueError):
        return ""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count = int(seconds // size)
        if count >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''} old"
    return "just fetched"


async def refresh(session: Session, profile: Profile, catalog: Catalog) -> Catalog:
    """The catalog with the present states of the services that are changing; one that cannot be had stays as it is."""
    team = catalog.team.id if catalog.team else None
    try:
        if len(catalog.changing) > MOST_ASKED:
            return replace(catalog, services=await session.services(profile, team))
        asked = await asyncio.gather(*(session.service(profile, each.slug, team) for each in catalog.changing))
    except WorkbenchError:
        return catalog
    for service in asked:
        catalog = catalog.with_service(service)
    return catalog


async def load(session: Session, profile: Profile, team: str | None) -> Catalog:
    """Ask the platform for teams and services.

    Args:
        session: the way to the platform.
        profile: which platform.
        team: the wanted team by id or name; None for the only one, or where the credential decides.
    """
    catalog = Catalog(profile=profile.name)
    try:
        connection = await session.connection(profile)
        credential = connection.credential
        if credential is not None:
            identity = Identity(
                credential.kind,
                credential.prefix,
                credential.source,
                credential.needs_team,
                connection.proxy_in_use,
            )
            catalog = replace(catalog, identity=identity)
        if connection.needs_team:
            catalog = replace(catalog, teams=await session.teams(profile))
            chosen = _choose(catalog.teams, team)
            if chosen is None:
                return _without_team(catalog, team)
            catalog = replace(catalog, team=chosen)
        services = await session.services(profile, catalog.team.id if catalog.team else None)
    except CredentialError as error:
        return _failed(catalog, "no_credential", error)
    except TargetError as error:
        return _failed(catalog, "no_team", error)
    except PlatformError as error:
        missing = error.failure.kind == "platform_auth" and error.failure.layer == "client"
        return _failed(catalog, "no_credential" if missing else "failed", error)
    except WorkbenchError as error:
        return _failed(catalog, "failed", error)
    return replace(catalog, status="ready", services=services, message="" if services else "this team has no services")


def _choose(teams: tuple[Team, ...], wanted: str | None) -> Team | None:
    if wanted:
        return next((team for team in teams if wanted in (team.id, team.name)), None)
    return teams[0] if len(teams) == 1 else None


def _without_team(catalog: Catalog, wanted: str | None) -> Catalog:
    message = f"you are in no team {wanted!r}" if wanted else "no team is chosen"
    return replace(catalog, status="no_team", message=message, hint="F2 chooses one")


def _failed(catalog: Catalog, status: Status, error: WorkbenchError) -> Catalog:
    return replace(catalog, status=status, message=error.message, hint=error.hint)
