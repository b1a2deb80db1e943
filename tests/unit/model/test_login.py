"""Logins as values: what is kept of one, and when its token ends."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.login import RENEW_BEFORE, Login, from_record, to_record, token_end
from workbench.model.secrets import Secret

ORIGIN = "https://platform.example:443"


def jwt(claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c4n4ry"


@given(st.text(min_size=1), st.none() | st.text(min_size=1), st.none() | st.floats(1, 4e9), st.text())
def test_what_is_kept_comes_back(token: str, refresh: str | None, ends: float | None, account: str) -> None:
    login = Login(
        origin=ORIGIN,
        token=Secret(token, "credential"),
        refresh=Secret(refresh, "refresh_token") if refresh else None,
        expires_at=ends,
        account=account,
    )
    assert from_record(ORIGIN, json.loads(json.dumps(to_record(login)))) == login


@pytest.mark.parametrize("record", [None, 7, "x", [], {}, {"token": ""}, {"token": 7}, {"refresh_token": "x"}])
def test_what_is_no_record_is_no_login(record: Any) -> None:
    assert from_record(ORIGIN, record) is None


def test_parts_that_make_no_sense_are_left_out() -> None:
    found = from_record(ORIGIN, {"token": "t", "refresh_token": 7, "expires_at": "soon", "account": None})
    assert found == Login(origin=ORIGIN, token=Secret("t"))


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (jwt({"exp": 1800000000}), 1800000000.0),
        (jwt({"exp": 1.8e9}), 1.8e9),
        (jwt({"exp": "soon"}), None),
        (jwt({"exp": True}), None),
        (jwt({"exp": 10**400}), None),
        (jwt({"exp": 1e300}), None),
        (jwt({"exp": -1}), None),
        (jwt({}), None),
        (jwt([1]), None),
        ("a.b", None),
        ("a.!!!.c", None),
        ("a." + "é" + ".c", None),
        ("sk-c4n4ry", None),
    ],
)
def test_when_a_token_ends(token: str, expected: float | None) -> None:
    assert token_end(token) == expected


@given(st.text())
def test_any_text_is_a_token_or_none(text: str) -> None:
    token_end(f"a.{text}.c")


def test_a_token_is_renewed_before_its_end_where_it_can_be() -> None:
    login = Login(origin=ORIGIN, token=Secret("t"), refresh=Secret("r"), expires_at=1000.0)
    assert not login.is_due(1000.0 - RENEW_BEFORE - 1)
    assert login.is_due(1000.0 - RENEW_BEFORE)
    assert not login.has_ended(999.0)
    assert login.has_ended(1000.0)
    short = Login(origin=ORIGIN, token=Secret("t"), refresh=Secret("r"), expires_at=1000.0, lifetime=30.0)
    assert not short.is_due(993.0)
    assert short.is_due(994.0)
    key = Login(origin=ORIGIN, token=Secret("t"))
    assert not key.is_due(5e9)
    assert not key.has_ended(5e9)
