"""Flag > environment > request > [env.NAME] > collection > profile."""

import msgspec
import pytest

from workbench.model.collection import Collection, Environment, SavedRequest, SecretRef
from workbench.model.errors import TargetError
from workbench.model.profile import MANAGED_BASE_URL, Profile, Settings
from workbench.replay.targeting import Overrides, find_environment, find_profile, find_target, overrides_from

SETTINGS = Settings(
    profiles={
        "cloud": Profile(name="cloud"),
        "lab": Profile(name="lab", base_url="https://lab.example/api/v1/", team="t-lab", service="lab-service"),
    }
)
STAGING = Environment(name="staging", profile="lab", service="from-env", team="t-env")
COLLECTION = Collection(service="from-collection", team="t-collection", environments={"staging": STAGING})
REQUEST = SavedRequest(id="a", service="from-request")
NONE = Overrides()


def service(overrides: Overrides, *, request: bool, env: bool, collection: bool) -> str:
    return find_target(
        SETTINGS.profiles["lab"],
        overrides,
        collection=COLLECTION if collection else None,
        environment=STAGING if env else None,
        request=REQUEST if request else None,
    ).service


def test_each_layer_gives_way_to_the_one_above() -> None:
    flag = Overrides(service="from-flag")
    assert service(flag, request=True, env=True, collection=True) == "from-flag"
    assert service(NONE, request=True, env=True, collection=True) == "from-request"
    assert service(NONE, request=False, env=True, collection=True) == "from-env"
    assert service(NONE, request=False, env=False, collection=True) == "from-collection"
    assert service(NONE, request=False, env=False, collection=False) == "lab-service"


def test_a_flag_wins_over_its_environment_name() -> None:
    environ = {"CYBERUN_BASE_URL": "http://env.example", "CYBERUN_TEAM_ID": "t-1", "CYBERUN_PROFILE": "lab"}
    assert overrides_from(environ, NONE) == Overrides(profile="lab", base_url="http://env.example", team="t-1")
    assert overrides_from(environ, Overrides(base_url="http://flag.example")).base_url == "http://flag.example"
    assert overrides_from(environ, Overrides(profile="cloud")) == Overrides(profile="cloud", team="t-1")


def test_the_base_url_comes_from_the_override_else_the_profile_else_the_managed_service() -> None:
    assert find_profile(SETTINGS, Overrides(base_url="http://x/api/v1/"), None, None).base_url == "http://x/api/v1"
    assert find_profile(SETTINGS, NONE, STAGING, COLLECTION).name == "lab"
    assert find_profile(SETTINGS, NONE, None, None).base_url == MANAGED_BASE_URL


def test_a_base_url_takes_the_place_of_a_profiles_and_leaves_behind_what_belongs_to_its_platform() -> None:
    lab = Profile(
        name="lab",
        base_url="https://lab.example/api/v1",
        credential=SecretRef("env", "LAB_KEY"),
        team="t-lab",
        protected=True,
        allow_http=True,
        ca_file="/ca.pem",
        client_cert="/me.pem",
        timeout=5.0,
    )
    settings = Settings(profiles={"lab": lab}, default_profile="lab")
    near = find_profile(settings, Overrides(profile="lab", base_url="https://lab.example:443/v2/"), None, None)
    assert near == msgspec.structs.replace(lab, base_url="https://lab.example:443/v2")
    far = find_profile(settings, Overrides(profile="lab", base_url="https://other.example/api"), None, None)
    assert far == Profile(
        name="lab", base_url="https://other.example/api", protected=True, ca_file="/ca.pem", timeout=5.0
    )
    assert find_profile(settings, Overrides(base_url="https://lab.example"), None, None) == Profile(
        name="", base_url="https://lab.example"
    )
    with pytest.raises(TargetError, match="did you mean 'lab'"):
        find_profile(settings, Overrides(profile="labb", base_url="https://lab.example"), None, None)


def test_unknown_names_are_said_with_what_there_is() -> None:
    with pytest.raises(TargetError, match="did you mean 'staging'"):
        find_environment(COLLECTION, "stagin")
    with pytest.raises(TargetError, match="did you mean 'lab'"):
        find_profile(SETTINGS, Overrides(profile="labb"), None, None)


def test_no_service_and_no_slug_are_refused() -> None:
    with pytest.raises(TargetError, match="no service is named"):
        find_target(SETTINGS.profiles["cloud"], NONE)
    with pytest.raises(TargetError, match="not a service slug"):
        find_target(SETTINGS.profiles["cloud"], Overrides(service="No Slug"))


def test_an_environment_can_protect_its_target() -> None:
    protected = Environment(name="prod", protected=True)
    assert find_target(SETTINGS.profiles["lab"], NONE, environment=protected).protected
