"""What the platform has, as far as the app knows: teams, services, and why a list is empty.

`load` asks the platform and turns every expected failure into words; nothing here draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from workbench.model.catalog import Service
from workbench.model.collection import SLUG_PATTERN
from workbench.model.errors import CredentialError, PlatformError, TargetError, WorkbenchError

if TYPE_CHECKING:
    from workbench.model.catalog import Team
    from workbench.model.profile import Profile
    from workbench.replay.session import Session

MOST_REMEMBERED = 200
"""Services of one team that are remembered."""

Status = Literal["loading", "ready", "no_credential", "no_team", "failed"]


@dataclass(frozen=True)
class Identity:
    """Who the app is on the platform: the credential's kind and enough of it to tell two apart."""

    kind: str = ""
    prefix: str = ""
    source: str = ""
    needs_team: bool = False


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

    def with_service(self, service: Service) -> Catalog:
        """The catalog with newer facts about one service."""
        services = tuple(service if each.slug == service.slug else each for each in self.services)
        return replace(self, services=services)


def memory_key(profile: str, team: str | None) -> str:
    """Under which name the list of a profile's team is remembered."""
    return f"{profile}/{team or ''}"


def to_memory(catalog: Catalog, now: datetime) -> dict[str, Any]:
    """What is remembered of a list that was just fetched, for a time without network."""
    return {
        "at": now.isoformat(timespec="seconds"),
        "services": [{"slug": each.slug, "name": each.name} for each in catalog.services[:MOST_REMEMBERED]],
    }


def from_memory(catalog: Catalog, remembered: Any) -> Catalog:
    """A failed list with the services that were remembered; their states are not known any more."""
    if not isinstance(remembered, dict) or not isinstance(remembered.get("services"), list):
        return catalog
    services = tuple(
        Service(slug=each["slug"], name=str(each.get("name", "")))
        for each in remembered["services"]
        if isinstance(each, dict) and SLUG_PATTERN.fullmatch(str(each.get("slug", "")))
    )
    return replace(catalog, services=services, as_of=str(remembered.get("at", "")))


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
            identity = Identity(credential.kind, credential.prefix, credential.source, credential.needs_team)
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
