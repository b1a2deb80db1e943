"""What a result holds for its reader: JSON values, bounded in size, whatever came."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.assertions.build import run, subject
from workbench.model.assertions import capture
from workbench.model.assertions.values import MAX_SHOWN, equal, kind, shorten, show

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)


def test_the_line_and_its_place_are_kept() -> None:
    from workbench.model.assertions import evaluate

    result = evaluate(" status == 404 ", subject(), line=52)
    assert (result.text, result.line, result.ok, result.found) == (" status == 404 ", 52, False, True)


@pytest.mark.parametrize(
    ("value", "begins", "ends"),
    [
        ("x" * 5000, "xxx", "… (5,000 characters in all)"),
        (list(range(5000)), "[0,1,2,", "… (5,000 items in all)"),
        ({str(n): n for n in range(5000)}, '{"0":0,', "… (5,000 members in all)"),
        (["y" * 5000], '["yyy', "… (1 items in all)"),
        ({"z" * 5000: 1}, '{"zzz', "… (1 members in all)"),
        (10**4000, "1000", "… (4,001 digits)"),
    ],
    ids=["text", "array", "object", "text in array", "long name", "number"],
)
def test_large_values_are_cut_in_results_and_not_in_captures(value: Any, begins: str, ends: str) -> None:
    result = run("$ == 1", value)
    assert isinstance(result.actual, str)
    assert result.actual.startswith(begins)
    assert result.actual.endswith(ends)
    assert len(result.actual) < MAX_SHOWN + 60
    assert len(result.message) < 500
    assert capture("$", subject(value)) == (True, value, "")


def test_values_up_to_the_limit_are_whole() -> None:
    assert run("$ isString", "x" * MAX_SHOWN).actual == "x" * MAX_SHOWN
    value = {"a": [1, 2.5, None, True, "é"], "b": {}}
    assert run("$ isObject", value).actual == value
    assert show(value) == '{"a":[1,2.5,null,true,"é"],"b":{}}'


def test_a_large_expected_value_is_cut_too() -> None:
    result = run('$ == "' + "x" * 5000 + '"', "y")
    assert result.expected.endswith("… (5,000 characters in all)")
    assert len(result.message) < 500


def test_deep_values_are_cut() -> None:
    result = run("$ == 1", raw=b"[" * 900 + b"]" * 900)
    assert result.actual.endswith("… (1 items in all)")
    assert len(result.message) < 500


@given(VALUES)
def test_shortened_values_are_json_and_bounded(value: Any) -> None:
    short = shorten(value, 50)
    assert len(msgspec.json.encode(short)) < 700
    if len(msgspec.json.encode(value)) <= 25:
        assert short == value
    assert shorten(value, 10**6) == value


@given(VALUES)
def test_show_is_the_json_of_what_fits(value: Any) -> None:
    text = show(value, 10**6)
    assert equal(msgspec.json.decode(text), value)
    assert len(show(value, 20)) <= 21


@given(VALUES, VALUES)
def test_equality_is_that_of_json(left: Any, right: Any) -> None:
    def marked(value: Any) -> Any:
        """The same value with every boolean as a text of its own, so that Python's equality is JSON's."""
        if isinstance(value, bool):
            return f"boolean {value}"
        if isinstance(value, list):
            return [marked(item) for item in value]
        if isinstance(value, dict):
            return {name: marked(item) for name, item in value.items()}
        return value if not isinstance(value, str) else f"text {value}"

    assert equal(left, right) is (marked(left) == marked(right))
    assert equal(left, left)


def test_equality_of_deep_values_needs_no_stack() -> None:
    one: Any = []
    other: Any = []
    for _ in range(100_000):
        one, other = [one], [other]
    assert equal(one, other)


@pytest.mark.parametrize(
    ("value", "word"),
    [(None, "null"), (True, "boolean"), (1, "number"), (1.5, "number"), ("", "string"), ([], "array"), ({}, "object")],
)
def test_kinds(value: Any, word: str) -> None:
    assert kind(value) == word
