"""Each filter on every kind of value: what it makes of it, and what it says to a value it cannot work on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.assertions.build import holds, run, subject
from workbench.model.assertions import capture

KINDS: dict[str, Any] = {
    "null": None,
    "true": True,
    "integer": 3,
    "whole": 3.0,
    "float": 1.5,
    "text": " A-b ",
    "digits": "42",
    "decimal": "1.50",
    "empty": "",
    "list": [1, "x"],
    "none": [],
    "object": {"k": 1},
    "bare": {},
    "json": '{"x": [1, 2]}',
    "b64": "aGk_",
}
BAD = object()
NOTHING = object()

TABLE: list[tuple[str, dict[str, Any]]] = [
    ("count", {"list": 2, "none": 0, "object": 1, "bare": 0}),
    ("first", {"list": 1, "none": NOTHING}),
    ("last", {"list": "x", "none": NOTHING}),
    ("nth 1", {"list": "x", "none": NOTHING}),
    ("nth -2", {"list": 1, "none": NOTHING}),
    ('split "-"', {"text": [" A", "b "], "digits": ["42"], "decimal": ["1.50"], "empty": [""],
                   "json": ['{"x": [1, 2]}'], "b64": ["aGk_"]}),
    ("regex /[A-Za-z]/", {"text": "A", "digits": NOTHING, "decimal": NOTHING, "empty": NOTHING, "json": "x",
                          "b64": "a"}),
    ("regex /(\\d)(\\d)?/", {"text": NOTHING, "digits": "4", "decimal": "1", "empty": NOTHING, "json": "1",
                              "b64": NOTHING}),
    ('replace /[0-9]/ "#"', {"text": " A-b ", "digits": "##", "decimal": "#.##", "empty": "", "json": '{"x": [#, #]}',
                             "b64": "aGk_"}),
    ("toInt", {"integer": 3, "whole": 3, "digits": 42}),
    ("toFloat", {"integer": 3.0, "whole": 3.0, "float": 1.5, "digits": 42.0, "decimal": 1.5}),
    ("lower", {"text": " a-b ", "digits": "42", "decimal": "1.50", "empty": "", "json": '{"x": [1, 2]}',
               "b64": "agk_"}),
    ("trim", {"text": "A-b", "digits": "42", "decimal": "1.50", "empty": "", "json": '{"x": [1, 2]}', "b64": "aGk_"}),
    ("base64Decode", {"empty": "", "b64": "hi?"}),
    ('jsonpath "$.x"', {"null": NOTHING, "true": NOTHING, "integer": NOTHING, "whole": NOTHING, "float": NOTHING,
                        "list": NOTHING, "none": NOTHING, "object": NOTHING, "bare": NOTHING, "json": [1, 2],
                        "digits": NOTHING, "decimal": NOTHING}),
    ('jsonpath "$[*]"', {"null": NOTHING, "true": NOTHING, "integer": NOTHING, "whole": NOTHING, "float": NOTHING,
                         "list": [1, "x"], "none": NOTHING, "object": 1, "bare": NOTHING, "json": [1, 2],
                         "digits": NOTHING, "decimal": NOTHING}),
]  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(("step", "outcomes"), TABLE)
def test_every_filter_on_every_kind(step: str, outcomes: dict[str, Any], name: str) -> None:
    found, value, message = capture(f"$.v | {step}", subject({"v": KINDS[name]}))
    expected = outcomes.get(name, BAD)
    if expected is BAD:
        assert not found
        assert "works on" in message or "not JSON" in message or "base64" in message
        # What a filter cannot work on fails the line either way.
        assert not holds(f"$.v | {step} exists", {"v": KINDS[name]})
        assert not holds(f"$.v | {step} not exists", {"v": KINDS[name]})
    elif expected is NOTHING:
        assert not found
        assert message.startswith(f"{step} gives nothing for ")
        assert holds(f"$.v | {step} not exists", {"v": KINDS[name]})
    else:
        assert (found, value, type(value)) == (True, expected, type(expected))


def test_what_a_filter_says_to_a_wrong_type() -> None:
    assert capture("$.v | lower", subject({"v": 5}))[2] == "lower works on a string, this is 5 (number)"
    assert (
        capture("$.v | count", subject({"v": "x"}))[2] == 'count works on an array or an object, this is "x" (string)'
    )
    assert capture("$.v | first", subject({"v": None}))[2] == "first works on an array, this is null"


def test_a_failed_filter_shows_what_the_query_found() -> None:
    result = run("$.v | toInt == 5", {"v": "five"})
    assert (result.ok, result.found, result.actual, result.expected) == (False, True, "five", 5)
    assert result.message == 'toInt works on a whole number, this is "five" (string)'


class TestAfterAPathThatCanSelectSeveralNodes:
    """`count`, `first`, `last`, `nth` see the nodes themselves, however many there are."""

    BODY = {"items": [{"t": ["a", "b"]}], "more": [1, 2, 3]}  # noqa: RUF012 - never changed

    @pytest.mark.parametrize(
        "line",
        [
            "$.items[*] | count == 1",
            "$.items[?@.t].t | count == 1",
            "$..t | count == 1",
            "$.items[0].t | count == 2",
            "$.more | count == 3",
            "$.more[*] | count == 3",
            "$.more[1:] | count == 2",
            '$..t | first == ["a", "b"]',
            '$..t | first | first == "a"',
            "$.more[?@ > 2] | first == 3",
            "$.more[?@ > 1] | last == 3",
            "$.more[?@ > 1] | nth -2 == 2",
            # Without a filter, exactly one node is that node.
            '$..t == ["a", "b"]',
            "$.more[?@ > 2] == 3",
            "$.more[?@ > 1] == [2, 3]",
            '$.items[*].t | jsonpath "$[1]" == "b"',
        ],
    )
    def test_nodes(self, line: str) -> None:
        assert holds(line, self.BODY)

    def test_a_text_filter_needs_exactly_one(self) -> None:
        assert holds("$.n[?@ == 'X'] | lower == \"x\"", {"n": ["X", "Y"]})
        assert not holds('$.n[*] | lower == "x"', {"n": ["X", "Y"]})


class TestReplace:
    @pytest.mark.parametrize(
        ("step", "result"),
        [
            (r'replace /(\w+)@(\w+)/ "$2 at $1"', "org at ada"),
            (r'replace /(?P<user>\w+)@.*/ "${user}"', "ada"),
            (r'replace /@.*/ "$$1"', "ada$1"),
            (r'replace /@/ "\\1"', r"ada\1org"),
            (r'replace /\w+/ "<$0>"', "<ada>@<org>"),
            (r'replace /a/ ""', "d@org"),
            (r'replace /A/i "-"', "-d-@org"),
            (r'replace /$/ "$"', "ada@org$"),
            (r'replace /z/ "$$"', "ada@org"),
        ],
    )
    def test_groups(self, step: str, result: str) -> None:
        assert capture(f"$.v | {step}", subject({"v": "ada@org"}))[:2] == (True, result)


def test_numbers_out_of_range() -> None:
    assert "beyond the range" in capture("$.v | toFloat", subject({"v": "1e999"}))[2]
    assert "beyond the range" in capture("$.v | toFloat", subject({"v": 10**400}))[2]
    assert capture("$.v | toInt", subject({"v": " +12345678901234567890123 "}))[1] == 12345678901234567890123
    for text in ("nan", "inf", "0x10", "1_000", "", "٣", "1.5"):
        assert "works on a whole number" in capture("$.v | toInt", subject({"v": text}))[2]
    for text in ("nan", "inf", "0x10", "1_0.0", "", "٣", "."):
        assert "works on a number" in capture("$.v | toFloat", subject({"v": text}))[2]
    for text, number in (("1.", 1.0), (".5", 0.5), ("-1e3", -1000.0), ("+2", 2.0)):
        assert capture("$.v | toFloat", subject({"v": text}))[1] == number


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("aGVsbG8=", "hello"),
        ("aGVsbG8", "hello"),
        ("a GVs\nbG8", "hello"),
        ("_-_-", None),
        ("a", None),
        ("!!!!", None),
        ("/w==", None),
    ],
)
def test_base64(text: str, result: str | None) -> None:
    found, value, message = capture("$.v | base64Decode", subject({"v": text}))
    assert (found, value) == (result is not None, result)
    assert message.startswith("" if found else "base64Decode: ")


def test_a_text_too_long_for_a_regex_fails_even_when_negated() -> None:
    body = {"v": "a" * 1_000_001}
    for line in ("$.v matches /a/", "$.v not matches /b/", "$.v | regex /a/ exists", '$.v | replace /a/ "b" exists'):
        result = run(line, body)
        assert not result.ok
        assert "1,000,001 characters" in result.message
    assert holds("$.v matches /a$/", {"v": "a" * 1_000_000})


def test_filters_chain() -> None:
    body = {"link": "</p?page=2>; rel=next, </p?page=9>; rel=last"}
    line = '$.link | split ", " | last | regex /page=(\\d+)/ | toInt == 9'
    assert holds(line, body)
    assert holds(line.replace(" | ", "|"), body)
