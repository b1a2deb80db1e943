"""Every way a call can fail, in plain and over TLS: each names its layer, what happened, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.integration.invoke.certificates import Authority
from tests.integration.invoke.servers import JWT, TEAM, TOKEN, Server, answering, connected, post, reply, target
from tests.integration.invoke.test_hostile import closes, half_close, reset, silent
from workbench.invoke import Connection, Credential, WireOptions
from workbench.model.errors import Failure, PlatformError
from workbench.model.request import Target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.invoke.servers import Handler


SURE, DOUBT = "", "in doubt"


class Case(NamedTuple):
    """What a server does, and what the failure has to say."""

    name: str
    handler: Handler
    kind: str
    layer: str
    doubt: str
    message: str
    hint: str


def says(status: str, text: str, headers: str = "") -> Handler:
    """A platform that refuses with the documented error body."""
    return answering(reply(f'{{"error_message": "{text}"}}'.encode(), status=status, headers=headers))


PAGE = answering(reply(b"<html>not found</html>", status="404 Not Found"))

CASES = (
    Case("credential", says("401 Unauthorized", "bad"), "platform_auth", "platform", SURE, "401", "still valid"),
    Case("viewer", says("403 Forbidden", "viewer"), "platform_auth", "platform", SURE, "403", "Member role"),
    Case("no service", says("404 Not Found", "none"), "unknown_service", "platform", SURE, "no service 'llm'", "slug"),
    Case("no platform", PAGE, "platform_refused", "platform", SURE, "404", "/api/v1"),
    Case(
        "stopped", says("409 Conflict", "it is stopped"), "not_running", "platform", SURE, "not running", "wait until"
    ),
    Case("too many", says("429 Slow", "x", "Retry-After: 7\r\n"), "platform_refused", "platform", SURE, "rate", "7 s"),
    Case("too many, no time", says("429 Slow", "x"), "platform_refused", "platform", SURE, "rate", "wait a little"),
    Case("too large", says("413 Big", "x"), "platform_refused", "platform", SURE, "413", "larger than"),
    Case("no team", says("400 Bad", "X-Team-ID missing"), "platform_refused", "platform", SURE, "400", "set the team"),
    Case("broken", says("500 Oops", "x"), "platform_refused", "platform", DOUBT, "the platform failed", "may have run"),
    Case("gateway time", says("504 Late", "x"), "platform_refused", "platform", DOUBT, "504", "may have run"),
    Case(
        "no envelope", answering(reply(b"hello")), "envelope", "platform", DOUBT, "not an invoke envelope", "base URL"
    ),
    Case("no http", answering(b"SSH-2.0-OpenSSH_9\r\n"), "envelope", "platform", DOUBT, "not HTTP", "base URL"),
    Case("silent", silent, "timeout", "network", DOUBT, "timeout after 1.5 s", "raise the timeout"),
    Case("reset", reset, "connect", "network", DOUBT, "closed the connection", "may have run"),
    Case("closes", closes, "connect", "network", DOUBT, "closed the connection", "may have run"),
    Case("half closes", half_close, "connect", "network", DOUBT, "closed the connection", "may have run"),
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_each_failure_says_where_and_what_to_do(case: Case, tls: bool, authority: Authority) -> None:
    context = authority.server(authority.issue("good")) if tls else None
    limit = 1.5 if case.handler is silent else 60.0
    async with connected(case.handler, tls=context, timeout=limit, ca_file=str(authority.file)) as (server, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.send(target(server), post())
        assert server.posts == 1
    failure = caught.value.failure
    assert (failure.kind, failure.layer, failure.in_doubt) == (case.kind, case.layer, bool(case.doubt))
    assert case.message in failure.message
    assert case.hint in failure.hint
    assert TOKEN not in f"{failure}"


async def failing(url: str, *, token: str = TOKEN, team: str | None = None, **options: object) -> Failure:
    made = WireOptions(allow_http=True, timeout=60.0, **options)  # type: ignore[arg-type]  # the tests' own values
    async with Connection(base_url=url, credential=Credential(token, base_url=url), options=made) as connection:
        with pytest.raises(PlatformError) as caught:
            await connection.send(Target(base_url=url, service="llm", team=team), post())
    return caught.value.failure


async def test_where_no_call_leaves_nothing_is_in_doubt(authority: Authority, tmp_path: Path) -> None:
    async with Server(answering(b"")) as gone:
        port = gone.port
    refused = await failing(f"http://127.0.0.1:{port}/api/v1")
    assert (refused.kind, refused.layer) == ("connect", "network")
    assert "nothing listens" in refused.message
    name = await failing("http://no-such-host.invalid/api/v1", proxy="none")
    assert name.kind == "dns"
    assert "check the name" in name.hint
    proxy = await failing("http://gateway.test/api/v1", proxy=f"http://127.0.0.1:{port}")
    assert "no connection to the proxy" in proxy.message
    assert "proxy's address" in proxy.hint
    failures = [refused, name, proxy]
    for host, days, file, said, hint in (
        ("127.0.0.1", -1, authority.file, "has expired", "clock"),
        ("example.org", 1, authority.file, "for another", "base URL"),
        ("127.0.0.1", 1, Authority(tmp_path, "Other").file, "unknown here", "ca_file"),
    ):
        async with Server(answering(b""), tls=authority.server(authority.issue("x", host=host, days=days))) as server:
            wrong = await failing(server.url, ca_file=str(file))
        assert (wrong.kind, wrong.layer) == ("tls", "network")
        assert said in wrong.message
        assert hint in wrong.hint
        assert server.requests == []
        failures.append(wrong)
    assert not any(failure.in_doubt for failure in failures)


async def test_an_access_token_that_is_refused_says_to_sign_in() -> None:
    async with Server(says("401 Unauthorized", "expired")) as server:
        failure = await failing(server.url, token=JWT, team=TEAM)
    assert "sign in again" in failure.hint


@pytest.mark.parametrize("handler", [closes, says("503 Down", "x"), silent])
async def test_a_question_to_the_platform_speaks_of_no_container(handler: Handler) -> None:
    async with connected(handler, timeout=0.3) as (_, connection):
        with pytest.raises(PlatformError) as caught:
            await connection.services(None)
    assert not caught.value.failure.in_doubt
    assert "container" not in caught.value.failure.hint
    assert "try it again" in caught.value.failure.hint
