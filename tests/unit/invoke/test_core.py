"""The core over a transport that answers from memory: any httpx transport can stand underneath."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from workbench.invoke import Connection, Credential, InvokeTransport, WireOptions
from workbench.invoke.core import Core
from workbench.model.envelope import Envelope
from workbench.model.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://gateway.example/api/v1"
TOKEN = "sk-0123456789abcdef"
GET = Envelope(method="GET", path="/a/../b")


def core(handler: Callable[[httpx.Request], Any], **options: Any) -> Core:
    return Core(
        base_url=BASE,
        credential=Credential(TOKEN, base_url=BASE),
        options=WireOptions(**options),
        inner=httpx.MockTransport(handler),
    )


async def test_the_inner_transport_gets_an_ordinary_request() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"status_code": 201})

    response = await core(answer).exchange("llm", GET)
    assert (response.platform_status, response.status, response.body) == (200, 201, b"")
    (request,) = seen
    assert (request.method, str(request.url)) == ("POST", f"{BASE}/r/invoke/llm")
    assert request.headers["host"] == "gateway.example"
    assert request.headers["content-length"] == str(len(request.content))
    assert json.loads(request.content) == {"method": "GET", "path": "/a/../b"}
    assert request.extensions["timeout"] == {"connect": 5.0, "read": 30.0}
    assert response.timing.total > 0
    assert response.timing.wait is None


async def test_headers_of_one_call_do_not_leak_into_the_next() -> None:
    sizes: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sizes.append(request.headers.get_list("content-length"))
        request.headers["x-added"] = "1"
        assert request.headers.get_list("x-added") == ["1"]
        return httpx.Response(200, json={"status_code": 200})

    made = core(answer)
    for path in ("/a", "/long-path", "/b"):
        await made.exchange("llm", Envelope(method="GET", path=path))
    assert [len(found) for found in sizes] == [1, 1, 1]
    assert sizes[0] == sizes[2] != sizes[1]


async def test_the_proxy_target_is_an_extension() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.extensions["target"] == b"/api/v1/r/containers/llm/a/../b"
        return httpx.Response(200, content=b"x")

    assert (await core(answer).forward("llm", GET)).body == b"x"


@pytest.mark.parametrize(
    ("error", "kind", "doubt"),
    [
        (httpx.ConnectError("x"), "connect", False),
        (httpx.ConnectTimeout("x"), "timeout", False),
        (httpx.ReadTimeout("x"), "timeout", True),
        (httpx.RemoteProtocolError("x"), "envelope", True),
        (httpx.InvalidURL("x"), "connect", False),
        (httpx.CookieConflict("x"), "connect", True),
        (httpx.StreamConsumed(), "connect", True),
        (OSError("x"), "connect", True),
        (UnicodeEncodeError("ascii", "x", 0, 1, "x"), "envelope", True),
        (ExceptionGroup("x", [OSError()]), "connect", True),
        (TimeoutError(), "timeout", True),
    ],
    ids=repr,
)
@pytest.mark.parametrize("route", ["exchange", "forward", "platform"])
async def test_nothing_foreign_escapes(error: Exception, kind: str, doubt: bool, route: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    made = core(fail)
    call = made.platform("/users/me") if route == "platform" else getattr(made, route)("llm", GET)
    with pytest.raises(PlatformError) as caught:
        await call
    assert caught.value.failure.kind == kind
    assert caught.value.failure.in_doubt is (doubt and route != "platform")
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("error", [TypeError("x"), KeyError("x"), ZeroDivisionError()])
async def test_a_bug_stays_a_bug(error: Exception) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(type(error)) as caught:
        await core(fail).exchange("llm", GET)
    assert caught.value is error


async def test_a_limit_without_knowledge_of_the_wire_is_in_doubt() -> None:
    async def slow(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        raise AssertionError

    with pytest.raises(PlatformError, match=r"timeout after 0\.05 s") as caught:
        await core(slow, timeout=0.05).exchange("llm", GET)
    assert caught.value.failure.in_doubt


async def test_cancelling_passes() -> None:
    started = asyncio.Event()

    async def slow(_: httpx.Request) -> httpx.Response:
        started.set()
        await asyncio.sleep(5)
        raise AssertionError

    task = asyncio.create_task(core(slow).exchange("llm", GET))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_timeout_from_outside_is_not_ours() -> None:
    async def slow(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        raise AssertionError

    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.05):
            await core(slow).exchange("llm", GET)
    assert not isinstance(caught.value, PlatformError)


async def test_what_a_callback_raises_passes() -> None:
    def hook(_: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await core(lambda _: httpx.Response(200, content=b"x")).forward("llm", GET, on_chunk=hook)


async def test_the_platforms_own_error_on_the_proxy_route() -> None:
    said = {"error_message": "unknown service"}
    with pytest.raises(PlatformError) as caught:
        await core(lambda _: httpx.Response(404, json=said)).forward("llm", GET)
    assert (caught.value.failure.kind, caught.value.failure.platform_status) == ("unknown_service", 404)
    answer = await core(lambda _: httpx.Response(404, json={**said, "id": 1})).forward("llm", GET)
    assert (answer.status, answer.platform_status) == (404, 404)


async def test_retry_after_comes_along() -> None:
    slow = httpx.Response(429, headers={"Retry-After": "7"}, json={"error_message": "slow down"})
    with pytest.raises(PlatformError, match="slow down") as caught:
        await core(lambda _: slow).exchange("llm", GET)
    assert caught.value.failure.retry_after == 7
    assert not caught.value.failure.in_doubt


async def test_a_connection_takes_an_inner_transport_too() -> None:
    inner = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": "u", "team_list": [{"id": "t"}]}))
    credential = Credential("dk-0123456789", base_url=BASE)
    async with Connection(base_url=BASE, credential=credential, inner=inner) as connection:
        assert [team.id for team in await connection.teams()] == ["t"]


async def test_a_transport_takes_an_inner_transport_too() -> None:
    inner = httpx.MockTransport(lambda _: httpx.Response(200, json={"status_code": 418}))
    transport = InvokeTransport(base_url=BASE, credential=TOKEN, inner=inner)
    async with httpx.AsyncClient(transport=transport, base_url="http://llm") as client:
        assert (await client.get("/")).status_code == 418
