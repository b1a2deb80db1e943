"""Which team a call goes to, where the credential does not decide: from an id, a name or nothing to a team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.catalog import Team
from workbench.model.errors import PlatformError, TargetError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from workbench.model.profile import Profile

    Listed = Callable[[Profile], Awaitable[tuple[Team, ...]]]

_UNAUTHORIZED = 401


class Teams:
    """The user's teams as far as they were needed, by profile."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Team] = {}
        self._only: dict[str, Team] = {}

    def forget_the_only_one(self) -> None:
        """Another user may have other teams."""
        self._only.clear()

    async def find(self, profile: Profile, team: str | None, listed: Listed) -> Team:
        """The team that is meant; `listed` asks the platform for the user's, where that is needed.

        Raises:
            TargetError: none is named and the user has not just one, or a name that none of the user's teams has.
            PlatformError: the teams had to be looked up and could not.
        """
        if not team:
            return await self._the_only_one(profile, listed)
        key = (profile.name, team)
        if key not in self._known:
            self._known[key] = Team(id=team) if _looks_like_an_id(team) else await self._named(profile, team, listed)
        return self._known[key]

    async def _the_only_one(self, profile: Profile, listed: Listed) -> Team:
        if profile.name not in self._only:
            teams = await listed(profile)
            if len(teams) != 1:
                raise TargetError(
                    "this credential is a JWT, which needs a team, and none is named",
                    hint="set CYBERUN_TEAM_ID, give --team NAME|ID, or set team in the profile or [env.NAME]; "
                    f"your teams: {_titles(teams)}",
                )
            self._only[profile.name] = self._known[profile.name, teams[0].id] = teams[0]
        return self._only[profile.name]

    async def _named(self, profile: Profile, team: str, listed: Listed) -> Team:
        """The team by name or id. Where the platform tells no teams, it is taken for an id: the platform judges it."""
        try:
            teams = await listed(profile)
        except PlatformError as error:
            if error.failure.layer != "platform" or error.failure.platform_status == _UNAUTHORIZED:
                raise
            return Team(id=team)
        found = next((each for each in teams if team in (each.name, each.id)), None)
        if found is None:
            raise TargetError(f"you are in no team {team!r}", hint=f"your teams: {_titles(teams)}")
        self._known[profile.name, found.id] = found
        return found


def _titles(teams: tuple[Team, ...]) -> str:
    return ", ".join(each.title for each in teams) or "none"


def _looks_like_an_id(team: str) -> bool:
    return len(team) == 36 and team.count("-") == 4  # noqa: PLR2004 - a UUID's text form (RFC 9562, 4)
