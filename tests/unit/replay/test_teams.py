"""Which team is meant by an id, a name, or nothing."""

from collections.abc import Awaitable, Callable

import pytest

from workbench.model.catalog import Team
from workbench.model.errors import Failure, PlatformError, TargetError
from workbench.model.profile import Profile
from workbench.replay.teams import Teams

PROFILE = Profile(name="lab", base_url="https://a/api/v1")
ALPHA, BETA = Team(id="t-1", name="Alpha"), Team(id="t-2", name="Beta")


def listing(*teams: Team) -> Callable[[Profile], Awaitable[tuple[Team, ...]]]:
    async def listed(_: Profile) -> tuple[Team, ...]:
        return teams

    return listed


def refusing(status: int) -> Callable[[Profile], Awaitable[tuple[Team, ...]]]:
    async def listed(_: Profile) -> tuple[Team, ...]:
        raise PlatformError(
            Failure(kind="platform_refused", message="no", layer="platform", platform_status=status, hint="")
        )

    return listed


async def test_a_name_an_id_and_the_only_one() -> None:
    both = listing(ALPHA, BETA)
    assert await Teams().find(PROFILE, "Beta", both) == BETA
    assert await Teams().find(PROFILE, "t-1", both) == ALPHA
    assert await Teams().find(PROFILE, None, listing(ALPHA)) == ALPHA


async def test_an_unknown_name_and_a_choice_that_is_open_list_the_teams() -> None:
    for team in ("Gamma", None):
        with pytest.raises(TargetError) as caught:
            await Teams().find(PROFILE, team, listing(ALPHA, BETA))
        assert "Alpha, Beta" in str(caught.value.hint)


async def test_where_the_platform_tells_no_teams_an_id_is_taken_as_it_is() -> None:
    teams = Teams()
    assert await teams.find(PROFILE, "t-9", refusing(404)) == Team(id="t-9")
    with pytest.raises(PlatformError):
        await teams.find(PROFILE, "t-8", refusing(401))


async def test_another_user_may_have_another_only_team() -> None:
    teams = Teams()
    assert await teams.find(PROFILE, None, listing(ALPHA)) == ALPHA
    assert await teams.find(PROFILE, None, listing(BETA)) == ALPHA
    teams.forget_the_only_one()
    assert await teams.find(PROFILE, None, listing(BETA)) == BETA
