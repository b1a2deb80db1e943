"""Copies of a request: what stays masked, which notes come along, and forms that no program runs."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.interchange.requests import HOSTILE, TOKEN, ready
from workbench.files.collections import loads
from workbench.interchange import shell
from workbench.interchange.curl_out import curl
from workbench.interchange.httpx_out import httpx_code
from workbench.interchange.masking import Copied, Masking
from workbench.interchange.mcp_out import mcp_arguments
from workbench.interchange.toml_out import toml_table
from workbench.model.collection import Body, Capture, Entry, SavedRequest, SecretRef
from workbench.model.envelope import Envelope
from workbench.model.request import ResolvedRequest
from workbench.model.secrets import Redactor, Secret

SECRET = Secret(TOKEN, "token")
MASKING = Masking(Redactor([SECRET]))
Writer = Callable[[ResolvedRequest, Envelope, Masking], Copied]
WRITERS: list[Writer] = [curl, httpx_code, mcp_arguments]


@pytest.mark.parametrize("writer", WRITERS)
def test_sensitive_headers_are_masked_even_when_nobody_knows_them_as_secrets(writer: Writer) -> None:
    request, envelope = ready(headers=(("Authorization", "Bearer abc123"), ("Cookie", "sid=abc123")))
    copied: Copied = writer(request, envelope, MASKING)
    assert "abc123" not in copied.text
    assert "Bearer" in copied.text
    revealed = writer(request, envelope, Masking(Redactor(), revealed=True))
    assert "Bearer abc123" in revealed.text
    assert "sid=abc123" in revealed.text


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("route", ["invoke", "proxy"])
def test_a_secret_is_nowhere_in_any_encoding(writer: Writer, route: str) -> None:
    basic = base64.b64encode(f"ada:{TOKEN}".encode()).decode()
    request, envelope = ready(
        "POST",
        Secret(f"/x?t={TOKEN}".replace(" ", "%20"), "token", shown="/x?t=[redacted:token]"),
        headers=(("x-basic", f"Basic {basic}"), ("x-long", f"a{TOKEN}b{TOKEN}")),
        body=b"\xff" + TOKEN.encode(),
        route=route,
    )
    copied = writer(request, envelope, MASKING)
    assert "c4n4ry" not in copied.text
    assert not MASKING.redactor.holds_secret(copied.text)


def test_a_short_secret_hides_its_whole_field() -> None:
    request, envelope = ready(headers=(("x-pin", Secret("<12>", "pin", shown="<[redacted:pin]>")),))
    copied = curl(request, envelope, MASKING)
    assert "12" not in copied.text.replace("127.0.0.1", "")
    assert "set CYBERUN_VAR_HEADER_X_PIN: the header x-pin" in copied.notes


def test_the_variable_is_the_one_that_the_reference_names() -> None:
    request, envelope = ready(headers=(("x-token", SECRET),))
    references = {"token": SecretRef("env", "SHOP_TOKEN")}
    copied = curl(request, envelope, Masking(Redactor([SECRET]), references=references))
    assert "$SHOP_TOKEN" in copied.text
    assert "set SHOP_TOKEN: the value of token" in copied.notes


def test_the_credential_is_written_only_when_revealed() -> None:
    request, envelope = ready()
    key = Secret("sk-c4n4ry-0000", "credential")
    hidden = curl(request, envelope, Masking(Redactor([key]), credential=key))
    assert '"Authorization: Bearer $CYBERUN_API_KEY"' in hidden.text
    shown = curl(request, envelope, Masking(Redactor(), revealed=True, credential=key))
    assert "'Authorization: Bearer sk-c4n4ry-0000'" in shown.text
    assert shown.notes == ()


def test_revealed_text_still_has_variables_for_what_nobody_knows_yet() -> None:
    unknown = Secret('"stand-in', "uid")
    request, envelope = ready(path=Secret('/users/"stand-in', "uid"), headers=(("x-token", SECRET),))
    copied = curl(request, envelope, Masking(Redactor([unknown]), revealed=True), route="proxy")
    assert "/users/$CYBERUN_VAR_UID" in copied.text
    assert "c4n4ry" in copied.text


def test_a_team_by_name_becomes_a_variable() -> None:
    request, envelope = ready(team="Alpha")
    copied = curl(request, envelope, MASKING)
    assert "$CYBERUN_TEAM_ID" in copied.text
    assert any("Alpha" in note for note in copied.notes)
    request, envelope = ready(team="t-1", team_name="Alpha")
    assert "'X-Team-ID: t-1'" in curl(request, envelope, MASKING).text


def test_mcp_arguments_are_the_tools_own() -> None:
    request, envelope = ready("PUT", "/a?b=1", headers=(("x-hostile", HOSTILE),), body=b"\x00\xff", service="shop")
    document = msgspec.json.decode(mcp_arguments(request, envelope, MASKING).text)
    assert document == {
        "service_slug": "shop",
        "method": "PUT",
        "path": "/a?b=1",
        "headers": {"x-hostile": HOSTILE},
        "body_base64": base64.b64encode(b"\x00\xff").decode(),
    }
    request, envelope = ready(body=Secret(f"<{TOKEN}>", "token"))
    copied = mcp_arguments(request, envelope, MASKING)
    document = msgspec.json.decode(copied.text)
    assert base64.b64decode(document["body_base64"]) == b"<[redacted:token]>"
    assert "headers" not in document
    assert copied.notes == ("masked: the value of token",)


def test_toml_is_the_request_again() -> None:
    request = SavedRequest(
        id="a",
        method="POST",
        path="/x?y=1",
        headers=(Entry("authorization", "Bearer {{token}}"), Entry("x", HOSTILE, off=True)),
        body=Body("json", '{"a": "it\'s",\n "b": "\\n"}\n'),
        captures=(Capture("uid", "$.id"),),
    )
    copied = toml_table(request, MASKING)
    assert copied.text.startswith("[[request]]\n")
    assert loads(f"cyberun = 1\n{copied.text}".encode(), path="x").collection.requests == (request,)
    clear = SavedRequest(id="a", path=f"/x?t={TOKEN}", headers=(Entry("cookie", "sid=abc123"),))
    copied = toml_table(clear, Masking(Redactor([Secret("c4n4ry", "token")])))
    assert "abc123" not in copied.text
    assert "c4n4ry" not in copied.text
    assert copied.notes
    assert "abc123" in toml_table(clear, Masking(Redactor(), revealed=True)).text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_quoted_word_is_one_word_with_that_text(text: str) -> None:
    assert shlex.split(f"x {shell.quoted(text)} y") == ["x", text, "y"]
