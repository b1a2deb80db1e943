"""Credentials: what they are made of, where they may go, and that they do not show."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.invoke.credentials import Credential, from_environment, from_reference
from workbench.model.collection import SecretRef
from workbench.model.errors import CredentialError, WorkbenchError
from workbench.model.profile import MANAGED_BASE_URL, origin
from workbench.model.secrets import Redactor, Secret

BASE = "https://gateway.example/api/v1"
TOKEN = "sk-0123456789abcdef3f"


def test_the_parts() -> None:
    credential = Credential(TOKEN, base_url=BASE, source="here")
    assert (credential.kind, credential.prefix, credential.needs_team) == ("sk", "sk-…3f", False)
    assert (credential.origin, credential.source, credential.notes) == ("https://gateway.example:443", "here", ())
    assert credential.secret == Secret(TOKEN)
    assert credential.authorization("https://gateway.example:443") == f"Bearer {TOKEN}".encode()


@pytest.mark.parametrize(
    ("token", "kind", "needs_team"),
    [("sk-x", "sk", False), ("dk-x", "dk", False), ("a.b.c", "jwt", True), ("whatever", "unknown", False)],
)
def test_kinds(token: str, kind: str, needs_team: bool) -> None:
    credential = Credential(token, base_url=BASE)
    assert (credential.kind, credential.needs_team) == (kind, needs_team)
    assert token not in credential.prefix


@pytest.mark.parametrize("raw", [f"{TOKEN}\n", f" {TOKEN}\r\n", f"\t{TOKEN}"])
def test_white_space_around_is_left_out_and_said_so(raw: str) -> None:
    credential = Credential(Secret(raw), base_url=BASE)
    assert credential.secret.reveal() == TOKEN
    assert "white space" in credential.notes[0]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("sk-canary\nx", r"U\+000A\) at position 10 of 11"),
        ("sk-canary\x00", r"U\+0000\) at position 10 of 10"),
        ("sk-canary x", r"U\+0020\) at position 10"),
        ("sk-canary\x7f", r"U\+007F"),
        ("“sk-canary”", r"not ASCII \(U\+201C\) at position 1"),
    ],
)
def test_a_token_that_cannot_stand_in_a_header_is_refused_by_position(token: str, words: str) -> None:
    with pytest.raises(CredentialError, match=words) as caught:
        Credential(token, base_url=BASE, source="CYBERUN_API_KEY")
    assert "canary" not in str(caught.value)
    assert "from CYBERUN_API_KEY" in str(caught.value)


@given(st.text(max_size=30))
def test_any_token_is_a_header_or_refused(token: str) -> None:
    try:
        credential = Credential(token, base_url=BASE)
    except CredentialError:
        return
    value = credential.authorization(credential.origin)
    assert value.isascii()
    assert not set(value) & set(range(32))


@pytest.mark.parametrize(
    "other",
    [
        "http://gateway.example/api/v1",
        "https://gateway.example:8443/api/v1",
        "https://gateway.example.evil/api/v1",
        "https://evil.example/gateway.example",
    ],
)
def test_a_credential_belongs_to_an_origin(other: str) -> None:
    credential = Credential(TOKEN, base_url=BASE)
    with pytest.raises(CredentialError, match=r"belongs to https://gateway\.example:443") as caught:
        credential.authorization(origin(other))
    assert TOKEN not in str(caught.value)


def test_a_credential_does_not_show_itself() -> None:
    credential = Credential(TOKEN, base_url=BASE)
    for text in (repr(credential), str(credential), f"{credential}", repr(credential.secret)):
        assert TOKEN not in text
    hidden = base64.b64encode(f"x{TOKEN}y".encode()).decode()
    redacted = credential.redact(f"Bearer {TOKEN} {hidden}")
    assert TOKEN not in redacted
    assert hidden not in redacted
    assert not Redactor([credential.secret]).holds_secret(redacted)


@pytest.mark.parametrize(
    ("environ", "base_url", "expected"),
    [
        ({}, None, None),
        ({"CYBERUN_API_KEY": " "}, None, None),
        ({"CYBERUN_API_KEY": TOKEN}, None, origin(MANAGED_BASE_URL)),
        ({"CYBERUN_API_KEY": TOKEN, "CYBERUN_BASE_URL": "http://127.0.0.1:8787/api/v1"}, None, "http://127.0.0.1:8787"),
        ({"CYBERUN_API_KEY": TOKEN, "CYBERUN_BASE_URL": "https://a/"}, "https://b/", "https://b:443"),
    ],
)
def test_from_the_environment(environ: dict[str, str], base_url: str | None, expected: str | None) -> None:
    credential = from_environment(environ, base_url)
    assert (credential.origin if credential else None) == expected


def test_from_the_environment_with_a_base_url_that_is_none() -> None:
    with pytest.raises(CredentialError, match="base URL"):
        from_environment({"CYBERUN_API_KEY": TOKEN, "CYBERUN_BASE_URL": "nowhere"})


def test_from_a_reference() -> None:
    credential = from_reference(SecretRef("env", "MY_KEY"), BASE, environ={"MY_KEY": f"{TOKEN}\n"})
    assert (credential.origin, credential.source) == ("https://gateway.example:443", "the environment variable MY_KEY")
    refused: list[tuple[Any, Any]] = [
        ({}, "MY_KEY is not set"),
        ({"MY_KEY": ""}, "is empty"),
        ({"MY_KEY": "ü"}, "ASCII"),
    ]
    for environ, words in refused:
        with pytest.raises(WorkbenchError, match=words):
            from_reference(SecretRef("env", "MY_KEY"), BASE, environ=environ)
