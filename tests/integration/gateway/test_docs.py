"""What `docs/gateway.md` says is so: the configuration loads, the tables have what the code has, the example runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from workbench.gateway import demo
from workbench.gateway.config import ServiceSpec, SignIn, Switches
from workbench.gateway.config_file import load_config
from workbench.gateway.samples import SAMPLE_SERVICES

if TYPE_CHECKING:
    from tests.integration.gateway.conftest import Connect

PAGE = (Path(__file__).parents[3] / "docs" / "gateway.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The page's one block in a language."""
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return found[0]


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


async def test_the_configuration_loads_and_works(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(block("toml"), encoding="utf-8")
    config = load_config(path)
    for key in (key.value for key in config.keys or ()):
        client = await connect(config, token=key, team=(config.teams or ())[0].team_id)
        services = (await client.get("/r/containers")).json()["container_service_list"]
        assert {"slow-start", "my-llm", "echo"} <= {service["service_slug"] for service in services}
    assert {field for field in SignIn.__struct_fields__ if field in block("toml")} == set(SignIn.__struct_fields__)


def test_every_switch_stands_in_the_table_with_its_default() -> None:
    written = {row[0].strip("`"): row[1].strip("`") for row in rows("What is documented, and what is a choice")}
    assert written == {
        field.name: msgspec.json.encode(field.default).decode() for field in msgspec.structs.fields(Switches)
    }


@pytest.mark.parametrize("field", sorted(set(ServiceSpec.__struct_fields__) - {"id"}))
def test_every_field_of_a_service_is_named(field: str) -> None:
    assert re.search(rf"\b{field}\b", PAGE)


def test_the_accounts_are_the_demos() -> None:
    found = rows("The demo's accounts")
    users = {user.email_address: user for user in demo.USERS}
    assert {row[0].strip("`") for row in found} == set(users)
    for email, password, alpha, beta, _ in found:
        user = users[email.strip("`")]
        assert user.user_password == password.strip("`")
        assert user.roles == {name: role for name, role in (("Alpha", alpha), ("Beta", beta)) if role != "–"}
    written = set(re.findall(r"`((?:sk|dk|ak)-demo[a-z-]*)`", PAGE))
    assert written == {key.value for key in demo.KEYS if key.value[2] == "-"}
    assert block("text").strip() == demo.JWT_OWNER
    assert demo.ALPHA.team_id in PAGE
    assert demo.BETA.team_id in PAGE


def test_the_samples_are_all_there_in_their_states() -> None:
    written = {row[0].strip("`"): (row[1], row[2]) for row in rows("The sample services")}
    assert written == {
        spec.service_slug: ("both" if not spec.teams else spec.teams[0], spec.service_status)
        for spec in SAMPLE_SERVICES
    }


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - the page's own example
    address, count = capsys.readouterr().out.split()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v1", address)
    assert json.loads(count) == 0
