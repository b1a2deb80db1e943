"""TLS: what is accepted, and that each reason for a refusal is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.invoke.certificates import Authority
from tests.integration.invoke.servers import Server, answering, connected, envelope_json, post, reply, target
from workbench.invoke import Connection, WireOptions
from workbench.model.errors import Failure, PlatformError, TargetError
from workbench.model.request import Target

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from tests.integration.invoke.servers import Handler

OK = answering(reply(envelope_json()))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def refused(authority: Authority, certificate: Path, **options: Any) -> Failure:
    async with connected(OK, tls=authority.server(certificate), **options) as (server, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.send(target(server), post())
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.in_doubt) == ("tls", "network", False)
    assert server.requests == []
    return failure


async def test_a_certificate_of_the_given_authority_is_accepted(authority: Authority) -> None:
    tls = authority.server(authority.issue("good"))
    async with connected(OK, tls=tls, ca_file=str(authority.file)) as (server, connection):
        answer = await connection.send(target(server), post())
        again = await connection.send(target(server), post())
    assert (answer.status, again.timing.reused, server.connections) == (200, True, 1)


async def test_an_unknown_authority(authority: Authority) -> None:
    failure = await refused(authority, authority.issue("good"))
    assert "authority that is unknown here" in failure.message
    assert "ca_file" in failure.hint


async def test_another_authority(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "Other CA")
    failure = await refused(authority, authority.issue("good"), ca_file=str(other.file))
    assert "unknown here" in failure.message


async def test_an_expired_certificate(authority: Authority) -> None:
    failure = await refused(authority, authority.issue("old", days=-1), ca_file=str(authority.file))
    assert "has expired" in failure.message


@pytest.mark.parametrize(("host", "words"), [("example.org", "for another"), ("127.0.0.2", "for another")])
async def test_a_certificate_for_another_name(authority: Authority, host: str, words: str) -> None:
    failure = await refused(authority, authority.issue("other", host=host), ca_file=str(authority.file))
    assert words in failure.message


async def test_a_client_certificate_is_shown(authority: Authority) -> None:
    tls = authority.server(authority.issue("good"), ask_for_client=True)
    mine = authority.issue("mine", client=True)
    async with connected(OK, tls=tls, ca_file=str(authority.file), client_cert=str(mine)) as (server, connection):
        assert (await connection.send(target(server), post())).status == 200


async def test_a_missing_client_certificate_is_a_failure(authority: Authority) -> None:
    tls = authority.server(authority.issue("good"), ask_for_client=True)
    async with connected(OK, tls=tls, ca_file=str(authority.file)) as (server, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.send(target(server), post())
    assert caught.value.failure.kind in {"tls", "connect"}
    assert server.requests == []


async def plain(server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What an ordinary web server does with a TLS greeting."""
    await reader.read(16)
    writer.write(reply(b"what?", status="400 Bad Request"))
    await writer.drain()


async def leaves(_: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.close()


@pytest.mark.parametrize("handler", [plain, leaves])
async def test_a_server_that_does_not_speak_tls(handler: Handler) -> None:
    async with Server(handler) as server:
        url = server.url.replace("http:", "https:")
        async with Connection(base_url=url, credential=None) as connection:
            with pytest.raises(PlatformError) as caught:
                await connection.send(Target(base_url=url, service="llm"), post())
    assert (caught.value.failure.kind, caught.value.failure.in_doubt) == ("tls", False)
    assert "http://" in caught.value.failure.hint


async def test_plain_http_to_a_server_that_speaks_tls(authority: Authority) -> None:
    async with Server(OK, tls=authority.server(authority.issue("good"))) as server:
        url = server.url.replace("https:", "http:")
        async with Connection(base_url=url, credential=None, options=WireOptions(timeout=60)) as connection:
            with pytest.raises(PlatformError) as caught:
                await connection.send(Target(base_url=url, service="llm"), post())
    assert caught.value.failure.kind in {"envelope", "connect"}


@pytest.mark.parametrize("field", ["ca_file", "client_cert"])
async def test_a_file_that_cannot_be_used_is_named(field: str, authority: Authority, tmp_path: Path) -> None:
    text = tmp_path / "text.pem"
    text.write_text("not a certificate")
    for place in (tmp_path / "missing.pem", text):
        options: dict[str, Any] = {field: str(place)}
        async with connected(OK, tls=authority.server(authority.issue("good")), **options) as (server, connection):
            with pytest.raises(TargetError, match=place.name):
                await connection.send(target(server), post())


def test_the_settings_are_made_once(authority: Authority) -> None:
    options = WireOptions(ca_file=str(authority.file))
    assert options.ssl_context() is WireOptions(ca_file=str(authority.file), timeout=1).ssl_context()
    assert options.ssl_context() is not WireOptions().ssl_context()


async def test_no_settings_are_made_for_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: WireOptions) -> None:
        pytest.fail("TLS settings were made for plain http")

    monkeypatch.setattr(WireOptions, "ssl_context", never)
    async with connected(OK) as (server, connection):
        assert (await connection.send(target(server), post())).status == 200
