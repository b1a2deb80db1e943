"""The gateway against its own OpenAPI document, by schemathesis: every check it has, nothing found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.support.gateway import DK_OWNER, JWT_OWNER, TEAM_ALPHA
from workbench.gateway.config import GatewayConfig, Switches
from workbench.gateway.openapi import openapi_document
from workbench.gateway.server import GatewayThread

if TYPE_CHECKING:
    from pathlib import Path

OTHER_WAY_ROUND = Switches(
    list_key="service_list",
    per_page_above_limit="clamp",
    header_values="lists",
    empty_body="null",
    strip_inner_authorization=True,
    body_on_get_and_delete="forward",
    not_running_status=503,
    unknown_slug_status=410,
    foreign_team_status=404,
    device_key_teams="own",
)
CONFIG = '[parameters]\n"path.service_slug" = "echo"\n'


@pytest.mark.parametrize(
    ("switches", "headers"),
    [
        pytest.param(Switches(), {"Authorization": f"Bearer {DK_OWNER}"}, id="as it comes, dk-"),
        pytest.param(
            OTHER_WAY_ROUND,
            {"Authorization": f"Bearer {JWT_OWNER}", "X-Team-ID": TEAM_ALPHA},
            id="the other way round, JWT",
        ),
    ],
)
def test_schemathesis_finds_nothing(tmp_path: Path, switches: Switches, headers: dict[str, str]) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    with GatewayThread(GatewayConfig(switches=switches)) as running:
        words = [sys.executable, "-m", "schemathesis.cli", "run", f"{running.base_url}/openapi.json"]
        for name, value in headers.items():
            words += ["-H", f"{name}: {value}"]
        words += ["--checks", "all", "--max-examples", "8", "--seed", "7", "--no-shrink", "--no-color"]
        words += ["--generation-database", "none", "--report", "json", "--report-json-path", "report.json"]
        environment = {**os.environ, "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        called = {call.route for call in running.calls.all() if call.platform_status == 200}
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout
    assert "15 selected / 15 total" in done.stdout
    assert called == {"invoke", "proxy"}


def test_the_document_needs_no_credential() -> None:
    with GatewayThread() as running:
        url = f"{running.base_url}/openapi.json"
        with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310 - http, on loopback
            document = json.loads(response.read())
    assert document == msgspec.json.decode(msgspec.json.encode(openapi_document(Switches())))
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "/api/v1"}]


def references(value: Any) -> set[str]:
    """Every reference in a document."""
    if isinstance(value, dict):
        found = {value["$ref"]} if "$ref" in value else set()
        return found.union(*(references(item) for item in value.values()))
    return set().union(*(references(item) for item in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("switches", [Switches(), OTHER_WAY_ROUND, Switches(rate_limit=5, empty_body="omitted")])
def test_the_document_follows_the_switches(switches: Switches) -> None:
    document = openapi_document(switches)
    schemas = document["components"]["schemas"]
    assert references(document) == {f"#/components/schemas/{name}" for name in schemas}
    assert switches.list_key in schemas["ServicePage"]["required"]
    invoke = document["paths"]["/r/invoke/{service_slug}"]["post"]["responses"]
    assert {str(switches.not_running_status), str(switches.unknown_slug_status)} <= set(invoke)
    assert ("429" in invoke) == bool(switches.rate_limit)
    assert ("body_base64" in schemas["InvokeAnswer"]["required"]) == (switches.empty_body != "omitted")
    assert ("anyOf" in schemas["InvokeRequest"]) == (switches.body_on_get_and_delete == "refuse")
