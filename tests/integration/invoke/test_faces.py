"""The httpx and httpx2 clients over our transports, asynchronous and synchronous, alike."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import json
import subprocess
import sys
import threading
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.invoke.servers import (
    JWT,
    TEAM,
    TOKEN,
    Server,
    answering,
    envelope_json,
    reply,
    threaded,
)
from workbench.model.envelope import Envelope
from workbench.model.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

HOMES = {"httpx": "workbench.invoke.transport", "httpx2": "workbench.invoke.httpx2"}


class Family:
    """One library with its faces, and one request made with either of its clients."""

    def __init__(self, name: str, *, sync: bool) -> None:
        self.lib: Any = importlib.import_module(name)
        self.ours: Any = importlib.import_module(HOMES[name])
        self.sync = sync

    async def call(self, transport: Any, method: str, url: str, **more: Any) -> Any:
        """The response, read to its end; the synchronous client runs in a thread, so that the test's server can run."""
        if not self.sync:
            async with self.lib.AsyncClient(transport=transport, base_url="http://llm") as client:
                return await client.request(method, url, **more)

        def run() -> Any:
            with self.lib.Client(transport=transport, base_url="http://llm") as client:
                return client.request(method, url, **more)

        return await asyncio.to_thread(run)

    async def chunks(self, transport: Any, method: str, url: str, **more: Any) -> list[bytes]:
        """The pieces of a streamed answer."""
        if not self.sync:
            async with (
                self.lib.AsyncClient(transport=transport, base_url="http://llm") as client,
                client.stream(method, url, **more) as response,
            ):
                return [chunk async for chunk in response.aiter_raw()]

        def run() -> list[bytes]:
            with (
                self.lib.Client(transport=transport, base_url="http://llm") as client,
                client.stream(method, url, **more) as response,
            ):
                return list(response.iter_raw())

        return await asyncio.to_thread(run)


@pytest.fixture(params=["httpx", "httpx-sync", "httpx2", "httpx2-sync"])
def family(request: pytest.FixtureRequest) -> Family:
    name, _, sync = request.param.partition("-")
    return Family(name, sync=bool(sync))


def sent_envelope(server: Server, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.requests[number].partition(b"\r\n\r\n")[2])
    return found


async def test_the_host_is_the_service_and_the_answer_the_containers(family: Family) -> None:
    inner = envelope_json(b'{"id": 7}', 201, {"Content-Type": "application/json", "Set-Cookie": ["a=1", "b=2"]})
    async with Server(answering(reply(inner, headers="X-Platform: p\r\n"))) as server:
        transport = family.ours.InvokeTransport(base_url=server.url, credential=TOKEN)
        response = await family.call(
            transport,
            "POST",
            "/v1/x?a=b%20c",
            json={"n": 1},
            headers={"Authorization": "Bearer mine", "X-One": "1", "Connection": "close", "Host": "other"},
        )
    assert (response.status_code, response.json()) == (201, {"id": 7})
    assert response.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert response.extensions["platform_status"] == 200
    assert ("X-Platform", "p") in response.extensions["platform_headers"]
    envelope = sent_envelope(server)
    assert (envelope["method"], envelope["path"]) == ("POST", "/v1/x?a=b%20c")
    assert json.loads(b64decode(envelope["body_base64"])) == {"n": 1}
    names = {name.lower(): value for name, value in envelope["headers"].items()}
    assert names["authorization"] == "Bearer mine"
    assert names["x-one"] == "1"
    assert not {"host", "connection", "content-length", "transfer-encoding"} & names.keys()
    assert server.requests[0].startswith(b"POST /api/v1/r/invoke/llm HTTP/1.1")
    assert f"Authorization: Bearer {TOKEN}".encode() in server.requests[0]


async def test_content_encoding_of_the_container_is_undone_by_the_client(family: Family) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Length": "999", "Transfer-Encoding": "chunked"}
    async with Server(answering(reply(envelope_json(gzip.compress(b"hello"), 200, headers)))) as server:
        response = await family.call(family.ours.InvokeTransport(base_url=server.url, credential=TOKEN), "GET", "/")
    assert response.text == "hello"
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(gzip.compress(b"hello")))
    assert "transfer-encoding" not in response.headers


async def test_head_keeps_the_length_the_container_gave(family: Family) -> None:
    async with Server(answering(reply(envelope_json(b"", 200, {"Content-Length": "999"})))) as server:
        response = await family.call(family.ours.InvokeTransport(base_url=server.url, credential=TOKEN), "HEAD", "/")
    assert (response.headers["content-length"], response.content) == ("999", b"")


async def test_a_target_extension_gives_the_path_as_written(family: Family) -> None:
    async with Server(answering(reply(envelope_json()))) as server:
        for face in (family.ours.InvokeTransport, family.ours.ProxyTransport):
            transport = face(base_url=server.url, credential=TOKEN)
            await family.call(transport, "GET", "/ignored", extensions={"target": b"/a/../b%zz"})
    assert sent_envelope(server)["path"] == "/a/../b%zz"
    assert server.requests[1].startswith(b"GET /api/v1/r/containers/llm/a/../b%zz HTTP/1.1\r\n")


async def test_failures_are_transport_errors_that_carry_the_failure(family: Family) -> None:
    said = reply(b'{"error_message": "no such thing"}', status="404 Not Found")
    async with Server(answering(said)) as server:
        with pytest.raises(family.lib.TransportError, match="no such thing") as caught:
            await family.call(family.ours.InvokeTransport(base_url=server.url, credential=TOKEN), "GET", "/")
    error: Any = caught.value
    assert isinstance(error, family.ours.InvokeError)
    assert (error.failure.kind, error.failure.platform_status) == ("unknown_service", 404)
    assert isinstance(error.__cause__, PlatformError)
    assert error.request.url.path == "/"


async def test_what_is_too_slow_is_a_timeout_of_the_library(family: Family) -> None:
    async def silent(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        await reader.read()

    async with Server(silent) as server:
        for face in (family.ours.InvokeTransport, family.ours.ProxyTransport):
            with pytest.raises(family.lib.TimeoutException) as caught:
                await family.call(face(base_url=server.url, credential=TOKEN), "POST", "/", timeout=0.6)
            failure = caught.value.failure
            assert (failure.kind, failure.in_doubt) == ("timeout", True)
    assert server.posts == 2


@pytest.mark.parametrize(
    ("arguments", "url", "words"),
    [
        ({"credential": JWT}, "/", "needs one"),
        ({"credential": TOKEN}, "http://llm:8080/", "port 8080"),
        ({"credential": TOKEN}, "http://not_a.slug/", "not a service slug"),
        ({"credential": TOKEN}, "/" + "x" * 3000, "at most 2048"),
    ],
)
async def test_what_is_refused_here_is_the_same_kind_of_error(
    family: Family, arguments: dict[str, Any], url: str, words: str
) -> None:
    async with Server(answering(reply(envelope_json()))) as server:
        with pytest.raises(family.ours.InvokeError, match=words) as caught:
            await family.call(family.ours.InvokeTransport(base_url=server.url, **arguments), "GET", url)
    failure = caught.value.failure
    assert (failure.layer, failure.in_doubt, server.connections) == ("client", False, 0)


async def test_an_access_token_goes_with_its_team(family: Family) -> None:
    async with Server(answering(reply(envelope_json()))) as server:
        transport = family.ours.InvokeTransport(base_url=server.url, credential=JWT, team=TEAM)
        await family.call(transport, "GET", "/")
    assert f"X-Team-ID: {TEAM}".encode() in server.requests[0]


async def test_the_proxy_passes_everything_through(family: Family) -> None:
    data = b"HTTP/1.1 207 Multi Status\r\nX-A: 1\r\nX-A: 2\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    packed = gzip.compress(b"hello")
    async with Server(answering(data % len(packed) + packed)) as server:
        response = await family.call(
            family.ours.ProxyTransport(base_url=server.url, credential=TOKEN),
            "PUT",
            "/a%20b?c=d",
            content=b"body",
            headers={"Authorization": "Bearer mine", "X-Team-ID": "mine", "X-One": "1"},
        )
    assert (response.status_code, response.reason_phrase, response.text) == (207, "Multi Status", "hello")
    assert response.headers.get_list("x-a") == ["1", "2"]
    request = server.requests[0]
    assert request.startswith(b"PUT /api/v1/r/containers/llm/a%20b?c=d HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\nbody")
    assert request.lower().count(b"authorization:") == 1
    assert f"Authorization: Bearer {TOKEN}".encode() in request
    assert b"mine" not in request


async def test_a_failure_of_the_container_is_an_answer_through_the_proxy(family: Family) -> None:
    async with Server(answering(reply(b"nope", status="503 Busy", headers="Location: /x\r\n"))) as server:
        transport = family.ours.ProxyTransport(base_url=server.url, credential=TOKEN)
        response = await family.call(transport, "GET", "/")
    assert (response.status_code, response.text) == (503, "nope")


async def test_answers_stream(family: Family) -> None:
    go_on = threading.Event()

    async def events(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(3):
            if number:
                await asyncio.to_thread(go_on.wait, 5)
                go_on.clear()
            writer.write(b"8\r\ndata: %d\n\r\n" % number)
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    async with Server(events) as server:
        transport = family.ours.ProxyTransport(base_url=server.url, credential=TOKEN)
        seen: list[bytes] = []
        if family.sync:

            def run() -> None:
                with (
                    family.lib.Client(transport=transport, base_url="http://llm") as client,
                    client.stream("GET", "/") as response,
                ):
                    for chunk in response.iter_raw():
                        seen.append(chunk)
                        go_on.set()

            await asyncio.to_thread(run)
        else:
            async with (
                family.lib.AsyncClient(transport=transport, base_url="http://llm") as client,
                client.stream("GET", "/") as response,
            ):
                async for chunk in response.aiter_raw():
                    seen.append(chunk)
                    go_on.set()
    assert seen == [b"data: 0\n", b"data: 1\n", b"data: 2\n"]


async def test_a_stream_that_breaks_is_an_error_of_the_library(family: Family) -> None:
    async def breaks(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
        await writer.drain()

    async with Server(breaks) as server:
        transport = family.ours.ProxyTransport(base_url=server.url, credential=TOKEN)
        with pytest.raises(family.ours.InvokeError, match="closed the connection") as caught:
            await family.chunks(transport, "GET", "/")
    assert caught.value.failure.in_doubt


async def test_uploads_stream(family: Family) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        await asyncio.sleep(0)
        yield b"two"

    def sync_pieces() -> Iterator[bytes]:
        yield b"one"
        yield b"two"

    async with Server(answering(reply(b"ok"))) as server:
        transport = family.ours.ProxyTransport(base_url=server.url, credential=TOKEN)
        content = sync_pieces() if family.sync else pieces()
        response = await family.call(transport, "POST", "/", content=content)
    assert response.text == "ok"
    assert b"Transfer-Encoding: chunked" in server.requests[0]
    assert server.requests[0].endswith(b"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")


async def test_what_an_upload_itself_raises_is_not_hidden(family: Family) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        raise ZeroDivisionError("mine")

    def sync_pieces() -> Iterator[bytes]:
        yield b"one"
        raise ZeroDivisionError("mine")

    async with Server(answering(reply(b"ok"))) as server:
        transport = family.ours.ProxyTransport(base_url=server.url, credential=TOKEN)
        content = sync_pieces() if family.sync else pieces()
        with pytest.raises(ZeroDivisionError, match="mine"):
            await family.call(transport, "POST", "/", content=content)


async def test_an_invoke_face_reads_an_upload_whole(family: Family) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    async with Server(answering(reply(envelope_json()))) as server:
        transport = family.ours.InvokeTransport(base_url=server.url, credential=TOKEN)
        content = iter([b"one", b"two"]) if family.sync else pieces()
        await family.call(transport, "POST", "/", content=content)
    assert b64decode(sent_envelope(server)["body_base64"]) == b"onetwo"


async def test_exchange_is_what_the_workbench_does(family: Family) -> None:
    async with (
        Server(answering(reply(envelope_json()))) as server,
        family.ours.InvokeTransport(base_url=server.url, credential=TOKEN) as transport,
    ):
        answer = await transport.exchange("llm", Envelope(method="GET", path="/a/../b"))
    assert answer.status == 200
    assert sent_envelope(server)["path"] == "/a/../b"


@pytest.mark.parametrize("name", HOMES)
def test_the_synchronous_client_works_inside_a_running_loop(name: str) -> None:
    """As in a notebook."""
    family = Family(name, sync=True)

    async def inside(url: str) -> list[int]:
        transport = family.ours.InvokeTransport(base_url=url, credential=TOKEN)
        with family.lib.Client(transport=transport, base_url="http://llm") as client:
            return [client.get("/").status_code for _ in range(2)]

    with threaded(answering(reply(envelope_json()))) as url:
        assert asyncio.run(inside(url)) == [200, 200]


@pytest.mark.parametrize("name", HOMES)
def test_one_synchronous_client_in_many_threads(name: str) -> None:
    family = Family(name, sync=True)
    with threaded(answering(reply(envelope_json()))) as url, ThreadPoolExecutor(20) as threads:
        transport = family.ours.InvokeTransport(base_url=url, credential=TOKEN)
        with family.lib.Client(transport=transport, base_url="http://llm") as client:
            answers = list(threads.map(client.get, (f"/{n}" for n in range(40))))
    assert [answer.status_code for answer in answers] == [200] * 40


@pytest.mark.parametrize("name", HOMES)
def test_one_transport_in_two_runs_of_asyncio(name: str) -> None:
    family = Family(name, sync=False)

    async def run(transport: Any) -> int:
        async with family.lib.AsyncClient(transport=transport, base_url="http://llm") as client:
            return int((await client.get("/")).status_code)

    with threaded(answering(reply(envelope_json()))) as url:
        transport = family.ours.InvokeTransport(base_url=url, credential=TOKEN)
        assert [asyncio.run(run(transport)) for _ in range(2)] == [200, 200]


FORK = """
import os
from workbench.invoke.portal import portal
async def seven(): return 7
assert portal().run(seven()) == 7
child = os.fork()
if not child:
    os._exit(0 if portal().run(seven()) == 7 else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_child_process_makes_a_loop_of_its_own() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK], timeout=120, check=False, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


FORGOTTEN = """
import httpx
from workbench.invoke import InvokeTransport
client = httpx.Client(transport=InvokeTransport(base_url={url!r}, credential="sk-abcdefgh"), base_url="http://llm")
print(client.get("/").status_code)
"""


def test_a_client_that_is_never_closed_makes_no_noise() -> None:
    with threaded(answering(reply(envelope_json()))) as url:
        code = FORGOTTEN.format(url=url)
        done = subprocess.run([sys.executable, "-c", code], timeout=120, check=False, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"200\n", b"")
