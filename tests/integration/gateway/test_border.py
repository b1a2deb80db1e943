"""The way in: who is kept out, and that every error has the platform's shape (CYBERUN-API.md, 6; RELIABILITY.md)."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest

from tests.integration.gateway.raw import exchange, host, status
from workbench.gateway.demo import SK_ALPHA

if TYPE_CHECKING:
    from tests.integration.gateway.client import Client

AUTHORIZATION = f"Authorization: Bearer {SK_ALPHA}"
LIST = "GET /api/v1/r/containers HTTP/1.1"


def error(answer: bytes) -> str:
    """The text of an error, which has the platform's shape."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/json" in head.lower()
    document = json.loads(body)
    assert list(document) == ["error_message"]
    return str(document["error_message"])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_the_gateways_own_names_are_let_in(client: Client, name: str) -> None:
    answer = await exchange(client.gateway, LIST, f"Host: {name}:{client.gateway.port}", AUTHORIZATION)
    assert status(answer) == 200


@pytest.mark.parametrize(
    "name",
    [
        *(
            "example.com",
            "evil.example:{port}",
            "127.0.0.1",
            "localhost",
            "127.0.0.1:1",
            "127.0.0.1.evil.example:{port}",
        ),
        *(
            "127.0.0.2:{port}",
            "0.0.0.0:{port}",
            "[::1]",
            "[::1:{port}",
            "::1:{port}",
            "",
            ":{port}",
            "localhost.:{port}",
        ),
        *("user@127.0.0.1:{port}", "127.0.0.1:{port}:{port}", "2130706433:{port}"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/r/containers", "/local/pair", "/api/v1/openapi.json", "/nothing"])
async def test_a_foreign_host_is_refused(client: Client, name: str, path: str) -> None:
    line = f"Host: {name.format(port=client.gateway.port)}"
    answer = await exchange(client.gateway, f"GET {path} HTTP/1.1", line, AUTHORIZATION)
    assert status(answer) == 403
    assert "127.0.0.1 with its port" in error(answer)


async def test_a_request_without_a_host_is_refused(client: Client) -> None:
    answer = await exchange(client.gateway, "GET /api/v1/r/containers HTTP/1.0", AUTHORIZATION)
    assert status(answer) == 403


async def test_a_foreign_host_in_the_target_is_refused(client: Client) -> None:
    line = "GET http://evil.example/api/v1/r/containers HTTP/1.1"
    answer = await exchange(client.gateway, line, host(client.gateway), AUTHORIZATION)
    assert status(answer) == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:{port}", ""])
@pytest.mark.parametrize("path", ["/api/v1/r/containers", "/api/v1/r/containers/echo/ping", "/local/calls"])
async def test_any_origin_is_refused(client: Client, origin: str, path: str) -> None:
    line = f"Origin: {origin.format(port=client.gateway.port)}"
    for method in ("GET", "OPTIONS"):
        answer = await exchange(client.gateway, f"{method} {path} HTTP/1.1", host(client.gateway), line, AUTHORIZATION)
        assert status(answer) == 403
        assert "Origin" in error(answer)
    assert len(client.calls) == 0


async def test_it_listens_on_loopback_only(client: Client) -> None:
    address = client.gateway._server.sockets[0].getsockname()
    assert address[0] == "127.0.0.1"
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", client.gateway.port), timeout=60).close()


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/", 404),
        ("GET", "/api/v1", 404),
        ("GET", "/api/v1/r/invoke/echo", 405),
        ("DELETE", "/api/v1/r/containers/echo", 405),
        ("POST", "/api/v1/users/me", 405),
        ("PUT", "/api/v1/auth/login", 405),
        ("OPTIONS", "/api/v1/r/containers", 405),
        ("PROPFIND", "/api/v1/r/containers", 405),
        ("OPTIONS", "*", 404),
    ],
)
async def test_errors_of_the_server_have_the_platforms_shape(
    client: Client, method: str, path: str, expected: int
) -> None:
    answer = await exchange(client.gateway, f"{method} {path} HTTP/1.1", host(client.gateway), AUTHORIZATION)
    assert status(answer) == expected
    assert error(answer)
    assert (b"\r\nAllow: " in answer) == (expected == 405)


@pytest.mark.parametrize(
    "lines",
    [
        ["nonsense"],
        ["GET / HTTP/9.9"],
        ["GET /api/v1/r/containers HTTP/1.1", "no colon"],
        ["GET /api/v1/r/containers HTTP/1.1", "Content-Length: x"],
        ["GET /" + "x" * 70_000 + " HTTP/1.1"],
        ["GET /caf\u00e9 HTTP/1.1"],
        ["\x16\x03\x01 tls"],
    ],
)
async def test_what_is_no_http_is_refused_in_the_same_shape(client: Client, lines: list[str]) -> None:
    answer = await exchange(client.gateway, *lines)
    assert status(answer) == 400
    assert error(answer)
    assert (await client.get("/r/containers")).status == 200


async def test_an_unknown_expectation_is_refused_in_the_same_shape(client: Client) -> None:
    lines = ("POST /api/v1/r/invoke/echo HTTP/1.1", host(client.gateway), AUTHORIZATION, "Expect: magic")
    answer = await exchange(client.gateway, *lines, "Content-Length: 0")
    assert status(answer) == 417
    assert error(answer)


async def test_leave_to_go_on_is_given(client: Client) -> None:
    lines = ("POST /api/v1/r/containers/echo/upload HTTP/1.1", host(client.gateway), AUTHORIZATION)
    answer = await exchange(client.gateway, *lines, "Expect: 100-continue", "Content-Length: 0")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_a_body_that_is_too_large_is_413(client: Client) -> None:
    lines = ("POST /api/v1/r/invoke/echo HTTP/1.1", host(client.gateway), AUTHORIZATION)
    answer = await exchange(client.gateway, *lines, f"Content-Length: {300 << 20}", end=b"}")
    assert status(answer) == 413
    assert error(answer) == "the request body is too large"


async def test_a_defect_of_the_gateway_is_a_500_in_the_same_shape(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(client.platform.catalog, "of_team", broken)
    answer = await client.get("/r/containers")
    assert (answer.status, "defect" in answer.error) == (500, True)
    assert "a defect" in caplog.text
    assert SK_ALPHA not in caplog.text


async def test_the_controls_switch_services_and_list_calls(client: Client) -> None:
    caller = client.as_("")
    answer = await caller.call("POST", "/local/services/reports", document={"service_status": "running"}, local=True)
    assert answer.json() == {"switched": 1, "service_status": "running"}
    assert (await client.invoke("reports", "GET", "/health")).container_status == 200
    await caller.call("POST", "/local/services/reports", document={"agent_online": False}, local=True)
    assert (await client.invoke("reports", "GET", "/health")).status == 503
    found = (await caller.call("GET", "/local/calls", local=True)).json()
    assert found["total"] == 2
    assert found["calls"][1] == {
        "route": "invoke",
        "slug": "reports",
        "method": "GET",
        "path": "/health",
        "size": 0,
        "platform_status": 503,
    }
    assert SK_ALPHA not in json.dumps(found)
    assert (await caller.call("DELETE", "/local/calls", local=True)).json() == {"total": 0}
    assert len(client.calls) == 0


@pytest.mark.parametrize(
    ("slug", "document", "expected"),
    [
        ("no-such", {"service_status": "running"}, 404),
        ("reports", {"service_status": "dancing"}, 400),
        ("reports", {"status": "running"}, 400),
        ("reports", {"service_status": "running", "team": "Beta"}, 404),
        ("reports", {"after": -1}, 400),
    ],
)
async def test_a_switch_that_cannot_be_is_refused(
    client: Client, slug: str, document: dict[str, object], expected: int
) -> None:
    answer = await client.call("POST", f"/local/services/{slug}", document=document, local=True)
    assert answer.status == expected
    assert answer.error
