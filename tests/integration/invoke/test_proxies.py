"""Environment proxies over real sockets: used as curl does, never for this machine, and told apart when they fail."""

from __future__ import annotations

import asyncio
import contextlib
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from tests.integration.invoke.certificates import Authority
from tests.integration.invoke.servers import TOKEN, Server, answering, connected, envelope_json, post, reply, target
from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.errors import PlatformError, TargetError
from workbench.model.request import Target

if TYPE_CHECKING:
    from pathlib import Path

FAR = "http://gateway.test/api/v1"
NAMES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def send(url: str, **options: object) -> int:
    credential = Credential(TOKEN, base_url=url)
    made = WireOptions(allow_http=True, **options)  # type: ignore[arg-type]  # the tests' own values
    async with Connection(base_url=url, credential=credential, options=made) as connection:
        return (await connection.send(Target(base_url=url, service="llm"), post())).status


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_the_environment_is_honoured(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Server(answering(reply(envelope_json()))) as proxy:
        monkeypatch.setenv(name, f"http://user:p%40ss@127.0.0.1:{proxy.port}")
        assert await send(FAR) == 200
        assert WireOptions().proxy_in_use(FAR) == f"http://127.0.0.1:{proxy.port}"
    head = proxy.requests[0]
    assert head.startswith(b"POST http://gateway.test/api/v1/r/invoke/llm HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + b64encode(b"user:p@ss") in head


async def test_this_machine_is_never_proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Server(answering(reply(b"no"))) as proxy:
        for name in NAMES[:3]:
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with connected(answering(reply(envelope_json()))) as (server, connection):
            assert (await connection.send(target(server), post())).status == 200
            assert WireOptions(proxy=f"http://127.0.0.1:{proxy.port}").proxy_in_use(server.url) == ""
    assert proxy.connections == 0


async def test_the_profile_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with Server(answering(reply(envelope_json()))) as proxy:
        assert await send(FAR, proxy=f"http://127.0.0.1:{proxy.port}") == 200
    monkeypatch.setenv("NO_PROXY", "gateway.test")
    assert WireOptions().proxy_in_use(FAR) == ""
    assert WireOptions(proxy="none").proxy_in_use("http://other.test") == ""


async def test_tls_goes_through_a_tunnel_and_the_credential_stays_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    tls = authority.server(authority.issue("good", host="gateway.test"))
    async with Server(answering(reply(envelope_json())), tls=tls) as server:

        async def tunnel(proxy: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await proxy.take(reader)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

            async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
                while data := await source.read(65536):
                    sink.write(data)
                    await sink.drain()
                sink.close()

            with contextlib.suppress(ConnectionError):
                await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

        async with Server(tunnel) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
            url = FAR.replace("http:", "https:")
            assert await send(url, ca_file=str(authority.file)) == 200
    assert proxy.requests[0].startswith(b"CONNECT gateway.test:443 HTTP/1.1\r\n")
    assert TOKEN.encode() not in proxy.requests[0]
    assert TOKEN.encode() in server.requests[0]


async def test_a_proxy_that_is_not_there_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Server(answering(b"")) as proxy:
        pass
    monkeypatch.setenv("HTTP_PROXY", f"http://user:hunter2@127.0.0.1:{proxy.port}")
    with pytest.raises(PlatformError) as caught:
        await send(FAR)
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.in_doubt) == ("connect", "network", False)
    assert "no connection to the proxy" in failure.message
    assert "hunter2" not in str(caught.value)


async def test_a_proxy_whose_name_does_not_exist_is_named_as_such() -> None:
    with pytest.raises(PlatformError) as caught:
        await send(FAR, proxy="http://no-such-proxy.invalid:3128")
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.in_doubt) == ("dns", "network", False)
    assert failure.message == "the name of the proxy for gateway.test cannot be resolved"
    assert "proxy's address" in failure.hint


async def test_a_proxy_that_refuses_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Server(answering(reply(b"", status="407 Proxy Authentication Required"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(PlatformError) as caught:
            await send(FAR.replace("http:", "https:"))
    failure = caught.value.failure
    assert (failure.kind, failure.in_doubt) == ("connect", False)
    assert "407" in failure.message
    assert "user and password" in failure.hint


@pytest.mark.parametrize("value", ["socks5://user:hunter2@127.0.0.1:1", "http://u:hunter2@[bad", "http://h:99999"])
async def test_a_proxy_url_that_cannot_be_used_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    with pytest.raises(TargetError, match="HTTP_PROXY") as caught:
        await send(FAR)
    assert "hunter2" not in str(caught.value)
