"""The platform's JSON, taken tolerantly."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.invoke import platform
from workbench.model.catalog import Service, Team, User
from workbench.model.errors import PlatformError


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


SERVICE = {
    "id": "1",
    "service_slug": "llm",
    "display_name": "My LLM",
    "service_type": "external",
    "service_status": "running",
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-02T00:00:00Z",
    "service_desc": "d",
    "docker_image": "i",
    "health_path": "/h",
    "usage_prompt": "u",
    "external_url": "e",
    "openapi_url": "/openapi.json",
    "exposed_port": 8000,
    "gpu_count": -1,
    "replica_count": 2,
    "env_config": [{"env_name": "A", "env_value": "secret"}],
    "volume_config": [],
    "a_field_of_the_future": {"x": 1},
}


def test_a_service_with_every_field() -> None:
    assert platform.service(dumped(SERVICE)) == Service(
        slug="llm",
        id="1",
        name="My LLM",
        type="external",
        state="running",
        description="d",
        image="i",
        health_path="/h",
        usage_prompt="u",
        external_url="e",
        openapi_url="/openapi.json",
        port=8000,
        gpus=-1,
        replicas=2,
        env=(("A", "secret"),),
        created="2026-01-01T00:00:00Z",
        updated="2026-01-02T00:00:00Z",
    )


def test_only_the_slug_is_needed() -> None:
    assert platform.service(b'{"service_slug": "llm"}') == Service(slug="llm")


def test_a_service_in_a_wrapper() -> None:
    assert platform.service(b'{"container_service": {"service_slug": "llm"}, "x": {}}') == Service(slug="llm")


def test_members_of_another_type_count_as_missing() -> None:
    odd = {
        "service_slug": "llm",
        "id": 7,
        "service_status": "sleeping",
        "exposed_port": "8000",
        "gpu_count": True,
        "replica_count": "many",
        "env_config": "x",
        "display_name": None,
        "service_type": [],
    }
    assert platform.service(dumped(odd)) == Service(slug="llm", id="7", port=8000)


def test_a_page_takes_the_one_array() -> None:
    services = [{"service_slug": "a"}, {"service_slug": "b"}]
    for key in ("container_service_list", "service_list", "anything"):
        page = platform.page(dumped({key: services, "page_meta": {"total_count": 2}}))
        assert [service.slug for service in page.services] == ["a", "b"]
        assert page.total == 2
    assert platform.page(dumped(services)).total is None
    assert platform.page(dumped({"x": services, "page_meta": None})).total is None
    both = platform.page(dumped({"labels": [], "service_list": services}))
    assert len(both.services) == 2


@pytest.mark.parametrize(
    "data",
    [b'{"x": null, "page_meta": {"total_count": 0}}', b'{"page_meta": {"total_count": 0}}', b'{"service_list": null}'],
)
def test_a_page_without_services_may_have_no_array(data: bytes) -> None:
    assert platform.page(data).services == ()


def test_a_user() -> None:
    found = platform.user(
        dumped(
            {
                "id": "u",
                "first_name": "Ada",
                "last_name": "L",
                "display_name": "",
                "email_address": "a@b",
                "team_list": [{"id": 7, "display_name": "Alpha"}, {"id": "8"}],
            }
        )
    )
    assert found == User(id="u", name="Ada L", email="a@b", teams=(Team(id="7", name="Alpha"), Team(id="8")))
    assert platform.user(b"{}") == User(id="")


@pytest.mark.parametrize(
    ("decode", "data", "words"),
    [
        (platform.user, b"[]", "the answer of /users/me is an array"),
        (platform.user, b'{"team_list": [{"id": "a"}, {}]}', r"\$.team_list\[1\].id is missing"),
        (platform.user, b"<html>", "not JSON"),
        (platform.service, b"{}", r"\$.service_slug is missing"),
        (platform.service, b'{"service_slug": true}', "is true or false"),
        (platform.page, b'{"x": [{"service_slug": "a"}, 7]}', r"at \$.x\[1\] stands a number"),
        (platform.page, b'{"x": [{"service_slug": "a"}, {"id": "b"}]}', r"\$.x\[1\].service_slug is missing"),
        (platform.page, b'{"x": [], "y": []}', "2 arrays"),
        (platform.page, b"{}", "0 arrays"),
        (platform.page, b'{"x": null, "page_meta": {"total_count": 2}}', "0 arrays"),
        (platform.page, b"null", "the list of services is null"),
        (platform.page, b"\xff", "not JSON"),
        (platform.page, b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(decode: Any, data: bytes, words: str) -> None:
    with pytest.raises(PlatformError, match=words) as caught:
        decode(data)
    assert (caught.value.failure.kind, caught.value.failure.layer) == ("envelope", "platform")
    assert "base URL" in caught.value.failure.hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*SERVICE, "team_list", "page_meta", "total_count", "x"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_value_or_an_error_of_ours(value: Any) -> None:
    for decode in (platform.user, platform.page, platform.service):
        with suppress(PlatformError):
            decode(dumped(value))
