"""What goes on the wire, byte for byte."""

from __future__ import annotations

import asyncio
import json
import socket
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest

from tests.integration.invoke.servers import JWT, TEAM, TOKEN, answering, connected, envelope_json, post, reply, target
from workbench.invoke import Connection, Credential
from workbench.model.envelope import Envelope
from workbench.model.errors import EnvelopeError, TargetError
from workbench.model.request import Target

if TYPE_CHECKING:
    from workbench.model.collection import Route

PATHS = [
    "/",
    "/users/7?limit=20",
    "/a/../b/./c//d",
    "/%2e%2e/%2F%zz",
    "/a?",
    "/a??b=?",
    "/a?x=[1]{2}|\\^`\"<>'&y=a+b%20c",
    "/a;v=1,2:3@4!$&'()*=",
    "/a#not-a-fragment?x=1",
    "/a%",
    "/~" + "x" * 2000,
]


def head_of(request: bytes) -> list[str]:
    return request.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")


def headers_of(request: bytes) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in head_of(request)[1:])


@pytest.mark.parametrize("path", [*PATHS, "/é/ü?q=日本"])
async def test_invoke_gives_the_path_as_written(path: str) -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        await connection.send(target(server), Envelope(method="GET", path=path))
    sent = json.loads(server.requests[0].partition(b"\r\n\r\n")[2])
    assert sent == {"method": "GET", "path": path}


@pytest.mark.parametrize("path", PATHS)
async def test_the_proxy_route_gives_the_path_as_written(path: str) -> None:
    async with connected(answering(reply(b"x"))) as (server, connection):
        await connection.send(target(server, route="proxy"), Envelope(method="GET", path=path))
    assert head_of(server.requests[0])[0] == f"GET /api/v1/r/containers/llm{path} HTTP/1.1"


async def test_the_proxy_route_encodes_what_is_not_ascii() -> None:
    async with connected(answering(reply(b"x"))) as (server, connection):
        await connection.send(target(server, route="proxy"), Envelope(method="GET", path="/é?q=日%C3"))
    assert head_of(server.requests[0])[0] == "GET /api/v1/r/containers/llm/%C3%A9?q=%E6%97%A5%C3 HTTP/1.1"


async def test_invoke_sends_these_headers_and_no_other() -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        await connection.send(target(server), post())
    assert head_of(server.requests[0])[0] == "POST /api/v1/r/invoke/llm HTTP/1.1"
    headers = headers_of(server.requests[0])
    assert headers.pop("User-Agent").startswith("cyberun-tui/")
    body = server.requests[0].partition(b"\r\n\r\n")[2]
    assert headers == {
        "Host": f"127.0.0.1:{server.port}",
        "Authorization": f"Bearer {TOKEN}",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
    }
    assert b64decode(json.loads(body)["body_base64"]) == b'{"prompt": "x"}'


async def test_the_proxy_route_adds_the_credential_and_nothing_else() -> None:
    envelope = Envelope(
        method="POST",
        path="/x",
        headers=(("X-One", "1"), ("x-one", "ä"), ("Authorization", "Bearer mine"), ("Host", "evil"), ("TE", "x")),
        body=b"\x00\xff",
    )
    async with connected(answering(reply(b"x"))) as (server, connection):
        answer = await connection.send(target(server, route="proxy"), envelope)
    request = server.requests[0]
    assert sorted(line.encode("latin-1") for line in head_of(request)[1:]) == sorted(
        [
            f"Host: 127.0.0.1:{server.port}".encode(),
            b"X-One: 1",
            "X-One: ä".encode(),
            f"Authorization: Bearer {TOKEN}".encode(),
            b"Content-Length: 2",
        ]
    )
    assert request.endswith(b"\r\n\r\n\x00\xff")
    assert "Authorization was not sent" in answer.notice


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PROPFIND", "TRACE"])
async def test_the_proxy_route_takes_any_method(method: str) -> None:
    async with connected(answering(b"HTTP/1.1 204 No Content\r\n\r\n")) as (server, connection):
        answer = await connection.send(target(server, route="proxy"), Envelope(method=method, path="/"))
    assert (answer.status, answer.body) == (204, b"")
    assert server.requests[0].startswith(f"{method} ".encode())


@pytest.mark.parametrize(
    ("token", "team", "expected"),
    [(JWT, TEAM, TEAM), (TOKEN, TEAM, None), ("dk-0123456789abc", TEAM, None), (None, TEAM, TEAM), (TOKEN, None, None)],
)
@pytest.mark.parametrize("route", ["invoke", "proxy"])
async def test_the_team_goes_along_where_the_credential_does_not_imply_it(
    token: str | None, team: str | None, expected: str | None, route: str
) -> None:
    async with connected(answering(reply(envelope_json())), token=token) as (server, connection):
        await connection.send(target(server, team=team, route=route), post())  # type: ignore[arg-type]  # one of two
    headers = headers_of(server.requests[0])
    assert headers.get("X-Team-ID") == expected
    assert headers.get("Authorization") == (f"Bearer {token}" if token else None)


async def test_an_access_token_without_a_team_is_refused_before_sending() -> None:
    async with connected(answering(reply(envelope_json())), token=JWT) as (server, connection):
        assert connection.needs_team
        with pytest.raises(TargetError, match="CYBERUN_TEAM_ID"):
            await connection.send(target(server), post())
        with pytest.raises(TargetError, match="cannot stand in a header"):
            await connection.send(target(server, team="a\r\nEvil: 1"), post())
    assert server.connections == 0


@pytest.mark.parametrize(
    "envelope",
    [
        Envelope(method="GET", path="no-slash"),
        Envelope(method="GET", path="//host/x"),
        Envelope(method="GET", path="http://host/x"),
        Envelope(method="GET", path="/" + "x" * 2048),
        Envelope(method="GET", path="/a\r\nEvil: 1"),
        Envelope(method="GET", path="/a b"),
        Envelope(method="GET", path="/", headers=(("X", "a\r\nEvil: 1"),)),
        Envelope(method="GET", path="/", headers=(("X\n", "a"),)),
        Envelope(method="GET", path="/", headers=(("X", "a\x00"),)),
        Envelope(method="G T", path="/"),
    ],
)
@pytest.mark.parametrize("route", ["invoke", "proxy"])
async def test_what_the_rules_forbid_is_never_sent(envelope: Envelope, route: str) -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        with pytest.raises(EnvelopeError):
            await connection.send(target(server, route=route), envelope)  # type: ignore[arg-type]  # one of two
    assert server.connections == 0


@pytest.mark.parametrize("slug", ["", "a/b", "..", "a?b", "a%2fb", "ä", "x" * 101])
async def test_a_slug_that_cannot_stand_in_a_path_is_refused(slug: str) -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        with pytest.raises(TargetError, match="service"):
            await connection.send(target(server, service=slug), post())
        with pytest.raises(TargetError, match="service"):
            await connection.send(target(server, service=slug, route="proxy"), post())
    assert server.connections == 0


async def test_a_target_at_another_platform_is_refused() -> None:
    async with connected(answering(reply(envelope_json()))) as (server, connection):
        with pytest.raises(TargetError, match="this connection is to"):
            await connection.send(Target(base_url="http://127.0.0.1:1/api/v1", service="llm"), post())
    assert server.connections == 0


async def test_the_answer_keeps_both_statuses_and_every_header() -> None:
    inner = envelope_json(b"teapot", 418, {"Set-Cookie": ["a=1", "b=2"], "X-Empty": "", "X-Odd": "ü"})
    async with connected(answering(reply(inner, headers="X-Platform: p\r\nX-Platform: q\r\n"))) as (server, connection):
        answer = await connection.send(target(server), post())
    assert (answer.platform_status, answer.status, answer.body) == (200, 418, b"teapot")
    assert answer.headers == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Empty", ""), ("X-Odd", "ü"))
    assert answer.platform_headers[1:] == (("X-Platform", "p"), ("X-Platform", "q"))
    assert answer.timing.bytes_received == len(inner)


async def test_the_phases_are_observed() -> None:
    async with connected(answering(reply(envelope_json())), connections=1) as (server, connection):
        first = (await connection.send(target(server), post())).timing
        second = (await connection.send(target(server), post())).timing
    assert first.connect is not None
    assert not first.reused
    assert (second.connect, second.dns, second.reused) == (None, None, True)
    for timing in (first, second):
        assert timing.send is not None
        assert timing.wait is not None
        assert timing.receive is not None
        parts = [timing.connect or 0, timing.send, timing.wait, timing.receive]
        assert all(part >= 0 for part in parts)
        assert sum(parts) <= timing.total
        assert timing.started.endswith("Z")
        assert timing.bytes_sent > 0


async def test_names_are_looked_up_and_timed() -> None:
    async with connected(answering(reply(envelope_json()))) as (server, _):
        url = server.url.replace("127.0.0.1", "localhost")
        async with Connection(base_url=url, credential=None) as connection:
            answer = await connection.send(Target(base_url=url, service="llm"), post())
    assert answer.timing.dns is not None
    assert answer.timing.dns >= 0


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_a_platform_at_an_ipv6_address() -> None:
    heads: list[bytes] = []
    routes: tuple[Route, ...] = ("invoke", "proxy")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply(envelope_json(), headers="Connection: close\r\n"))
        writer.close()

    async with await asyncio.start_server(answer, "::1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://[::1]:{port}/api/v1"
        async with Connection(base_url=url, credential=Credential(TOKEN, base_url=url)) as connection:
            for route in routes:
                where = Target(base_url=url, service="llm", route=route)
                assert (await connection.send(where, Envelope(method="GET", path="/a//b?x=[1]"))).status == 200
    assert [head.split(b" ")[1] for head in heads] == [b"/api/v1/r/invoke/llm", b"/api/v1/r/containers/llm/a//b?x=[1]"]
    assert all(f"Host: [::1]:{port}\r\n".encode() in head for head in heads)
