"""Each query on its own: what it gives, and what it says when it gives nothing."""

from __future__ import annotations

import datetime
import hashlib

import pytest

from tests.unit.assertions.build import holds, run, subject
from workbench.model.assertions import capture, compile_query
from workbench.model.secrets import Secret

BODY = {"a": {"b": 1}, "list": [1, 2], "null": None, "items": [{"x": 1}, {"x": 2}]}


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("status", 201),
        ("platform.status", 203),
        ('header "x-one"', "Alpha, beta"),
        ('header "X-ONE"', "Alpha, beta"),
        ('header "set-cookie"', ["sid=1", "lang=en"]),
        ("bytes", 64),
        ("duration", 250.0),
        ('var "n"', 7),
        ('var "deep"', {"k": [1, None]}),
        ("$.a.b", 1),
        ("$.a", {"b": 1}),
        ("$.null", None),
        ("$.list", [1, 2]),
        ("$.list[-1]", 2),
        ("$.items[*].x", [1, 2]),
        ("$.items[?@.x > 1].x", 2),
        ("$..x", [1, 2]),
        ("  $ .a .b  ", 1),
        ("$", BODY),
    ],
)
def test_what_a_query_gives(query: str, value: object) -> None:
    variables = {"n": 7, "deep": {"k": [1, None]}}
    found = capture(query, subject(BODY, status=201, platform_status=203, variables=variables))
    assert found == (True, value, "")


def test_body_and_hash_are_of_the_bytes_as_received() -> None:
    raw = '{"name": "Zoë"}\n'.encode()
    one = subject(raw=raw)
    assert capture("body", one) == (True, '{"name": "Zoë"}\n', "")
    assert capture("sha256", one) == (True, hashlib.sha256(raw).hexdigest(), "")
    assert capture("bytes", one) == (True, len(raw), "")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ('header "nope"', 'the response has no header "nope"'),
        ('var "nope"', 'there is no variable "nope"'),
        ("$.nope", '$.nope selects nothing: $ has no member "nope"'),
        ("$.a.nope", '$.a.nope selects nothing: $.a has no member "nope"'),
        ("$.a.b.c", "$.a.b.c selects nothing: $.a.b is 1"),
        ("$.list[2]", "$.list[2] selects nothing: $.list has 2 items"),
        ("$.list[2].x", "$.list[2].x selects nothing: $.list has 2 items"),
        ("$.a[0]", '$.a[0] selects nothing: $.a is {"b":1}'),
        ("$['a']['no pe'].x", "$['a']['no pe'].x selects nothing: $.a has no member \"no pe\""),
        ("$.items[0]['x'].y", "$.items[0]['x'].y selects nothing: $.items[0].x is 1"),
        ("$.items[?@.x > 9]", "$.items[?@.x > 9] selects nothing"),
        ("$..nope", "$..nope selects nothing"),
        ("$.items[9].x | count", "has 2 items (the count of nothing is nothing, and not 0: write `not exists`)"),
        ("$.list | nth 5", "nth 5 gives nothing for [1,2]"),
        ("$..x | nth 5", "nth 5 gives nothing for [1,2]"),
        ('header "x-one" | regex /zz/', 'regex /zz/ gives nothing for "Alpha, beta"'),
        ('header "x-one" | split "," | nth 2 | lower', 'nth 2 gives nothing for ["Alpha"," beta"]'),
    ],
)
def test_why_a_query_gives_nothing(query: str, reason: str) -> None:
    found, value, message = capture(query, subject(BODY))
    assert (found, value) == (False, None)
    assert message.endswith(reason)
    result = run(f"{query} == 1", BODY)
    assert (result.ok, result.found, result.actual, result.message) == (False, False, None, message)


@pytest.mark.parametrize(
    "rest",
    ["== 1", "!= 1", "not == 1", "not != 1", "< 1", "not contains 1", "isNull", "not isNull", "not isEmpty", "exists",
     "not in [1]", 'not startsWith "x"', "not matches /x/", 'not matchesSchema "x"', "not isString"],
)  # fmt: skip
@pytest.mark.parametrize("query", ["$.nope", "$..nope", 'header "nope"', 'var "nope"', "$.list | nth 9"])
def test_nothing_fails_every_predicate(query: str, rest: str) -> None:
    assert not holds(f"{query} {rest}", BODY)


@pytest.mark.parametrize(
    "query", ["$.nope", "$..nope", 'header "nope"', 'var "nope"', "$.list | nth 9", "$..x | nth 9"]
)
def test_nothing_passes_not_exists_only(query: str) -> None:
    result = run(f"{query} not exists", BODY)
    assert (result.ok, result.found, result.actual, result.expected) == (True, False, None, "nothing")


def test_null_is_there() -> None:
    assert holds("$.null exists", BODY)
    assert not holds("$.null not exists", BODY)
    assert holds("$.null == null", BODY)
    assert holds("$.null != 1", BODY)


def test_an_empty_body_and_an_empty_header_are_there() -> None:
    assert holds("body exists", raw=b"")
    assert holds("body isEmpty", raw=b"")
    assert holds('header "x" isEmpty', headers=(("x", ""),))


@pytest.mark.parametrize(
    ("line", "ok"),
    [
        ("duration < 500ms", True),
        ("duration < 0.3s", True),
        ("duration < 1m", True),
        ("duration < 250ms", False),
        ("duration <= 250ms", True),
        ("duration == 250ms", True),
        ("duration == 250", True),
        ("duration == 0.25s", True),
        ("duration != 250", False),
        ("duration > 249.5", True),
        ("duration not > 249.5", False),
        ("duration in [250, 251]", True),
        ("duration isNumber", True),
        ("duration | toInt == 250", True),
    ],
)
def test_duration(line: str, ok: bool) -> None:
    assert holds(line) is ok


def test_a_duration_is_shown_with_its_unit() -> None:
    result = run("duration < 200ms", seconds=0.2503451)
    assert (result.expected, result.actual) == ("less than 200ms", "250.345ms")
    assert result.message == "expected less than 200ms, actual 250.345ms"
    assert run("duration == 5").message == "expected 5ms, actual 250ms"
    assert run("duration == 1s").expected == "1s"


class TestSecretVariables:
    VARIABLES = {"token": Secret("hunter2-hunter2", "api")}  # noqa: RUF012 - never changed

    def test_a_secret_is_compared_by_its_value_and_shown_by_its_mask(self) -> None:
        good = run('var "token" == "hunter2-hunter2"', variables=self.VARIABLES)
        assert (good.ok, good.actual) == (True, "[redacted:api]")
        bad = run('var "token" == "other"', variables=self.VARIABLES)
        assert (bad.ok, bad.actual) == (False, "[redacted:api]")
        assert bad.message == 'expected "other", actual "[redacted:api]"'

    @pytest.mark.parametrize(
        "line",
        ['var "token" | toInt == 5', 'var "token" | regex /zz/ exists', 'var "token" > 5', 'var "token" == 5',
         'var "token" | base64Decode == "x"', 'var "token" | split "-" | nth 0 == "x"', 'var "token" isNumber',
         'var "token" matchesSchema "s"', 'var "token" not exists', 'var "token" | jsonpath "$.x" == 1'],
    )  # fmt: skip
    def test_no_failure_shows_a_secret(self, line: str) -> None:
        result = run(line, variables=self.VARIABLES)
        assert not result.ok
        assert "hunter2" not in repr(result)
        assert "hunter2" not in repr(capture(line.rpartition(" ")[0], subject(variables=self.VARIABLES)))

    def test_a_capture_of_a_secret_is_one(self) -> None:
        found, value, _ = capture('var "token" | split "-" | first', subject(variables=self.VARIABLES))
        assert found
        assert isinstance(value, Secret)
        assert (value.reveal(), value.label) == ("hunter2", "api")


def test_variables_without_a_json_type_are_their_text() -> None:
    variables = {"day": datetime.date(2026, 11, 23), "days": [datetime.date(2026, 11, 23)], "nan": float("nan")}
    assert holds('var "day" == "2026-11-23"', variables=variables)
    assert holds('var "days" == ["2026-11-23"]', variables=variables)
    assert run('var "nan" == 1', variables=variables).actual == "nan"


def test_a_query_names_the_variable_it_reads() -> None:
    assert compile_query('var "user"').variable == "user"
    assert compile_query('header "user"').variable == ""
