"""The transparent proxy: exact paths, untouched answers, streams in both directions (CYBERUN-API.md, 2)."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.gateway.client import until
from tests.integration.gateway.raw import exchange, host, status
from workbench.gateway.config import Switches
from workbench.gateway.demo import ALPHA, JWT_OWNER, SK_ALPHA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.gateway.client import Client
    from tests.integration.gateway.conftest import Connect

PREFIX = "/api/v1/r/containers/echo"
AUTHORIZATION = f"Authorization: Bearer {SK_ALPHA}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def test_every_method_goes_through(client: Client, method: str) -> None:
    answer = await client.call(method, "/r/containers/echo/anything")
    assert answer.status == 200
    if method == "HEAD":
        assert answer.body == b""
        assert int(answer.headers["content-length"]) > 0
    else:
        assert answer.json()["method"] == method


async def test_other_methods_go_through_when_the_switch_says_so(connect: Connect) -> None:
    listed, every = await connect(), await connect(switches=Switches(proxy_methods="any"))
    for method in ("PROPFIND", "QUERY"):
        refused = await listed.call(method, "/r/containers/echo/anything")
        assert (refused.status, method in refused.error) == (405, True)
        assert "GET" in refused.headers["Allow"]
        answer = await every.call(method, "/r/containers/echo/anything")
        assert answer.json()["method"] == method
    assert (await every.call("TRACE", "/r/containers/echo/anything")).status == 405


@pytest.mark.parametrize(
    "target",
    [
        "/anything",
        "/anything/",
        "/anything?",
        "/anything//double//slash",
        "/anything/../up/./here",
        "/anything/%2F%20%41%zz",
        "/anything?a=1&a=2&b&c=%20+x",
        "/anything/r/containers/echo/again",
        "/anything/api/v1/r/invoke/x",
        "/anything/|^{}\"'\\",
    ],
)
async def test_the_path_goes_through_exactly_as_written(client: Client, target: str) -> None:
    answer = await exchange(client.gateway, f"GET {PREFIX}{target} HTTP/1.1", host(client.gateway), AUTHORIZATION)
    assert status(answer) == 200
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["target"] == target
    assert client.calls.all()[-1].path == target


async def test_the_absolute_form_of_a_target_works_too(client: Client) -> None:
    target = f"http://127.0.0.1:{client.gateway.port}{PREFIX}/anything?x=1"
    answer = await exchange(client.gateway, f"GET {target} HTTP/1.1", host(client.gateway), AUTHORIZATION)
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["target"] == "/anything?x=1"


async def test_the_root_of_a_container_needs_its_slash(client: Client) -> None:
    assert (await client.get("/r/containers/echo/")).json()["service"] == "echo"
    assert (await client.get("/r/containers/echo")).json()["service_slug"] == "echo"


async def test_headers_go_through_except_the_platforms_own(client: Client) -> None:
    sent = {
        "X-Demo": "yes",
        "Accept": "text/x",
        "User-Agent": "test",
        "Content-Type": "text/plain",
        "Cookie": "a=1",
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "gone",
        "TE": "trailers",
    }
    caller = client.as_(JWT_OWNER, ALPHA.team_id)
    answer = await caller.call("POST", "/r/containers/echo/anything", data=b"hi", headers=sent)
    seen = answer.json()["headers"]
    assert seen.pop("content-length") == "2"
    assert seen.pop("accept-encoding")
    assert seen == {
        "x-demo": "yes",
        "accept": "text/x",
        "user-agent": "test",
        "content-type": "text/plain",
        "cookie": "a=1",
    }


async def test_the_answer_comes_as_the_container_gave_it(client: Client) -> None:
    answer = await client.get("/r/containers/echo/cookies/set?a=1&b=2")
    assert [value for name, value in answer.pairs if name.lower() == "set-cookie"] == [
        "a=1; Path=/; HttpOnly",
        "b=2; Path=/; HttpOnly",
    ]
    assert {name.lower() for name, _ in answer.pairs} == {"content-type", "content-length", "set-cookie"}
    packed = await client.get("/r/containers/echo/gzip")
    assert (packed.headers["content-encoding"], packed.body[:2]) == ("gzip", b"\x1f\x8b")
    assert len(packed.body) == int(packed.headers["content-length"])


@pytest.mark.parametrize("code", [200, 201, 204, 301, 304, 404, 418, 500, 503, 599])
async def test_the_containers_status_is_the_status(client: Client, code: int) -> None:
    answer = await client.get(f"/r/containers/echo/status/{code}")
    assert answer.status == code
    bare = code in (204, 304)
    assert answer.body == b"" if bare else answer.json()["status"] == code
    assert "content-type" not in answer.headers if bare else answer.headers["content-type"] == "application/json"
    assert (await client.get("/r/containers/echo/ping")).status == 200


async def test_head_has_no_body_even_for_an_error(client: Client) -> None:
    for path in ("/nothing-here", "/form", "/sse/3", "/ping"):
        lines = (f"HEAD {PREFIX}{path} HTTP/1.1", host(client.gateway), AUTHORIZATION)
        assert (await exchange(client.gateway, *lines)).endswith(b"\r\n\r\n")


async def test_events_arrive_one_by_one(client: Client) -> None:
    url = f"{client.gateway.base_url}/r/containers/echo/sse/4?pause=0.15"
    loop = asyncio.get_running_loop()
    async with client.session.get(url, headers=client.headers()) as response:
        assert response.headers["Content-Type"] == "text/event-stream"
        assert "Content-Length" not in response.headers
        arrived = [(loop.time(), chunk) async for chunk in response.content.iter_any()]
    assert b'{"n":1,"of":4}' in arrived[0][1]
    assert b'{"n":4,"of":4}' not in arrived[0][1]
    assert arrived[-1][0] - arrived[0][0] >= 0.1


async def test_a_body_comes_back_while_it_is_still_going_in(client: Client) -> None:
    url = f"{client.gateway.base_url}/r/containers/echo/loop"
    answered: asyncio.Queue[bytes] = asyncio.Queue()
    seen: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        for word in (b"one", b"two", b"three"):
            yield word
            seen.append(await asyncio.wait_for(answered.get(), 60))

    async with client.session.post(url, headers=client.headers(), data=body()) as response:
        async for chunk in response.content.iter_any():
            answered.put_nowait(chunk)
    assert seen == [b"one", b"two", b"three"]


async def test_an_upload_is_taken_in_parts(client: Client) -> None:
    size = 8 << 20

    async def body() -> AsyncIterator[bytes]:
        for _ in range(size >> 16):
            yield bytes(1 << 16)

    url = f"{client.gateway.base_url}/r/containers/echo/upload"
    async with client.session.post(url, headers=client.headers(), data=body()) as response:
        found = await response.json()
    assert found["size"] == size
    assert found["parts"] > 10


async def test_a_length_that_is_known_stays_known(client: Client) -> None:
    answer = await client.get("/r/containers/echo/drip?bytes=5&duration=0")
    assert (answer.body, answer.headers["content-length"]) == (b"*****", "5")
    assert "transfer-encoding" not in answer.headers


def under_way() -> bool:
    """Whether the gateway is busy with a request."""
    return any("RequestHandler._handle_request" in repr(task) for task in asyncio.all_tasks())


async def test_a_caller_that_hangs_up_ends_the_stream(client: Client) -> None:
    url = f"{client.gateway.base_url}/r/containers/echo/sse/1000?pause=0.02"
    async with client.session.get(url, headers=client.headers()) as response:
        await response.content.readany()
        assert under_way()
        response.close()
    await until(lambda: not under_way())
    assert (await client.get("/r/containers/echo/ping")).status == 200


async def test_an_upgrade_is_not_handed_through(client: Client) -> None:
    answer = await exchange(
        client.gateway,
        f"GET {PREFIX}/headers HTTP/1.1",
        host(client.gateway),
        AUTHORIZATION,
        "Upgrade: h2c",
        "Sec-WebSocket-Key: x",
    )
    assert status(answer) == 200
    assert b"upgrade" not in answer.partition(b"\r\n\r\n")[2].lower()


async def test_http_1_0_callers_get_the_whole_stream(client: Client) -> None:
    answer = await exchange(client.gateway, f"GET {PREFIX}/stream/3 HTTP/1.0", host(client.gateway), AUTHORIZATION)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"chunked" not in head.lower()
    assert body.count(b"\n") == 3
