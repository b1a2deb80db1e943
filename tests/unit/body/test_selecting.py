"""A JSONPath over the layout selects what it selects of the document, and changes no character of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.assertions import rfc9535
from workbench.model.assertions.values import MISSING
from workbench.model.body.lines import Cancelled
from workbench.model.body.pretty import pretty
from workbench.model.body.selecting import SHOWN_VALUES, QueryError, select

TEXT = (
    b'{"a":[{"x":1.0,"y":"p,"},{"x":2e2,"y":"q}"},{"x":3}],"b":{"x":"d\\u0041","c":{}},"e":[],'
    b'"a b":5,"\\u00e9":7,"dup":1,"dup":2,"big":1234567890123456789012345678901234567890}'
)


def laid_out(data: bytes, kind: Any = "json") -> bytes:
    return pretty(data, kind).data


@pytest.mark.parametrize(
    ("path", "count", "found"),
    [
        ("$.a[0].x", 1, b"1.0"),
        ("$.a[1].x", 1, b"2e2"),
        ("$.a[-1].x", 1, b"3"),
        ("$.b.x", 1, b'"d\\u0041"'),
        ("$.big", 1, b"1234567890123456789012345678901234567890"),
        ("$['\u00e9']", 1, b"7"),
        ("$['a b', 'e']", 2, b"[\n  5,\n  []\n]"),
        ("$.dup", 1, b"2"),
        ("$..dup", 2, b"[\n  1,\n  2\n]"),
        ("$..x", 4, b'[\n  1.0,\n  2e2,\n  3,\n  "d\\u0041"\n]'),
        ("$.a[?@.x > 1].x", 2, b"[\n  2e2,\n  3\n]"),
        ("$.a[?@.x == $.a[2].x].x", 1, b"[\n  3\n]"),
        ("$.a[::2].x", 2, b"[\n  1.0,\n  3\n]"),
        ("$.a[?@.y == 'q}'].x", 1, b"[\n  2e2\n]"),
        ("$.nothing", 0, b"[]"),
        ("$.a[9]", 0, b"[]"),
        ("$.a.x", 0, b"[]"),
        ("$.e[*]", 0, b"[]"),
    ],
)
def test_selects_without_loss(path: str, count: int, found: bytes) -> None:
    done = select(laid_out(TEXT), path)
    assert (done.count, done.data) == (count, found)


def test_the_root_is_the_whole() -> None:
    assert select(laid_out(TEXT), "$").data == laid_out(TEXT)
    assert select(b"5", "$").data == b"5"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("$[", "unbalanced"),
        ("x", "column 1"),
        ("$.a[?@.x = 1]", "column"),
        ("$" + ".a" * 2000, "longer than 2000 characters"),
    ],
)
def test_what_is_no_path_says_so(path: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        select(laid_out(TEXT), path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("$['\ud800']", "half a character"),
        ("$[?search(@, '(a+)+b')]", "could search for ever"),
        ('$[?match(@.x, ".*a.*b.*c.*")]', "more than 3 repeats"),
    ],
    ids=["surrogate", "nested", "many"],
)
def test_what_could_do_harm_is_refused(path: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        select(laid_out(b'["' + b"a" * 40 + b'"]'), path)


def test_expressions_that_come_back_are_used() -> None:
    assert select(laid_out(b'[{"x":"one"},{"x":"two"}]'), "$[?search(@.x, 'o+n')].x").data == b'[\n  "one"\n]'


def test_each_line_of_ndjson_is_a_document() -> None:
    text = laid_out(b'\n{"a":1}\nno json\n{"a":{"b":2}}\n[3]\n', "ndjson")
    assert select(text, "$.a").data == b'[\n  1,\n  {\n    "b": 2\n  }\n]'
    assert select(text, "$[0]").data == b"[\n  3\n]"
    assert select(text, "$").count == 3


def test_a_large_result_is_counted_and_cut() -> None:
    done = select(laid_out(b"[" + b",".join([b"1"] * (SHOWN_VALUES + 10)) + b"]"), "$[*]")
    assert done.cut
    assert (done.count, len(done.starts)) == (SHOWN_VALUES + 10, SHOWN_VALUES)


def test_can_be_cancelled() -> None:
    for path in ("$[*]", "$..a", "$[?@ == 1]", "$[-1]"):
        with pytest.raises(Cancelled):
            select(laid_out(b"[1,[2],3]"), path, lambda: True)


keys = st.sampled_from(["a", "b", "c d", "é", 'q"', "back\\slash", "{", "x: 1"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-9, 9) | st.sampled_from(["", "a", "{", '": ', "]\n,"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)
segments = st.sampled_from(
    [
        "[?@.a]",
        "[?@ == 1]",
        "[?@.a == 'a' || @.b > 0]",
        "['a', 'b']",
        "[0, -1]",
        "..[0]",
        "[?length(@) > 1]",
        "[*]",
        ".a",
        ".b",
        "['c d']",
        "['é']",
        "['q\"']",
        "[0]",
        "[1]",
        "[-1]",
        "[1:]",
        "[::2]",
        "[::-1]",
        "..a",
        "..*",
    ]
)


@given(values, st.lists(segments, min_size=1, max_size=3).map("".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_it_agrees_with_the_library(value: Any, path: str, ascii_only: bool) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode()
    found = rfc9535.select(rfc9535.compile_path("$" + path, 0), json.loads(data))
    wanted = [] if found is MISSING else list(found)
    done = select(laid_out(data), "$" + path)
    got = msgspec.json.decode(done.data)
    selected = [got] if done.single else got
    assert done.count == len(wanted)
    assert sorted(map(json.dumps, selected)) == sorted(map(json.dumps, wanted))
