"""Forwarding to real servers: one of our own on a raw socket, and httpbin in a process of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from tests.integration.gateway.raw import exchange, host
from workbench.gateway.config import GatewayConfig, Switches
from workbench.gateway.demo import SK_ALPHA, SK_BETA
from workbench.gateway.errors import GatewayConfigError
from workbench.gateway.platform import Platform

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.integration.gateway.client import Client
    from tests.integration.gateway.conftest import Connect

AUTHORIZATION = f"Authorization: Bearer {SK_ALPHA}"


class Server:
    """A server on a raw socket: it keeps the heads it saw and answers with the bytes it was given."""

    def __init__(self) -> None:
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        self.address = ""
        self.pause = 0.0
        self.tasks: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.create_task(self.talk(reader, writer)))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.answer_one(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    self.bodies.append(await reader.readexactly(int(line.partition(b":")[2])))
            await asyncio.sleep(self.pause)
            writer.write(self.answer)
            await writer.drain()

    def lines(self) -> list[str]:
        """The request line and the headers of the last request."""
        return self.heads[-1].decode("latin-1").strip().split("\r\n")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A running `Server`."""
    made = Server()
    listening = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield made
    listening.close()
    for task in made.tasks:
        task.cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)
    await listening.wait_closed()


@pytest.fixture
async def mapped(connect: Connect, server: Server) -> Client:
    """A client of a gateway that has `real` mapped to `server`."""
    return await connect(GatewayConfig(maps={"real": server.address}))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/a?",
        "/a/../b/./c//d",
        "/a%2Fb%20c%zz?x=%20+&y",
        "/a#b?c",
        "/a?b=http://x//y",
        "/|^{}\"'\\",
    ],
)
async def test_the_path_reaches_the_server_exactly_as_written(mapped: Client, server: Server, path: str) -> None:
    assert (await mapped.invoke("real", "GET", path)).container_body == b"ok"
    assert server.lines()[0].encode("latin-1") == f"GET {path} HTTP/1.1".encode()
    proxied = await exchange(
        mapped.gateway,
        f"GET /api/v1/r/containers/real{path.encode().decode('latin-1')} HTTP/1.1",
        host(mapped.gateway),
        AUTHORIZATION,
    )
    assert proxied.endswith(b"ok")
    assert server.lines()[0].encode("latin-1") == f"GET {path} HTTP/1.1".encode()


async def test_no_header_is_added_but_those_of_the_connection(mapped: Client, server: Server) -> None:
    sent = {"X-Demo": "yes", "Authorization": "Bearer inner", "Host": "evil", "Content-Length": "99"}
    await mapped.invoke("real", "GET", "/", headers=sent)
    assert sorted(server.lines()[1:]) == [
        "Authorization: Bearer inner",
        f"Host: {server.address.removeprefix('http://')}",
        "X-Demo: yes",
    ]
    await mapped.invoke("real", "POST", "/", body=b"body", headers={"Content-Length": "1"})
    assert sorted(server.lines()[1:]) == ["Content-Length: 4", f"Host: {server.address.removeprefix('http://')}"]
    assert server.bodies == [b"body"]


async def test_letters_beyond_ascii_reach_the_server_as_utf_8(mapped: Client, server: Server) -> None:
    headers = {"X-Name": "caf\u00e9"}
    assert (await mapped.invoke("real", "GET", "/caf\u00e9?\u2603", headers=headers)).container_body == b"ok"
    assert "GET /caf\u00e9?\u2603 HTTP/1.1\r\n".encode() in server.heads[-1]
    assert "X-Name: caf\u00e9\r\n".encode() in server.heads[-1]


async def test_a_large_body_reaches_the_server(mapped: Client, server: Server) -> None:
    body = bytes(range(256)) * (8 << 10)
    await mapped.invoke("real", "PUT", "/", body=body)
    assert server.bodies == [body]
    assert f"Content-Length: {len(body)}" in server.lines()


async def test_status_headers_and_body_come_back_as_they_are(mapped: Client, server: Server) -> None:
    server.answer = (
        b"HTTP/1.1 299 Rather Fine\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Latin: caf\xe9\r\nX-Utf: caf\xc3\xa9\r\n"
        b"Content-Encoding: gzip\r\nContent-Length: 4\r\nKeep-Alive: timeout=5\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n"
        b"\x1f\x8b\x00\xff"
    )
    answer = await mapped.invoke("real", "GET", "/")
    assert (answer.container_status, answer.container_body) == (299, b"\x1f\x8b\x00\xff")
    assert answer.container_headers == {
        "Set-Cookie": "a=1, b=2",
        "X-Latin": "caf\u00e9",
        "X-Utf": "caf\u00e9",
        "Content-Encoding": "gzip",
        "Content-Length": "4",
    }
    lines = ("GET /api/v1/r/containers/real/ HTTP/1.1", host(mapped.gateway), AUTHORIZATION)
    raw = await exchange(mapped.gateway, *lines)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 299 Rather Fine\r\n")
    assert (head.count(b"Set-Cookie"), body) == (2, b"\x1f\x8b\x00\xff")
    assert not any(name in head for name in (b"Server:", b"Date:", b"Content-Type:", b"X-Hop", b"Keep-Alive"))


async def test_redirects_and_cookies_are_left_to_the_caller(mapped: Client, server: Server) -> None:
    server.answer = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    answer = await mapped.invoke("real", "GET", "/")
    assert (answer.container_status, answer.container_headers["Location"]) == (302, "/elsewhere")
    await mapped.invoke("real", "GET", "/again")
    assert len(server.heads) == 2
    assert not any(line.lower().startswith("cookie") for line in server.lines())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "disconnected"),
        (b"not http at all\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal", "broke off"),
    ],
)
async def test_a_server_that_breaks_off_is_the_platforms_502(
    mapped: Client, server: Server, answer: bytes, said: str
) -> None:
    server.answer = answer
    found = await mapped.invoke("real", "GET", "/")
    assert found.status == 502
    assert said in found.error


async def test_a_stream_that_breaks_off_is_seen_to_break_off(mapped: Client, server: Server) -> None:
    for answer in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ):
        server.answer = answer
        lines = ("GET /api/v1/r/containers/real/ HTTP/1.1", host(mapped.gateway), AUTHORIZATION)
        raw = b""
        with contextlib.suppress(ConnectionError):
            raw = await exchange(mapped.gateway, *lines)
        assert not raw.endswith(b"0\r\n\r\n")
        assert len(raw.partition(b"\r\n\r\n")[2]) < 10


async def test_nobody_there_is_the_switchs_status(connect: Connect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for code in (502, 503):
            switches = Switches(unreachable_status=code)
            client = await connect(GatewayConfig(maps={"real": address}, switches=switches))
            for answer in (await client.invoke("real", "GET", "/"), await client.get("/r/containers/real/")):
                assert answer.status == code
                assert "cannot connect" in answer.error


async def test_a_silent_server_is_a_timeout(connect: Connect, server: Server) -> None:
    server.pause = 30
    config = GatewayConfig(maps={"real": server.address}, switches=Switches(container_timeout=0.1))
    client = await connect(config)
    for answer in (await client.invoke("real", "GET", "/"), await client.get("/r/containers/real/")):
        assert (answer.status, "within 0.1 seconds" in answer.error) == (504, True)


async def test_a_mapped_service_is_external_running_and_in_every_team(mapped: Client, server: Server) -> None:
    for key in (SK_ALPHA, SK_BETA):
        found = (await mapped.as_(key).get("/r/containers/real")).json()
        assert (found["service_type"], found["service_status"]) == ("external", "running")
        assert found["external_url"] == server.address


async def test_a_map_replaces_a_sample_and_comes_while_it_runs(client: Client, server: Server) -> None:
    assert (await client.invoke("llm", "GET", "/health")).container_body != b"ok"
    client.platform.map("llm", server.address)
    client.platform.map("new", server.address.replace("127.0.0.1", "localhost"))
    assert (await client.invoke("llm", "GET", "/health")).container_body == b"ok"
    assert (await client.invoke("new", "GET", "/health")).container_body == b"ok"


@pytest.mark.parametrize(
    ("slug", "address", "said"),
    [
        ("real", "http://example.com", "not on this machine"),
        ("real", "http://10.0.0.1:80", "not on this machine"),
        ("real", "http://127.evil.example", "not on this machine"),
        ("real", "http://127.0.0.1:80/path", "scheme, host and port only"),
        ("real", "http://a:b@127.0.0.1", "scheme, host and port only"),
        ("real", "ftp://127.0.0.1", "not an address"),
        ("real", "127.0.0.1:80", "not an address"),
        ("real", "http://127.0.0.1:99999", "not a URL"),
        ("real", "http://[::1", "not a URL"),
        ("Real_1", "http://127.0.0.1:80", "not a slug"),
        ("x\n", "http://127.0.0.1:80", "not a slug"),
    ],
)
async def test_only_addresses_of_this_machine_are_mapped(client: Client, slug: str, address: str, said: str) -> None:
    with pytest.raises(GatewayConfigError, match=said):
        client.platform.map(slug, address)
    with pytest.raises(GatewayConfigError, match=said):
        Platform(GatewayConfig(maps={slug: address}))


async def test_addresses_elsewhere_need_a_word(connect: Connect) -> None:
    config = GatewayConfig(maps={"far": "https://192.0.2.1:8443", "near": "http://[::1]:1"}, allow_remote_targets=True)
    client = await connect(config)
    assert (await client.get("/r/containers/far")).json()["external_url"] == "https://192.0.2.1:8443"


async def test_events_of_a_real_server_arrive_one_by_one(connect: Connect) -> None:
    first_seen = asyncio.Event()

    async def events(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: first\n\n")
        await asyncio.wait_for(first_seen.wait(), 60)
        await response.write(b"data: last\n\n")
        return response

    async def upload(request: web.Request) -> web.Response:
        parts = [chunk async for chunk in request.content.iter_any()]
        return web.json_response({"size": len(b"".join(parts)), "length": request.headers.get("Content-Length")})

    app = web.Application()
    app.router.add_get("/events", events)
    app.router.add_post("/upload", upload)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        client = await connect(GatewayConfig(maps={"real": f"http://127.0.0.1:{site.port}"}))
        url = f"{client.gateway.base_url}/r/containers/real"
        seen = []
        async with client.session.get(f"{url}/events", headers=client.headers()) as response:
            async for chunk in response.content.iter_any():
                seen.append(chunk)
                first_seen.set()
        assert seen == [b"data: first\n\n", b"data: last\n\n"]

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(10):
                yield b"x" * 1000

        async with client.session.post(f"{url}/upload", headers=client.headers(), data=pieces()) as response:
            assert await response.json() == {"size": 10000, "length": None}
        answer = await client.call("POST", "/r/containers/real/upload", data=b"y" * 10)
        assert answer.json() == {"size": 10, "length": "10"}
    finally:
        await runner.cleanup()


@pytest.fixture(scope="module")
def httpbin() -> Iterator[str]:
    """The address of httpbin, which nobody here wrote, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from werkzeug.serving import run_simple; from httpbin import app; run_simple('127.0.0.1', {port}, app)"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/get", timeout=60):  # noqa: S310 - http, on loopback
                    break
                time.sleep(0.1)
            yield address
        finally:
            process.terminate()


async def test_httpbin_through_invoke_and_proxy(connect: Connect, httpbin: str) -> None:
    client = await connect(GatewayConfig(maps={"httpbin": httpbin}))
    answer = await client.invoke(
        "httpbin", "POST", "/anything?a=1&a=2", body=b'{"x": [1]}', headers={"Content-Type": "application/json"}
    )
    seen = answer.container_json
    assert (answer.container_status, seen["json"], seen["args"]) == (200, {"x": [1]}, {"a": ["1", "2"]})
    assert set(seen["headers"]) == {"Host", "Content-Type", "Content-Length"}
    assert (await client.invoke("httpbin", "GET", "/status/418")).container_status == 418
    assert (await client.invoke("httpbin", "GET", "/gzip")).container_body[:2] == b"\x1f\x8b"
    moved = await client.invoke("httpbin", "GET", "/redirect/1")
    assert (moved.container_status, moved.container_headers["Location"]) == (302, "/get")
    random = await client.invoke("httpbin", "GET", "/bytes/1000?seed=1")
    assert len(random.container_body) == 1000
    proxied = await client.call("PUT", "/r/containers/httpbin/anything", data=b"\x00\xff")
    assert proxied.json()["data"].endswith(base64.b64encode(b"\x00\xff").decode())
    lines = [json.loads(line) for line in (await client.get("/r/containers/httpbin/stream/3")).body.splitlines()]
    assert [line["id"] for line in lines] == [0, 1, 2]
