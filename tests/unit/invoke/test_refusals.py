"""What the platform's own answers mean."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.invoke.refusals import error_message, failure_of_status, is_platform_error, retry_after
from workbench.model.errors import ErrorKind


def said(text: str) -> bytes:
    return json.dumps({"error_message": text}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind", "doubt"),
    [
        (400, said("X-Team-ID is missing"), "platform_refused", False),
        (401, said("bad credential"), "platform_auth", False),
        (403, said("viewers may not"), "platform_auth", False),
        (404, said("unknown"), "unknown_service", False),
        (404, b"", "unknown_service", False),
        (404, b"<html>nginx</html>", "platform_refused", False),
        (405, b"", "platform_refused", False),
        (409, said("stopped"), "not_running", False),
        (409, b"", "not_running", False),
        (400, said("service is not running"), "not_running", False),
        (503, said("the service is deploying"), "not_running", False),
        (422, said("Service llm is stopped"), "not_running", False),
        (400, said("there is no service 'llm' in this team"), "unknown_service", False),
        (410, said("Unknown container service"), "unknown_service", False),
        (422, said("Service llm not found"), "unknown_service", False),
        (500, said("no such service"), "platform_refused", True),
        (400, said("bad service options; path not found"), "platform_refused", False),
        (429, said("not running so fast"), "platform_refused", False),
        (413, b"", "platform_refused", False),
        (500, said("oops"), "platform_refused", True),
        (502, b"<html>", "platform_refused", True),
        (503, b"", "platform_refused", True),
        (504, said("timed out"), "platform_refused", True),
        (302, b"", "platform_refused", False),
        (101, b"", "platform_refused", False),
    ],
)
def test_kinds(status: int, body: bytes, kind: str, doubt: bool) -> None:
    failure = failure_of_status(status, {}, body, service="llm", credential="sk")
    assert (failure.kind, failure.in_doubt, failure.layer, failure.platform_status) == (kind, doubt, "platform", status)
    assert str(status) in failure.message
    assert error_message(body) in failure.message


def test_what_the_platform_says_already_is_not_said_twice() -> None:
    failure = failure_of_status(409, {}, said("the service 'llm' is not running: it is deploying"), service="llm")
    assert failure.message == "the service 'llm' is not running: it is deploying (409)"


def test_without_a_service_nothing_is_said_about_services() -> None:
    for status in (404, 409):
        failure = failure_of_status(status, {}, said("not running"), credential="dk")
        assert failure.kind == "platform_refused"
        assert not failure.in_doubt


@pytest.mark.parametrize(
    ("status", "headers", "credential", "words"),
    [
        (401, {}, "", "no credential is set"),
        (401, {}, "jwt", "sign in again"),
        (401, {}, "sk", "check that the key"),
        (401, {}, "unknown", "an ak- key is for agents"),
        (403, {}, "dk", "Member role"),
        (302, {"location": "https://new.example/"}, "sk", "https://new.example/"),
        (413, {}, "sk", "larger than"),
        (503, {}, "sk", "the container may have run the call"),
        (503, {"retry-after": "7"}, "sk", "wait 7 s"),
        (405, {}, "sk", "/api/v1"),
    ],
)
def test_hints(status: int, headers: dict[str, str], credential: str, words: str) -> None:
    assert words in failure_of_status(status, headers, b"", service="llm", credential=credential).hint


def test_a_missing_team_says_what_to_set() -> None:
    failure = failure_of_status(400, {}, said("X-Team-ID is required"), service="llm", credential="jwt")
    assert "CYBERUN_TEAM_ID" in failure.hint


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"error_message": "a\\n  b"}', "a b"),
        (b'{"error": {"message": "deep"}}', "deep"),
        (b'{"detail": [{"msg": "one"}, {"msg": "two"}]}', "one; two"),
        (b'{"message": 7}', ""),
        (b"[]", ""),
        (b"null", ""),
        (b"plain words", "plain words"),
        (b"<html>page</html>", ""),
        (b"\xff\xfe", "��"),
        (b"", ""),
        (said("x" * 1000), "x" * 300 + "…"),
    ],
)
def test_the_words_of_the_platform_in_any_shape(body: bytes, expected: str) -> None:
    assert error_message(body) == expected


@given(st.integers(100, 999), st.binary(max_size=200), st.sampled_from(["", "llm"]))
def test_any_answer_has_a_kind(status: int, body: bytes, service: str) -> None:
    failure = failure_of_status(status, {"retry-after": "7"}, body, service=service)
    assert failure.kind in get_args(ErrorKind)
    assert failure.retry_after == 7


NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("3600", 60.0),
        ("9" * 400, 60.0),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("soon", None),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("Tue, 14 Nov 2033 22:13:50 GMT", 60.0),
        ("Tue, 99 Nov 2023 22:13:50 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str, expected: float | None) -> None:
    assert retry_after(value, now=NOW) == expected


@given(st.text(max_size=40))
def test_retry_after_takes_anything(value: str) -> None:
    found = retry_after(value)
    assert found is None or 0 <= found <= 60


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"error_message": "x"}, True),
        (503, {"error_message": ""}, True),
        (200, {"error_message": "x"}, False),
        (404, {"error_message": "x", "id": 1}, False),
        (404, {"error_message": 7}, False),
        (404, {"detail": "x"}, False),
        (404, ["error_message"], False),
    ],
)
def test_on_the_proxy_route_only_the_documented_error_body_is_the_platforms(
    status: int, body: Any, expected: bool
) -> None:
    assert is_platform_error(status, json.dumps(body).encode()) is expected
    assert not is_platform_error(status, json.dumps(body).encode()[:-1])
