"""Copies of a request really run: in sh with curl, and as Python, against the local gateway."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import shlex
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import pytest

from tests.unit.interchange.requests import HOSTILE, TOKEN, ready
from workbench.gateway.demo import SK_ALPHA
from workbench.gateway.server import GatewayThread
from workbench.interchange.curl_out import curl
from workbench.interchange.httpx_out import httpx_code
from workbench.interchange.masking import Masking
from workbench.model.secrets import Redactor, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.model.collection import Route

ROUTES = ["invoke", "proxy"]
VALUES = {"CYBERUN_API_KEY": SK_ALPHA, "CYBERUN_VAR_TOKEN": TOKEN}
SECRET = Secret(TOKEN, "token")


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayThread]:
    with GatewayThread() as running:
        yield running


def masking() -> Masking:
    return Masking(Redactor([SECRET]))


def run(command: str) -> bytes:
    done = subprocess.run(
        ["/bin/sh"],
        input=command.encode(),
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], **VALUES},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def echoed(command: str, route: Route) -> dict[str, Any]:
    """What the container says it got."""
    answer = run(command)
    if route == "invoke":
        answer = base64.b64decode(msgspec.json.decode(answer)["body_base64"])
    document: dict[str, Any] = msgspec.json.decode(answer)
    return document


def sent(document: dict[str, Any]) -> bytes:
    """The body the container got."""
    return base64.b64decode(document["base64"])


def wrapped(before: str, after: str, *, value: str = TOKEN) -> Secret:
    return Secret(before + value + after, "token", shown=f"{before}[redacted:token]{after}")


BODIES = {
    "hostile": HOSTILE.encode(),
    "lines": b"a\n\n  b\tc\n",
    "at": b"@/etc/passwd",
    "dash": b"-n %s %%",
    "binary": bytes(range(256)),
    "control": b"\x1b]52;c;x\x07 \x7f \r\n",
    "long": b"x" * 150_000,
    "json": msgspec.json.encode({"a": HOSTILE}),
}


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", BODIES)
def test_a_body_arrives_as_it_is(gateway: GatewayThread, route: Route, kind: str) -> None:
    request, envelope = ready("POST", "/anything", body=BODIES[kind], base_url=gateway.base_url)
    copied = curl(request, envelope, masking(), route=route)
    assert sent(echoed(copied.text, route)) == BODIES[kind]
    assert not set(copied.text) & set("\x1b\x07\x7f\r")


@pytest.mark.parametrize("route", ROUTES)
def test_method_path_and_headers_arrive_as_they_are(gateway: GatewayThread, route: Route) -> None:
    path = "/anything/a/../b/[1-3]/{x,y}?q=%41'%22&r=1&r=2"
    headers = (("x-hostile", HOSTILE.encode("ascii", "ignore").decode()), ("x-empty", ""))
    request, envelope = ready("PATCH", path, headers=headers, body=b"x", base_url=gateway.base_url)
    document = echoed(curl(request, envelope, masking(), route=route).text, route)
    assert document["method"] == "PATCH"
    assert document["headers"]["x-hostile"] == headers[0][1]
    assert document["headers"]["x-empty"] == ""
    assert "content-type" not in document["headers"]
    assert document["query"] == {"q": "A'\"", "r": ["1", "2"]}
    assert document["target"] == path


@pytest.mark.parametrize("route", ROUTES)
def test_secrets_are_variables_that_end_up_in_their_places(gateway: GatewayThread, route: Route) -> None:
    encoded = msgspec.json.encode(TOKEN).decode()[1:-1]
    request, envelope = ready(
        "POST",
        wrapped("/anything?t=", "&u=1", value=quote(TOKEN, safe="")),
        headers=(("x-token", wrapped("<", ">", value='"t0ken\\"')), ("content-type", "application/json")),
        body=wrapped('{"it\'s": "', '"}\n', value=encoded),
        base_url=gateway.base_url,
        team="00000000-0000-4000-8000-000000000001",
    )
    short = Secret('"t0ken\\"', "short")
    copied = curl(request, envelope, Masking(Redactor([SECRET, short])), route=route)
    assert not [part for part in ("c4n4ry", "t0ken", SK_ALPHA) if part in copied.text]
    VALUES["CYBERUN_VAR_SHORT"] = short.reveal()
    document = echoed(copied.text, route)
    assert document["query"]["t"] == TOKEN
    assert document["headers"]["x-token"] == f"<{short.reveal()}>"
    assert sent(document) == f'{{"it\'s": "{encoded}"}}\n'.encode()
    assert any(note.startswith("set CYBERUN_VAR_TOKEN") for note in copied.notes)


def test_a_get_with_a_body_and_a_head_go_through_the_proxy(gateway: GatewayThread) -> None:
    request, envelope = ready("GET", "/anything", body=b"x", base_url=gateway.base_url, route="proxy")
    document = echoed(curl(request, envelope, masking()).text, "proxy")
    assert (document["method"], sent(document)) == ("GET", b"x")
    request, envelope = ready("HEAD", "/anything", body=b"x", base_url=gateway.base_url, route="proxy")
    copied = curl(request, envelope, masking())
    assert run(copied.text).startswith(b"HTTP/1.1 200")
    assert any("HEAD" in note for note in copied.notes)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", ["hostile", "binary", "json"])
def test_the_python_code_runs(gateway: GatewayThread, monkeypatch: pytest.MonkeyPatch, route: Route, kind: str) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    request, envelope = ready(
        "POST",
        wrapped("/anything/a/../b?t=", "", value=quote(TOKEN, safe="")),
        headers=(("x-hostile", HOSTILE.encode("ascii", "ignore").decode()),),
        body=BODIES[kind],
        base_url=gateway.base_url,
        route=route,
    )
    copied = httpx_code(request, envelope, masking())
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(copied.text, "copied", "exec"), {"__name__": "__main__"})  # noqa: S102 - it is what is tested
    status, _, body = out.getvalue().partition("\n")
    document = msgspec.json.decode(body)
    assert status == "200"
    assert document["query"]["t"] == TOKEN
    assert document["target"].startswith("/anything/a/../b?")
    assert sent(document) == BODIES[kind]
    assert "c4n4ry" not in copied.text


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("start", ['"', "\\"])
def test_a_backslash_right_before_a_secret_stays(gateway: GatewayThread, route: Route, start: str) -> None:
    value = f"{start}c4n4ry"
    request, envelope = ready(
        "POST",
        "/anything",
        headers=(("x-some", wrapped("a\\", "b", value=value)), ("content-type", "application/odd")),
        body=wrapped("c\\", "d", value=value),
        base_url=gateway.base_url,
        route=route,
    )
    copied = curl(request, envelope, Masking(Redactor([Secret(value, "token")])))
    assert "c4n4ry" not in copied.text
    command = f"CYBERUN_VAR_TOKEN={shlex.quote(value)}\n{copied.text}"
    document = echoed(command, route)
    assert document["headers"]["x-some"] == f"a\\{value}b"
    assert sent(document) == f"c\\{value}d".encode()
