"""Lists, pages and single services (CYBERUN-API.md, 3)."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from workbench.gateway.config import SLUG_PATTERN, EnvEntry, GatewayConfig, ServiceSpec, Switches

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client
    from tests.integration.gateway.conftest import Clock, Connect

REQUIRED = {"id", "service_slug", "display_name", "service_type", "service_status", "created_at", "updated_at"}
DOCUMENTED = REQUIRED | {
    *("service_desc", "docker_image", "health_path", "usage_prompt", "external_url", "openapi_url", "exposed_port"),
    *("gpu_count", "replica_count", "env_config", "volume_config", "required_labels"),
}


def services(count: int, switches: Switches = Switches()) -> GatewayConfig:  # noqa: B008 - immutable
    """A gateway with so many services in each team, and no samples."""
    made = tuple(ServiceSpec(service_slug=f"svc-{number:03}", sample="echo") for number in range(count))
    return GatewayConfig(samples=False, services=made, switches=switches)


@pytest.mark.parametrize("count", [0, 1, 20, 100, 250])
@pytest.mark.parametrize("per_page", [None, 1, 7, 20, 100])
async def test_pages_cover_every_service_once(connect: Connect, count: int, per_page: int | None) -> None:
    if per_page == 1 and count > 20:
        count = 21
    client = await connect(services(count))
    size = per_page or 20
    seen: list[str] = []
    page = 1
    while True:
        query = f"?current_page={page}" + (f"&per_page={per_page}" if per_page else "")
        found = (await client.get(f"/r/containers{query}")).json()
        assert found["page_meta"] == {"current_page": page, "per_page": size, "total_count": count}
        shown = [service["service_slug"] for service in found["container_service_list"]]
        seen += shown
        if len(shown) < size:
            break
        page += 1
    assert seen == [f"svc-{number:03}" for number in range(count)]


async def test_a_page_beyond_the_last_is_empty(client: Client) -> None:
    found = (await client.get("/r/containers?current_page=99")).json()
    assert found["container_service_list"] == []
    assert found["page_meta"]["total_count"] == 7


@pytest.mark.parametrize(
    "query",
    [
        *("current_page=0", "current_page=-1", "current_page=x", "current_page=", "current_page=1.5"),
        *("per_page=0", "per_page=101", "per_page=-1", "per_page=x", "current_page=9999999999999999999"),
        "current_page=%D9%A1",
    ],
)
async def test_a_page_that_cannot_be_is_refused(client: Client, query: str) -> None:
    answer = await client.get(f"/r/containers?{query}")
    assert answer.status == 400
    assert query.partition("=")[0] in answer.error


async def test_per_page_above_the_limit_can_be_clamped(connect: Connect) -> None:
    client = await connect(services(250, Switches(per_page_above_limit="clamp")))
    found = (await client.get("/r/containers?per_page=1000")).json()
    assert (len(found["container_service_list"]), found["page_meta"]["per_page"]) == (100, 100)


@pytest.mark.parametrize("key", ["container_service_list", "service_list", "container_list", "items"])
async def test_the_lists_key_is_a_switch(connect: Connect, key: str) -> None:
    client = await connect(switches=Switches(list_key=key))
    found = (await client.get("/r/containers")).json()
    assert set(found) == {key, "page_meta"}
    assert len(found[key]) == 7


async def test_services_have_the_documented_fields(client: Client) -> None:
    for found in (await client.get("/r/containers")).json()["container_service_list"]:
        assert set(found) >= REQUIRED
        assert set(found) <= DOCUMENTED
        assert re.fullmatch(SLUG_PATTERN, found["service_slug"])
        assert uuid.UUID(found["id"]).version == 5
        assert datetime.fromisoformat(found["created_at"]) <= datetime.fromisoformat(found["updated_at"])
        assert found["usage_prompt"]
        assert found["docker_image"]
        assert all(set(entry) == {"env_name", "env_value"} for entry in found["env_config"])
        alone = (await client.get(f"/r/containers/{found['service_slug']}")).json()
        assert alone == found


async def test_ids_are_the_same_in_every_gateway_and_differ_between_teams(connect: Connect) -> None:
    first, second = await connect(), await connect()
    one = (await first.get("/r/containers/llm")).json()["id"]
    assert (await second.get("/r/containers/llm")).json()["id"] == one
    assert (await first.as_("sk-demo-beta").get("/r/containers/llm")).json()["id"] != one


async def test_a_secret_looking_value_says_that_it_is_a_demo(client: Client) -> None:
    found = (await client.get("/r/containers")).json()["container_service_list"]
    values = {entry["env_name"]: entry["env_value"] for service in found for entry in service["env_config"]}
    secret = {name: value for name, value in values.items() if re.search("TOKEN|KEY|URL", name)}
    assert len(secret) >= 3
    assert all("demo" in value for value in secret.values())


async def test_states_of_the_samples(client: Client) -> None:
    found = (await client.get("/r/containers")).json()["container_service_list"]
    states = {service["service_slug"]: service["service_status"] for service in found}
    assert states == {
        **dict.fromkeys(("echo", "llm", "images", "shop"), "running"),
        "reports": "stopped",
        "indexer": "failed",
        "trainer": "deploying",
    }


async def test_a_deploying_service_runs_after_a_while(connect: Connect, clock: Clock) -> None:
    client = await connect(now=clock)
    assert (await client.invoke("trainer", "GET", "/health")).status == 409
    clock.forward(20)
    found = (await client.get("/r/containers/trainer")).json()
    assert found["service_status"] == "running"
    assert found["updated_at"] > found["created_at"]
    assert (await client.invoke("trainer", "GET", "/health")).container_status == 200


async def test_states_can_be_switched_while_it_runs(connect: Connect, clock: Clock) -> None:
    client = await connect(now=clock)
    assert client.platform.set_status("reports", "deploying", then="running", after=5) == 1
    assert (await client.get("/r/containers/reports")).json()["service_status"] == "deploying"
    clock.forward(5)
    assert (await client.invoke("reports", "GET", "/health")).container_status == 200
    assert client.platform.set_status("llm", "stopping", team="Beta") == 1
    assert (await client.get("/r/containers/llm")).json()["service_status"] == "running"
    assert (await client.as_("sk-demo-beta").get("/r/containers/llm")).json()["service_status"] == "stopping"
    assert client.platform.set_status("no-such", "running") == 0


async def test_an_unknown_slug_is_404_or_what_the_switch_says(connect: Connect) -> None:
    for status in (404, 410):
        client = await connect(switches=Switches(unknown_slug_status=status))
        for answer in (
            await client.get("/r/containers/no-such"),
            await client.get("/r/containers/mirror"),
            await client.get("/r/containers/no-such/path"),
            await client.invoke("no-such", "GET", "/"),
        ):
            assert answer.status == status
            assert "there is no service" in answer.error


async def test_a_services_own_fields_are_shown(connect: Connect) -> None:
    spec = ServiceSpec(
        service_slug="mine",
        sample="echo",
        teams=("Alpha",),
        display_name="Mine",
        service_type="external",
        external_url="https://mine.example.com",
        gpu_count=-1,
        replica_count=0,
        exposed_port=81,
        env_config=(EnvEntry(env_name="A", env_value="1"),),
        volume_config=({"name": "data"},),
        required_labels=("gpu",),
    )
    client = await connect(GatewayConfig(services=(spec,)))
    found = (await client.get("/r/containers/mine")).json()
    assert found["gpu_count"] == -1
    assert found["replica_count"] == 0
    assert (found["service_type"], found["external_url"]) == ("external", "https://mine.example.com")
    assert found["env_config"] == [{"env_name": "A", "env_value": "1"}]
    assert (found["volume_config"], found["required_labels"]) == ([{"name": "data"}], ["gpu"])
    assert "health_path" not in found
