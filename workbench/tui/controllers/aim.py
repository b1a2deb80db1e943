"""Where a request goes: what the files say under what the user has picked in the target bar. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import with_defaults
from workbench.model.errors import TargetError
from workbench.replay import targeting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.catalog import Team
    from workbench.model.collection import Collection, Environment, SavedRequest
    from workbench.model.profile import Profile
    from workbench.model.request import Target
    from workbench.replay.session import Session


@dataclass(frozen=True)
class Picks:
    """What the user picked in the target bar, over what the files say.

    Attributes:
        team: for every file; None for what the files say.
        services: by file, since another file's requests are for another service.
    """

    team: Team | None = None
    services: Mapping[str, str] = field(default_factory=dict)

    def service(self, path: str) -> str | None:
        """The service picked for a file."""
        return self.services.get(path)

    def renamed(self, path: str, to: str) -> Picks:
        """The picks with those of a file under its new path."""
        return replace(self, services={to if each == path else each: slug for each, slug in self.services.items()})

    def with_service(self, path: str, slug: str | None) -> Picks:
        """The picks with another service for a file; None goes back to what the file says."""
        kept = {each: picked for each, picked in self.services.items() if each != path}
        return replace(self, services={**kept, path: slug} if slug else kept)


@dataclass(frozen=True)
class Aim:
    """Where a request would go, or why that is not known.

    Attributes:
        profile: the platform; None when a profile is named that the settings do not have.
        environment: the one in use; None when none is chosen or the file does not have it.
        target: None when no service is named.
        picked: the service was picked in the target bar, over what the file says.
        problem, hint: why there is no target.
    """

    profile: Profile | None = None
    environment: Environment | None = None
    target: Target | None = None
    picked: bool = False
    problem: str = ""
    hint: str = ""


def aimed(session: Session, picks: Picks, path: str) -> Session:
    """The session as it goes where the user picked for a file; connections, secrets and redactor are shared."""
    overrides = session.overrides
    service = picks.service(path)
    if picks.team is not None:
        overrides = msgspec.structs.replace(overrides, team=picks.team.id)
    if service is not None:
        overrides = msgspec.structs.replace(overrides, service=service)
    if overrides is session.overrides:
        return session
    return session.with_overrides(overrides)


def environment_of(collection: Collection | None, name: str | None) -> Environment | None:
    """The environment of that name, where the collection has it."""
    return collection.environments.get(name) if collection and name else None


def aim(
    session: Session, picks: Picks, collection: Collection | None, request: SavedRequest | None, environment: str | None
) -> Aim:
    """Where a request of a collection goes. Without a collection: what settings and flags say alone."""
    chosen = environment_of(collection, environment)
    path = collection.source.path if collection else ""
    view = aimed(session, picks, path)
    try:
        profile = view.profile(collection, chosen)
    except TargetError as error:
        return Aim(environment=chosen, problem=error.message, hint=error.hint)
    try:
        full = with_defaults(collection, request) if collection and request else request
        target = targeting.find_target(profile, view.overrides, collection=collection, environment=chosen, request=full)
    except TargetError as error:
        return Aim(profile=profile, environment=chosen, problem=error.message, hint=error.hint)
    if picks.team is not None:
        target = msgspec.structs.replace(target, team_name=picks.team.title)
    return Aim(profile=profile, environment=chosen, target=target, picked=picks.service(path) is not None)
