"""Laying out changes white space outside of values and nothing else; what is not JSON stays, with a reason."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.body.json_cases import EITHER, NO, YES
from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import pretty

SPACE = b" \t\r\n"


def solid(data: bytes) -> bytes:
    """A JSON text without the white space outside its strings, by a scanner of our own."""
    out = bytearray()
    inside = escaped = False
    for byte in data:
        if inside:
            out.append(byte)
            if escaped:
                escaped = False
            elif byte == ord("\\"):
                escaped = True
            elif byte == ord('"'):
                inside = False
        elif byte not in SPACE:
            out.append(byte)
            inside = byte == ord('"')
    return bytes(out)


@pytest.mark.parametrize("name", YES)
def test_json_is_laid_out_without_loss(name: str) -> None:
    data = YES[name]
    done = pretty(data, "json")
    assert done.reason == ""
    assert done.kind == "json"
    assert solid(done.data) == solid(data)


@pytest.mark.parametrize("name", NO)
def test_what_is_not_json_stays_with_reason_and_place(name: str) -> None:
    data = NO[name]
    done = pretty(data, "json")
    assert done.data is data
    assert done.reason
    assert done.reason.isprintable()
    assert (done.line, done.column) >= (1, 1)
    assert done.line <= data.count(b"\n") + 1


@pytest.mark.parametrize("name", EITHER)
def test_what_is_left_open_is_laid_out_or_left_alone(name: str) -> None:
    data = EITHER[name]
    done = pretty(data, "json")
    if done.reason:
        assert done.data is data
    else:
        assert solid(done.data) == solid(data)


@pytest.mark.parametrize(
    ("data", "reason", "line", "column"),
    [
        (b'{"a": NaN}', "NaN is not a JSON value", 1, 7),
        (b'[\n  "\xc3\xa9", -Infinity]', "-Infinity is not a JSON value", 2, 8),
        (b'{"a": 1}\n\n  x', "more follows after the end of the value", 3, 3),
        (b"[1,\n2,]", "there is a comma before the closing bracket", 2, 3),
        (b'{"a": 1', "it ends too early", 1, 8),
        (b"", "there is nothing but white space", 1, 1),
        (b'["a\x1b"]', "the control character U+001B stands unescaped", 1, 4),
        (b'["\\ud83d\\ude00", "\\udc00"]', "a lone surrogate is not a character", 1, 19),
        (b"[01]", "a number is not written as JSON has it", 1, 3),
    ],
    ids=lambda value: str(value)[:30],
)
def test_says_what_and_where(data: bytes, reason: str, line: int, column: int) -> None:
    done = pretty(data, "json")
    assert (done.reason, done.line, done.column) == (reason, line, column)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python goes deeper by then than anything that is indented")
def test_says_where_the_nesting_gets_too_deep() -> None:
    done = pretty(b'["[[[", ' + b"[" * 1200 + b"]" * 1200 + b"]", "json")
    assert "deep" in done.reason
    assert 900 < done.column < 1000


def test_layout() -> None:
    done = pretty(b'{"b":[1,{"c":[]}],"a":{}}', "json")
    assert done.data == b'{\n  "b": [\n    1,\n    {\n      "c": []\n    }\n  ],\n  "a": {}\n}'


def test_a_small_body_cannot_become_a_huge_one() -> None:
    deep = b"[" * 800 + b"1" + b"]" * 800
    bomb = b"[" + b",".join([deep] * 1000) + b"]"
    done = pretty(bomb, "json")
    assert done.data is bomb
    assert "many times its size" in done.reason
    lines = pretty(b"\n".join([deep] * 1000), "ndjson")
    assert "many times its size" in lines.reason


def test_brackets_in_strings_are_no_nesting() -> None:
    data = b"[" + b",".join([b'"' + b"[" * 700 + b'"'] * 3000) + b"]"
    done = pretty(data, "json")
    assert done.reason == ""
    assert solid(done.data) == data


def test_lines_of_json_are_laid_out_one_by_one() -> None:
    done = pretty(b'{"a":1}\n\n[2]\r\n"x"\n', "ndjson")
    assert done.data == b'{\n  "a": 1\n}\n\n[\n  2\n]\n"x"\n'
    assert done.reason == ""


def test_a_bad_line_stays_and_the_others_do_not_suffer() -> None:
    done = pretty(b'{"a":1}\n{"b":NaN}\n{"c":3}', "ndjson")
    assert done.data == b'{\n  "a": 1\n}\n{"b":NaN}\n{\n  "c": 3\n}\n'
    assert (done.reason, done.line, done.column) == ("NaN is not a JSON value", 2, 6)


def test_lines_that_are_hardly_ever_json_are_left_alone() -> None:
    data = b"not json\n" * 5000
    assert pretty(data, "ndjson").data is data


def test_json_that_turns_out_to_be_lines() -> None:
    done = pretty(b'{"a":1}\n{"a":2}\n', "json")
    assert done.kind == "ndjson"
    assert done.data == b'{\n  "a": 1\n}\n{\n  "a": 2\n}\n'


def test_form_gets_a_line_for_each_pair() -> None:
    assert pretty(b"a=1&b=%26&a=2", "form").data == b"a=1&\nb=%26&\na=2"


@pytest.mark.parametrize("kind", ["text", "yaml", "markdown", "csv"])
def test_other_kinds_stay(kind: Any) -> None:
    data = b"<a> <b/>\n</a>"
    assert pretty(data, kind).data is data


def test_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        pretty(b"[" + b"1," * 100_000 + b"[" * 90 + b"]" * 90 + b"]", "json", lambda: True)
    with pytest.raises(Cancelled):
        pretty(b"1\n" * 2000, "ndjson", lambda: True)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(values, st.booleans(), st.sampled_from([None, 0, 1, "\t"]))
@settings(max_examples=150, deadline=None)
def test_any_value_any_layout(value: Any, ascii_only: bool, indent: Any) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    done = pretty(data, "json")
    if not done.reason:
        assert solid(done.data) == solid(data)
        assert json.loads(done.data) == value
        assert pretty(done.data, "json").data == done.data
    else:
        assert done.data is data
        assert "surrogate" in done.reason


@given(st.binary(max_size=60), st.sampled_from(["json", "ndjson", "form", "text"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes, kind: Any) -> None:
    done = pretty(data, kind)
    assert done.data.translate(None, SPACE) == data.translate(None, SPACE)


@given(st.lists(st.sampled_from(['"', "\\", "{", "}", "[", "]", ",", ":", " ", "1", "a", "\\u", "d800"]), max_size=25))
@settings(max_examples=300, deadline=None)
def test_anything_that_looks_like_json(parts: list[str]) -> None:
    data = "".join(parts).encode()
    done = pretty(data, "json")
    if done.reason:
        assert done.data is data
        assert done.line >= 1
    else:
        assert solid(done.data) == solid(data)
