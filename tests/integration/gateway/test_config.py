"""The configuration: what a file may say, and that every problem names the file and the key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from workbench.gateway import demo
from workbench.gateway.checks import check
from workbench.gateway.config import GatewayConfig, Key, SignIn, Switches, stable_id
from workbench.gateway.config_file import MAX_BYTES, load_config, parse_map
from workbench.gateway.errors import GatewayConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.gateway.conftest import Connect

FULL = """
samples = false
allow_remote_targets = true

[maps]
real = "http://127.0.0.1:8000"

[switches]
list_key = "service_list"
latency = 0.5

[sign_in]
access_token_ttl = 60
pair_user = "me@example.com"
pair_team = "Mine"

[[teams]]
display_name = "Mine"
id = "team-1"

[[users]]
email_address = "me@example.com"
user_password = "secret"
roles = { Mine = "admin" }

[[keys]]
value = "sk-mine"
team = "Mine"

[[keys]]
value = "dk-mine"
team = "Mine"
user = "me@example.com"

[[services]]
service_slug = "api"
sample = "echo"
service_status = "stopped"
then = "running"
after = 2.5
env_config = [{ env_name = "A", env_value = "1" }]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "gateway.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_says_everything(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, FULL))
    assert config.teams is not None
    assert config.teams[0].team_id == "team-1"
    assert [key.value for key in config.keys or ()] == ["sk-mine", "dk-mine"]
    assert (config.switches.list_key, config.switches.latency) == ("service_list", 0.5)
    assert (config.sign_in.access_token_ttl, config.sign_in.pair_ttl) == (60, 300)
    assert (config.services[0].then, config.services[0].after) == ("running", 2.5)


def test_an_empty_file_is_the_demo(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, ""))
    assert config == check(GatewayConfig())
    assert (config.teams, config.users, config.keys) == (demo.TEAMS, demo.USERS, demo.KEYS)


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_bytes(b"\xef\xbb\xbfsamples = false\n")
    assert load_config(path).samples is False


def test_maps_of_the_command_line_win(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, FULL), maps={"real": "http://localhost:9", "more": "http://[::1]:9"})
    assert config.maps == {"real": "http://localhost:9", "more": "http://[::1]:9"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("samples = false", "sampels = false", "sampels: is no key of this table"),
        ("samples = false", 'samples = "no"', "samples: expected `bool`"),
        ('list_key = "service_list"', 'list_keys = ""', "switches.list_keys: is no key of this table"),
        ("latency = 0.5", "latency = -1", "switches.latency: expected `float` >= 0"),
        ("latency = 0.5", "not_running_status = 200", "switches.not_running_status: expected `int` >= 400"),
        ("latency = 0.5", 'header_values = "maybe"', "switches.header_values: invalid enum value 'maybe'"),
        ("access_token_ttl = 60", "access_token_ttl = 0", "sign_in.access_token_ttl: expected"),
        ('pair_user = "me@example.com"', 'pair_user = "x"', "sign_in.pair_user: there is no user 'x'"),
        ('pair_team = "Mine"', 'pair_team = "x"', "sign_in.pair_team: there is no team 'x': expected one of Mine"),
        ('display_name = "Mine"', "", "teams[0].display_name: is missing"),
        ('display_name = "Mine"', 'display_name = ""', "teams[0].display_name: expected `str` of length >= 1"),
        ('roles = { Mine = "admin" }', 'roles = { Other = "admin" }', "users[0].roles: there is no team 'Other'"),
        ('roles = { Mine = "admin" }', 'roles = { Mine = "king" }', "users[0].roles.*: invalid enum value 'king'"),
        ('roles = { Mine = "admin" }', "", "keys[1].team: me@example.com has no role in the team Mine"),
        ('value = "sk-mine"', 'value = "mine"', "keys[0].value: must begin with sk-, dk- or ak-"),
        ('value = "sk-mine"', 'value = "sk mine"', "keys[0].value: must be printable ASCII"),
        ('value = "sk-mine"', 'value = "dk-other"', "keys[0].user: is missing"),
        ('value = "sk-mine"', 'value = "a.b.c"', "keys[0].user: is missing"),
        ('value = "sk-mine"\nteam = "Mine"', 'value = "sk-mine"', "keys[0].team: is missing"),
        ('value = "dk-mine"', 'value = "sk-mine"', "keys[1].value: is there already"),
        ('user = "me@example.com"\n\n[[services]]', 'user = "x"\n\n[[services]]', "keys[1].user: there is no user 'x'"),
        ('service_slug = "api"', 'service_slug = "API"', "services[0].service_slug: expected `str` matching regex"),
        ('service_slug = "api"', 'service_slug = "api\\n"', "services[0].service_slug: 'api\\n' is not a slug"),
        ('sample = "echo"', 'sample = "ecko"', "services[0].sample: there is no sample 'ecko'"),
        ('sample = "echo"', "", "services[0]: needs either sample or forward"),
        ('sample = "echo"', 'sample = "echo"\nforward = "http://127.0.0.1"', "services[0]: needs either"),
        ('sample = "echo"', 'forward = "nowhere"', "services[0].forward: 'nowhere' is not an address"),
        ('sample = "echo"', 'sample = "echo"\nteams = ["X"]', "services[0].teams: there is no team 'X'"),
        ('then = "running"', "", "services[0].after: needs then"),
        ("after = 2.5", "exposed_port = 0", "services[0].exposed_port: expected `int` >= 1"),
        ('real = "http://127.0.0.1:8000"', 'Real = "http://127.0.0.1"', "maps.Real: 'Real' is not a slug"),
        ('real = "http://127.0.0.1:8000"', 'real = "http://127.0.0.1/x"', "maps.real: 'http://127.0.0.1/x' must be"),
        ("[[teams]]", "[[teams]]\ndisplay_name = 'Mine'\n[[teams]]", "teams[1].display_name: 'Mine' is there already"),
        ("samples = false", "teams = []\nsamples = false", "is not TOML"),
        ("samples = false", "samples = ", "is not TOML: Invalid value (at line 2"),
    ],
)
def test_every_problem_names_the_file_and_the_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FULL
    path = write(tmp_path, FULL.replace(old, new, 1))
    with pytest.raises(GatewayConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(f"{path}: {said}")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(GatewayConfigError, match="No such file"):
        load_config(tmp_path / "missing.toml")
    with pytest.raises(GatewayConfigError, match="cannot be read"):
        load_config(tmp_path)
    path = tmp_path / "odd.toml"
    path.write_bytes(b"a = '\xff'")
    with pytest.raises(GatewayConfigError, match="not UTF-8 at byte 6"):
        load_config(path)
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(GatewayConfigError, match="larger than"):
        load_config(path)
    path.write_bytes(b"a = " + b"[" * 5000)
    with pytest.raises(GatewayConfigError, match="not TOML"):
        load_config(path)


@pytest.mark.parametrize("text", ["", "slug", "=http://127.0.0.1", "slug="])
def test_a_map_of_the_command_line_needs_both_sides(text: str) -> None:
    with pytest.raises(GatewayConfigError, match="--map"):
        parse_map(text)


def test_a_map_of_the_command_line() -> None:
    assert parse_map("a=http://127.0.0.1:1?x=y") == ("a", "http://127.0.0.1:1?x=y")


def test_a_configuration_needs_a_team() -> None:
    with pytest.raises(GatewayConfigError, match="teams: there must be at least one"):
        check(GatewayConfig(teams=()))


def test_a_secret_is_not_part_of_an_error() -> None:
    with pytest.raises(GatewayConfigError) as caught:
        check(GatewayConfig(keys=(Key(value="sk-one", team="Alpha"), Key(value="sk-one", team="Alpha"))))
    assert "sk-one" not in str(caught.value)


async def test_own_teams_have_the_samples_and_none_of_the_demos_accounts(connect: Connect, tmp_path: Path) -> None:
    config = load_config(write(tmp_path, FULL.replace("samples = false", "samples = true").replace("0.5", "0")))
    client = await connect(config, token="sk-mine")
    found = (await client.get("/r/containers?per_page=100")).json()["service_list"]
    assert {service["service_slug"] for service in found} >= {"echo", "mirror", "shop", "api", "real"}
    assert (await client.as_(demo.SK_ALPHA).get("/r/containers")).status == 401
    me = (await client.as_("dk-mine").get("/users/me")).json()
    assert me["team_list"] == [{"id": "team-1", "display_name": "Mine"}]


def test_ids_come_from_names() -> None:
    assert stable_id("team", "Alpha") == demo.ALPHA.team_id == "88225333-7de6-5042-b8c5-b4fd36e19921"
    assert stable_id("team", "Beta") != demo.ALPHA.team_id


@pytest.mark.parametrize("kind", [Switches, SignIn, GatewayConfig])
def test_every_field_is_explained(kind: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(kind):
        assert field.name in (kind.__doc__ or "")
