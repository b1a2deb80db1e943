"""Servers that misbehave: every call ends in time, as the right kind of failure, and was made exactly once."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import struct
import zlib
from socket import SO_LINGER, SOL_SOCKET
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.integration.invoke.servers import TOKEN, Server, answering, connected, envelope_json, post, reply, target
from workbench.invoke import Connection, WireOptions
from workbench.model.envelope import Envelope
from workbench.model.errors import Failure, PlatformError
from workbench.model.request import Target
from workbench.model.secrets import beginning

if TYPE_CHECKING:
    from tests.integration.invoke.servers import Handler
    from workbench.model.collection import Route
    from workbench.model.exchange import ServiceResponse

LIMIT = 1.5
"""Seconds for an answer that does not come: enough that a request has been sent, on the busiest machine."""

HANGS = 60.0
"""Seconds in which anything else has come, or never will."""


async def silent(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    await reader.read()


async def drip_body(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_headers(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        if writer.is_closing():
            return
        writer.write(b"X-%d: 1\r\n" % number)
        await writer.drain()
        await asyncio.sleep(0.02)


async def flood_of_1xx(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
        await writer.drain()
        await asyncio.sleep(0)


async def endless_chunk(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n{")
    while not writer.is_closing():
        writer.write(b"x" * 1024)
        await writer.drain()
        await asyncio.sleep(0.01)


async def reset(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def closes(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)


async def closes_at_once(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    server.requests.append(b"POST never read")


async def half_close(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await server.take(reader)
    writer.write_eof()
    await reader.read()


def then_closes(data: bytes) -> Handler:
    async def handler(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await server.take(reader)
        writer.write(data)
        await writer.drain()

    return handler


async def failing(
    handler: Handler, *, route: Route = "invoke", closes: bool = True, **options: Any
) -> tuple[Failure, Server]:
    """The failure of one POST: it came, was made once, and its connection is not used again."""
    options.setdefault("timeout", HANGS)
    async with connected(handler, **options) as (server, connection):
        with pytest.raises(PlatformError) as caught:
            await asyncio.wait_for(connection.send(target(server, route=route), post()), HANGS)
        if closes:
            await asyncio.wait_for(server.closed.wait(), HANGS)
        assert server.posts == 1
    assert TOKEN not in repr(caught.value) + str(caught.value) + repr(caught.value.failure)
    return caught.value.failure, server


SLOW = [silent, drip_body, drip_headers, flood_of_1xx, endless_chunk]


async def test_the_total_limit_ends_what_never_ends() -> None:
    """All at the same time, for it takes the whole of the limit."""
    routes: tuple[Route, ...] = ("invoke", "proxy")
    calls = [failing(handler, route=route, timeout=LIMIT) for handler in SLOW for route in routes]
    for failure, _ in await asyncio.gather(*calls):
        assert (failure.kind, failure.layer, failure.in_doubt) == ("timeout", "network", True)
        assert failure.message.startswith("timeout after 1.5 s: no complete answer from 127.0.0.1:")


async def test_the_limit_for_reading_ends_silence_earlier() -> None:
    failure, _ = await failing(silent, timeout=3600.0, read_timeout=0.2)
    assert (failure.kind, failure.in_doubt) == ("timeout", True)
    assert "nothing more came" in failure.message


async def test_a_time_of_its_own_replaces_both_limits() -> None:
    async def slow(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await server.take(reader):
            await asyncio.sleep(0.4)
            writer.write(reply(envelope_json()))

    async with connected(slow, timeout=0.1, read_timeout=0.1) as (server, connection):
        answer = await connection.send(target(server), post(), timeout=HANGS)
        assert answer.status == 200
        with pytest.raises(PlatformError, match=r"timeout after 0\.1 s"):
            await connection.send(target(server), post())


@pytest.mark.parametrize("handler", [reset, closes, closes_at_once, half_close], ids=lambda handler: handler.__name__)
@pytest.mark.parametrize("route", ["invoke", "proxy"])
async def test_a_dropped_connection_is_in_doubt(handler: Handler, route: Route) -> None:
    failure, server = await failing(handler, route=route)
    assert (failure.kind, failure.layer, failure.in_doubt) == ("connect", "network", True)
    assert "closed the connection" in failure.message
    assert server.connections == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "POST"])
async def test_no_second_attempt_on_a_connection_that_went_stale(method: str) -> None:
    """Aiohttp repeats idempotent methods by itself, which would hide that the container may have run twice."""
    calls = 0

    async def once(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        while await server.take(reader):
            calls += 1
            if calls == 2:
                return
            writer.write(reply(b"" if method == "HEAD" else b"x"))

    async with connected(once) as (server, connection):
        await connection.send(target(server, route="proxy"), Envelope(method=method, path="/"))
        with pytest.raises(PlatformError) as caught:
            await connection.send(target(server, route="proxy"), Envelope(method=method, path="/"))
    assert caught.value.failure.in_doubt
    assert (len(server.requests), server.connections) == (2, 1)


GARBAGE = {
    "text": b"hello, I am not HTTP at all\r\n\r\n",
    "tls": b"\x15\x03\x01\x00\x02\x02\x46",
    "status": b"HTTP/1.1 abc Nope\r\n\r\n",
    "header": b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n",
    "long line": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE.keys())
async def test_what_is_not_http_is_said_to_be_so(data: bytes) -> None:
    failure, _ = await failing(then_closes(data))
    assert failure.kind in {"envelope", "connect"}
    assert failure.in_doubt


async def test_a_wrong_content_length_is_a_dropped_connection() -> None:
    failure, _ = await failing(then_closes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + envelope_json()))
    assert (failure.kind, failure.in_doubt) == ("connect", True)


async def test_on_the_proxy_route_a_part_of_an_answer_is_kept() -> None:
    async with connected(then_closes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello")) as (server, connection):
        seen: list[object] = []
        answer = await connection.send(
            target(server, route="proxy"),
            post(),
            on_start=lambda status, headers: seen.append((status, headers)),
            on_chunk=seen.append,
        )
    assert (answer.body, answer.truncated) == (b"hello", True)
    assert "ended early" in answer.notice
    assert seen == [(200, (("Content-Length", "500"),)), b"hello"]


def gzipped(data: bytes) -> bytes:
    return reply(gzip.compress(data), headers="Content-Encoding: gzip\r\n")


async def test_gzip_is_undone() -> None:
    async with connected(answering(gzipped(envelope_json(b"x" * 100_000)))) as (server, connection):
        answer = await connection.send(target(server), post())
    assert answer.body == b"x" * 100_000
    assert answer.timing.bytes_received < 10_000


def bomb(begin: bytes = b"{") -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([engine.compress(begin), *(engine.compress(bytes(1 << 20)) for _ in range(64)), engine.flush()])


async def bad_reply(data: bytes, **options: Any) -> Failure:
    failure, _ = await failing(answering(data), closes=False, **options)
    assert (failure.kind, failure.layer, failure.in_doubt) == ("envelope", "platform", True)
    return failure


async def test_a_gzip_bomb_is_cut() -> None:
    data = reply(bomb(), headers="Content-Encoding: gzip\r\n")
    assert len(data) < 100_000
    assert "larger than 1000000 bytes" in (await bad_reply(data, max_reply=1_000_000)).message


async def test_a_gzip_bomb_that_cannot_become_an_envelope_is_not_unpacked() -> None:
    failure = await bad_reply(reply(bomb(b""), headers="Content-Encoding: gzip\r\n"), max_reply=1 << 40)
    assert "not an invoke envelope" in failure.message


async def test_a_reply_beyond_the_limit_is_cut_and_says_so() -> None:
    data = reply(envelope_json(b"x" * 200_000))
    assert "larger than 100000 bytes" in (await bad_reply(data, max_reply=100_000)).message


@pytest.mark.parametrize("cut", [1, 8, 9, 40])
async def test_a_gzip_text_that_ends_early_is_truncated(cut: int) -> None:
    data = gzip.compress(envelope_json(bytes(range(256)) * 10))[:-cut]
    failure = await bad_reply(reply(data, headers="Content-Encoding: gzip\r\n"))
    assert "truncated" in failure.message


async def test_what_says_gzip_and_is_not() -> None:
    failure = await bad_reply(reply(envelope_json(), headers="Content-Encoding: gzip\r\n"))
    assert "not the gzip it says it is" in failure.message


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "compress"])
async def test_a_coding_that_was_not_asked_for_stays_and_is_named(coding: str) -> None:
    failure = await bad_reply(reply(envelope_json(), headers=f"Content-Encoding: {coding}\r\n"))
    assert repr(coding) in failure.message


NO_ENVELOPES = {
    "empty": b"",
    "page": b"<html>hello</html>",
    "list": b"[]",
    "no status": b'{"body_base64": ""}',
    "text status": b'{"status_code": "200"}',
    "odd status": b'{"status_code": 7}',
    "not base64": b'{"status_code": 200, "body_base64": "!!"}',
    "half": b'{"status_code": 200, "bo',
    "deep": b'{"status_code": 200, "headers": ' + b"[" * 100_000,
    "not utf-8": b'{"status_code": 200, "headers": {"x": "\xff"}}',
}


@pytest.mark.parametrize("data", NO_ENVELOPES.values(), ids=NO_ENVELOPES.keys())
async def test_a_reply_that_is_no_envelope(data: bytes) -> None:
    failure = await bad_reply(reply(data))
    assert failure.platform_status == 200
    assert failure.detail == beginning(data, 2048)


@pytest.mark.parametrize(
    "data", [b'{"status_code":204}', b'{"status_code":204,"body_base64":null,"headers":null,"x":1}']
)
async def test_an_envelope_may_leave_out_all_but_the_status(data: bytes) -> None:
    async with connected(answering(reply(data))) as (server, connection):
        answer = await connection.send(target(server), post())
    assert (answer.status, answer.body, answer.headers) == (204, b"", ())


async def test_a_reason_that_is_no_utf8_is_no_obstacle() -> None:
    odd = reply(envelope_json()).replace(b"200 OK", b"200 \xff\xfe")
    async with connected(answering(odd)) as (server, connection):
        assert (await connection.send(target(server), post())).status == 200


async def test_switching_protocols_is_refused() -> None:
    failure, _ = await failing(then_closes(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"))
    assert (failure.kind, failure.platform_status) == ("platform_refused", 101)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_shown_and_not_followed(status: int) -> None:
    async with Server(answering(reply(b"x"))) as elsewhere:
        there = f"{elsewhere.url}/r/invoke/llm"
        data = reply(b"", status=f"{status} Moved", headers=f"Location: {there}\r\n")
        failure, _ = await failing(answering(data), closes=False)
        assert (failure.kind, failure.platform_status) == ("platform_refused", status)
        assert there in failure.hint
        async with connected(answering(data)) as (server, connection):
            answer = await connection.send(target(server, route="proxy"), post())
        assert (answer.status, answer.header("location")) == (status, there)
        assert elsewhere.connections == 0


async def test_bodies_on_the_proxy_route_stay_encoded_and_are_cut_at_the_limit() -> None:
    packed = gzip.compress(b"x" * 1000)
    data = reply(packed, headers="Content-Encoding: gzip\r\n")
    async with connected(answering(data)) as (server, connection):
        answer = await connection.send(target(server, route="proxy"), post())
    assert answer.body == packed
    async with connected(answering(reply(b"y" * 5_000_000)), max_reply=1000) as (server, connection):
        answer = await connection.send(target(server, route="proxy"), post())
        assert (answer.body, answer.truncated) == (b"y" * 1000, True)
        assert "max_reply" in answer.notice
        await asyncio.wait_for(server.closed.wait(), HANGS)


async def test_an_upload_that_nobody_reads_ends_in_time() -> None:
    async def deaf(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.requests.append(await reader.readuntil(b"\r\n"))
        await asyncio.Event().wait()

    big = post(body=bytes(20 << 20))
    async with connected(deaf, timeout=LIMIT) as (server, connection):
        for route in ("invoke", "proxy"):
            with pytest.raises(PlatformError) as caught:
                await asyncio.wait_for(connection.send(target(server, route=route), big), HANGS)
            assert (caught.value.failure.kind, caught.value.failure.in_doubt) == ("timeout", True)


async def test_an_early_answer_to_an_upload_is_an_answer() -> None:
    async def early(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply(b'{"error_message": "too large"}', status="413 Too Large"))
        await writer.drain()
        await reader.read(1 << 26)
        await asyncio.sleep(0.2)

    async with connected(early, timeout=HANGS) as (server, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.send(target(server), post(body=bytes(4 << 20)))
    assert caught.value.failure.platform_status == 413
    assert "too large" in caught.value.failure.message


async def test_nothing_listens() -> None:
    async with Server(silent) as server:
        pass
    async with Connection(base_url=server.url, credential=None) as connection:
        with pytest.raises(PlatformError) as caught:
            await connection.send(Target(base_url=server.url, service="llm"), post())
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.in_doubt) == ("connect", "network", False)
    assert "refused the connection" in failure.message


async def test_a_name_that_does_not_exist() -> None:
    url = "http://no-such-host.invalid/api/v1"
    async with Connection(base_url=url, credential=None) as connection:
        with pytest.raises(PlatformError) as caught:
            await connection.send(Target(base_url=url, service="llm"), post())
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.in_doubt) == ("dns", "network", False)
    assert "no-such-host.invalid" in failure.message


async def both(handler: Handler) -> tuple[ServiceResponse, ServiceResponse]:
    async with connected(handler) as (server, connection):
        first = await connection.send(target(server, route="proxy"), post())
        return first, await connection.send(target(server, route="proxy"), post())


async def test_chunks_and_closing_servers_are_ordinary() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"
    for handler in (answering(chunked), then_closes(b"HTTP/1.0 200 OK\r\n\r\nhello!")):
        first, second = await both(handler)
        assert first.body == second.body == b"hello!"
        assert not first.truncated


@pytest.mark.parametrize("handler", [reset, closes, silent, drip_body], ids=lambda handler: handler.__name__)
async def test_httpx_own_transport_underneath_fails_alike(handler: Handler) -> None:
    """The inner transport can be any of httpx's: kinds stay the same."""
    async with Server(handler) as server:
        connection = Connection(
            base_url=server.url,
            credential=None,
            options=WireOptions(timeout=LIMIT if handler in SLOW else HANGS),
            inner=httpx.AsyncHTTPTransport(),
        )
        async with connection:
            with pytest.raises(PlatformError) as caught:
                await connection.send(target(server), post())
    expected = "timeout" if handler in SLOW else "connect"
    assert (caught.value.failure.kind, caught.value.failure.in_doubt) == (expected, True)
    assert server.posts == 1
