"""Each predicate on every kind of value, with and without `not`, and what is said when it does not hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.assertions.build import holds, run

KINDS: dict[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "one": 1,
    "one_float": 1.0,
    "text": "Ada",
    "one_text": "1",
    "empty": "",
    "list": [1, "Ada"],
    "none": [],
    "object": {"Ada": 1, "b": [True]},
    "bare": {},
    "uuid": "123e4567-E89B-12d3-a456-426614174000",
    "date": "2026-02-28",
}

YES: dict[str, set[str]] = {
    "== 1": {"one", "one_float"},
    "== 1.0": {"one", "one_float"},
    "== true": {"true"},
    "== 0": {"zero"},
    "== false": set(),
    "== null": {"null"},
    '== "Ada"': {"text"},
    '== ""': {"empty"},
    '== [1.0, "Ada"]': {"list"},
    "== []": {"none"},
    '== {"b": [true], "Ada": 1.0}': {"object"},
    '== {"b": [1], "Ada": 1.0}': set(),
    "== {}": {"bare"},
    'in [1, "Ada", null, {}]': {"one", "one_float", "text", "null", "bare"},
    "in []": set(),
    "exists": set(KINDS),
    "isNull": {"null"},
    "isString": {"text", "one_text", "empty", "uuid", "date"},
    "isNumber": {"zero", "one", "one_float"},
    "isInteger": {"zero", "one"},
    "isBoolean": {"true"},
    "isArray": {"list", "none"},
    "isObject": {"object", "bare"},
    "isUuid": {"uuid"},
    "isDate": {"date"},
}
"""Predicates that have an answer for every kind of value."""

TEXTS = {"text", "one_text", "empty", "uuid", "date"}
NUMBERS = {"zero", "one", "one_float"}
TYPED: dict[str, tuple[set[str], set[str]]] = {
    "< 1": ({"zero"}, NUMBERS),
    "<= 1": (NUMBERS, NUMBERS),
    "> 0.5": ({"one", "one_float"}, NUMBERS),
    ">= 2": (set(), NUMBERS),
    '< "2"': ({"one_text", "empty", "uuid"}, TEXTS),
    '>= "Ada"': ({"text"}, TEXTS),
    'contains "Ada"': ({"text", "list", "object"}, TEXTS | {"list", "none", "object", "bare"}),
    "contains 1": ({"list"}, {"list", "none"}),
    "contains [1]": (set(), {"list", "none"}),
    'startsWith "A"': ({"text"}, TEXTS),
    'endsWith "1"': ({"one_text"}, TEXTS),
    "matches /^ad/i": ({"text"}, TEXTS),
    "isEmpty": ({"empty", "none", "bare"}, TEXTS | {"list", "none", "object", "bare"}),
}
"""Predicates that judge some kinds only: (holds, can be judged)."""


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("predicate", YES)
def test_predicates_for_every_kind(predicate: str, name: str) -> None:
    ok = name in YES[predicate]
    assert holds(f"$.v {predicate}", {"v": KINDS[name]}) is ok
    assert holds(f"$.v not {predicate}", {"v": KINDS[name]}) is not ok
    if predicate.startswith("=="):
        assert holds(f"$.v !{predicate[1:]}", {"v": KINDS[name]}) is not ok
        assert holds(f"$.v not !{predicate[1:]}", {"v": KINDS[name]}) is ok


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("predicate", TYPED)
def test_predicates_for_some_kinds(predicate: str, name: str) -> None:
    yes, judged = TYPED[predicate]
    plain = run(f"$.v {predicate}", {"v": KINDS[name]})
    negated = run(f"$.v not {predicate}", {"v": KINDS[name]})
    if name not in judged:
        assert not plain.ok
        assert not negated.ok
        assert " works on " in plain.message
        assert plain.message == negated.message
    else:
        assert plain.ok is (name in yes)
        assert negated.ok is (name not in yes)


@pytest.mark.parametrize(
    ("line", "value", "expected", "actual", "message"),
    [
        ('$.v == "Ada"', "Grace", "Ada", "Grace", 'expected "Ada", actual "Grace"'),
        ("$.v == 1", "1", 1, "1", 'expected 1 (number), actual "1" (string)'),
        ('$.v == "1"', 1, "1", 1, 'expected "1" (string), actual 1 (number)'),
        ("$.v == null", 0, None, 0, "expected null, actual 0 (number)"),
        ("$.v == 1", None, 1, None, "expected 1 (number), actual null"),
        ("$.v == true", 1, True, 1, "expected true (boolean), actual 1 (number)"),
        ("$.v == [1]", {"a": 1}, [1], {"a": 1}, 'expected [1] (array), actual {"a":1} (object)'),
        ("$.v != 1", 1, "not 1", 1, "expected not 1, actual 1"),
        ("$.v not == 1", 1, "not 1", 1, "expected not 1, actual 1"),
        ("$.v not != 1", 2, 1, 2, "expected 1, actual 2"),
        ("$.v < 400", 500, "less than 400", 500, "expected less than 400, actual 500"),
        ("$.v <= 4", 5, "at most 4", 5, "expected at most 4, actual 5"),
        ("$.v > 4", 4, "more than 4", 4, "expected more than 4, actual 4"),
        ("$.v >= 4", 3, "at least 4", 3, "expected at least 4, actual 3"),
        ("$.v < 4", "3", "less than 4", "3", '< 4 works on a number, this is "3" (string)'),
        ('$.v < "4"', 3, 'less than "4"', 3, '< "4" works on a string, this is 3 (number)'),
        ('$.v contains "x"', "abc", 'containing "x"', "abc", 'expected containing "x", actual "abc"'),
        ('$.v not contains "b"', "abc", 'not containing "b"', "abc", 'expected not containing "b", actual "abc"'),
        ('$.v startsWith "x"', "abc", 'starting with "x"', "abc", 'expected starting with "x", actual "abc"'),
        ('$.v endsWith "x"', "abc", 'ending with "x"', "abc", 'expected ending with "x", actual "abc"'),
        ("$.v matches /X\\/y/i", "abc", "matching /X\\/y/i", "abc", 'expected matching /X\\/y/i, actual "abc"'),
        ("$.v in [1, 2]", 3, "one of [1,2]", 3, "expected one of [1,2], actual 3"),
        ("$.v isUuid", "x", "a UUID", "x", 'expected a UUID, actual "x"'),
        ("$.v isDate", "x", "a date (RFC 3339)", "x", 'expected a date (RFC 3339), actual "x"'),
        ("$.v isInteger", 1.5, "an integer", 1.5, "expected an integer, actual 1.5"),
        ("$.v not isNull", None, "not null", None, "expected not null, actual null"),
        ("$.v isEmpty", [1], "empty", [1], "expected empty, actual [1]"),
        ("$.v not exists", 1, "nothing", 1, "expected nothing, actual 1"),
    ],
)
def test_what_is_said(line: str, value: Any, expected: Any, actual: Any, message: str) -> None:
    result = run(line, {"v": value})
    assert (result.ok, result.found) == (False, True)
    assert (result.expected, result.actual, result.message) == (expected, actual, message)


@pytest.mark.parametrize(
    ("value", "ok"),
    [
        ("2026-11-23", True),
        ("2024-02-29", True),
        ("2000-02-29", True),
        ("0000-02-29", True),
        ("2026-02-29", False),
        ("1900-02-29", False),
        ("2026-13-01", False),
        ("2026-00-10", False),
        ("2026-04-31", False),
        ("2026-11-23T12:00:00Z", True),
        ("2026-11-23t12:00:00z", True),
        ("2026-11-23 12:00:00Z", True),
        ("2026-11-23T12:00:00.123456789+01:00", True),
        ("2026-11-23T12:00:00-23:59", True),
        ("2026-11-23T12:00:00+24:00", False),
        ("2026-11-23T12:00:00", False),
        ("2026-11-23T24:00:00Z", False),
        ("2026-11-23T12:60:00Z", False),
        ("2016-12-31T23:59:60Z", True),
        ("2017-01-01T00:59:60+01:00", True),
        ("2016-12-31T18:59:60-05:00", True),
        ("2016-12-31T12:00:60Z", False),
        ("2016-12-31T23:59:61Z", False),
        ("2026-11-23\n", False),
        ("26-11-23", False),
        ("2026-11-23T12:00Z", False),
        ("٢٠٢٦-11-23", False),
        ("", False),
        (20261123, False),
    ],
)
def test_dates(value: Any, ok: bool) -> None:
    assert holds("$.v isDate", {"v": value}) is ok


@pytest.mark.parametrize(
    ("value", "ok"),
    [
        ("00000000-0000-0000-0000-000000000000", True),
        ("123E4567-e89b-12d3-a456-426614174000", True),
        ("123e4567e89b12d3a456426614174000", False),
        ("{123e4567-e89b-12d3-a456-426614174000}", False),
        ("123e4567-e89b-12d3-a456-42661417400g", False),
        ("123e4567-e89b-12d3-a456-426614174000\n", False),
    ],
)
def test_uuids(value: str, ok: bool) -> None:
    assert holds("$.v isUuid", {"v": value}) is ok


class TestNumbers:
    @pytest.mark.parametrize(
        ("raw", "line", "ok"),
        [
            (b"12345678901234567890123456789012345678901", "== 12345678901234567890123456789012345678901", True),
            (b"12345678901234567890123456789012345678901", "== 12345678901234567890123456789012345678902", False),
            (b"9007199254740993", "== 9007199254740992", False),
            (b"9007199254740993", "> 9007199254740992", True),
            (b"1e3", "== 1000", True),
            (b"1.10", "== 1.1", True),
            (b"-0", "== 0", True),
            (b"-0.0", "== 0", True),
            (b"1.0", "isInteger", False),
            (b"1e2", "isInteger", False),
            (b"[1, [true]]", "== [1, [1]]", False),
            (b"[0]", "contains false", False),
            (b"[false]", "contains 0", False),
        ],
    )
    def test_numbers_are_exact(self, raw: bytes, line: str, ok: bool) -> None:
        assert holds(f"$ {line}", raw=raw) is ok


def test_the_last_of_duplicate_names_wins() -> None:
    assert holds("$.a == 2", raw=b'{"a": 1, "a": 2}')


def test_flags_of_a_regex() -> None:
    text = {"v": "One\nTWO"}
    assert holds("$.v matches /^two$/im", text)
    assert not holds("$.v matches /^two$/i", text)
    assert holds("$.v matches /One.TWO/s", text)
    assert not holds("$.v matches /One.TWO/", text)
    assert holds(r"$.v matches /a\/b/", {"v": "a/b"})
