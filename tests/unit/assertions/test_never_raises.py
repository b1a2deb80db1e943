"""Arbitrary lines against arbitrary responses: a result every time, and every column within its line."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.assertions import (
    AssertionSyntaxError,
    Subject,
    capture,
    check_syntax,
    compile_assertion,
    compile_query,
    evaluate,
)
from workbench.model.exchange import ServiceResponse
from workbench.model.secrets import Secret

WORDS = """
status|header "x"|header|body|bytes|sha256|duration|platform.status|var "u"|var "s"|$|$.a|$..a|$[*]|$[?@.a == 1]
$[?match(@.a, "x.*")]|$[?length(@) > 1]|$[0:2]|$['a']|$["a"][-1]|count|first|last|nth 0|nth -1|split ","|regex /a/
regex /(a)|replace /a/ "$1"|replace /(a)/ "$1"|toInt|toFloat|lower|trim|base64Decode|jsonpath "$.a"|not|==|!=|<|<=|>
>=|contains|startsWith|endsWith|matches /x/|in [1]|exists|isNull|isEmpty|isString|isNumber|isDate|isUuid
matchesSchema "s"|1|"a"|null|{"a":1}|500ms|/|"|[|(|$|@|{{x}}|\\|-|.|{{|}}|\\{{
"""
FRAGMENTS = st.sampled_from([*WORDS.strip().replace("\n", "|").split("|"), "|", "||", " ", "\n", "\ud800"])
LINES = st.one_of(
    st.text(max_size=40),
    st.lists(FRAGMENTS, max_size=7).map(" ".join),
    st.lists(FRAGMENTS, max_size=6).map("".join),
    st.tuples(FRAGMENTS, FRAGMENTS, FRAGMENTS, FRAGMENTS).map(lambda parts: "{} | {} {} {}".format(*parts)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc") | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=60),
    JSON.map(msgspec.json.encode),
    st.integers(1, 1500).map(lambda depth: b"[" * depth + b"]" * depth),
    st.integers(1, 1500).map(lambda depth: b'{"a":' * depth + b"1" + b"}" * depth),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["x", "content-type", "content-encoding"]),
        st.sampled_from(
            ["gzip", "deflate", "br", "application/json; charset=utf-16", "charset=idna", "charset=zlib", ""]
        )
        | st.text(max_size=12),
    ),
    max_size=3,
).map(tuple)


def within(error: AssertionSyntaxError, line: str) -> None:
    assert 1 <= error.column <= len(line) + 1
    assert str(error)


@settings(max_examples=400)
@given(line=LINES, body=BODIES, headers=HEADERS, value=JSON, schema=JSON)
def test_evaluate_and_capture_never_raise(
    line: str, body: bytes, headers: tuple[tuple[str, str], ...], value: Any, schema: Any
) -> None:
    response = ServiceResponse(platform_status=200, status=200, headers=headers, body=body)
    one = Subject(response, 0.1, {"u": value, "s": Secret("s3cret-s3cret")})
    result = evaluate(line, one, schema_loader=lambda _: schema)
    assert result.ok is (result.message == "")
    msgspec.json.encode((result.expected, result.actual, result.ok, result.found))
    assert "s3cret-s3cret" not in repr(result)
    found, captured, message = capture(line, one)
    assert found is (message == "")
    assert found or captured is None


@settings(max_examples=400)
@given(line=LINES)
def test_columns_are_within_the_line(line: str) -> None:
    for error in (check_syntax(line, kind="assertion"), check_syntax(line, kind="query")):
        if error is not None:
            within(error, line)
    for compile_line in (compile_assertion, compile_query):
        try:
            compile_line(line)
        except AssertionSyntaxError as error:
            within(error, line)


@settings(max_examples=200)
@given(line=LINES)
def test_a_line_without_placeholders_is_judged_alike_before_and_after(line: str) -> None:
    if "{{" in line:
        return
    error = check_syntax(line, kind="assertion")
    if error is None:
        compile_assertion(line)
        return
    with pytest.raises(AssertionSyntaxError) as caught:
        compile_assertion(line)
    assert (error.message, error.column) == (caught.value.message, caught.value.column)
