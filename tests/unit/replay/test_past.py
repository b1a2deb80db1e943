"""A kept send once more: where it would go by now."""

import pytest

from workbench.model.errors import CredentialError
from workbench.model.profile import Profile, Settings
from workbench.model.request import Target
from workbench.replay.past import aimed_again, ready_again
from workbench.replay.session import Session
from workbench.replay.targeting import Overrides

HERE = Profile(name="demo", base_url="http://127.0.0.1:9/api/v1", team="t")


async def refused(target: Target) -> CredentialError:
    """What is said of a send to that target, where no platform has a credential."""
    session = Session(Settings(profiles={"demo": HERE}, default_profile="demo"), Overrides(), environ={})
    async with session:
        with pytest.raises(CredentialError) as caught:
            await ready_again(aimed_again(session, target), target)
    return caught.value


async def test_a_send_to_a_gateway_that_is_gone_says_so_and_not_how_to_sign_in() -> None:
    error = await refused(Target(base_url="http://127.0.0.1:8/api/v1", service="echo", profile="demo"))
    assert "went to http://127.0.0.1:8/api/v1 by the profile 'demo' of then; no profile goes there now" in str(error)
    assert "a demo's or another local gateway may be gone" in error.hint
    assert "login" not in str(error)
    error = await refused(Target(base_url="https://core.example/api/v1", service="echo", profile=""))
    assert "local gateway" not in error.hint


async def test_a_send_to_a_platform_that_is_known_needs_a_credential_for_it() -> None:
    error = await refused(Target(base_url=HERE.base_url, service="echo", profile="demo"))
    assert "sign in" in error.hint
