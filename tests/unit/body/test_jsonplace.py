"""Paths and values read back from the layout, against a parse of the same text."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonpath_rfc9535 import find

from workbench.model.body.jsonplace import block_end, locate, read_string
from workbench.model.body.lines import Cancelled, LineIndex
from workbench.model.body.pretty import pretty

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["a", "b c", "a: ", "{", "'", "\\"]
)
values = st.recursive(
    st.none() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.just("[{"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)


@given(values, st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_line_has_the_path_that_finds_its_value(value: Any, ascii_only: bool) -> None:
    data = pretty(json.dumps(value, ensure_ascii=ascii_only).encode(), "json").data
    index = LineIndex(data)
    for number in range(index.count):
        start, end = index.span(number)
        for offset in {start, end}:
            place = locate(data, offset)
            found = find(place.path, value).values()
            assert found == [json.loads(data[place.start : place.end])], place.path


def test_paths_read_well() -> None:
    data = pretty('{"a":[1,{"b c":true,"é":2,"it\'s":3,"\\n":4,"":5}]}'.encode(), "json").data
    lines = data.split(b"\n")
    offset, paths = 0, []
    for line in lines:
        paths.append(locate(data, offset).path)
        offset += len(line) + 1
    assert paths == [
        "$",
        "$.a",
        "$.a[0]",
        "$.a[1]",
        "$.a[1]['b c']",
        "$.a[1]['é']",
        "$.a[1]['it\\'s']",
        "$.a[1]['\\n']",
        "$.a[1]['']",
        "$.a[1]",
        "$.a",
        "$",
    ]


def test_deep_in_a_large_array() -> None:
    data = msgspec.json.format(b"[" + b",".join([b'{"a":[1,2],"b":"x"}'] * 120_000) + b"]", indent=2)
    at = data.rfind(b'"b"')
    place = locate(data, at)
    assert place.path == "$[119999].b"
    assert data[place.start : place.end] == b'"x"'
    middle = locate(data, data.find(b"2", len(data) // 2))
    assert middle.path.endswith(".a[1]")
    with pytest.raises(Cancelled):
        locate(data, at, lambda: True)


def test_lines_of_json_count_from_their_own_root() -> None:
    data = pretty(b'{"a":1}\n{"a":{"b":[2]}}\n', "ndjson").data
    place = locate(data, data.find(b"2"))
    assert place.path == "$.a.b[0]"
    assert data[place.start : place.end] == b"2"


def test_ends_of_blocks() -> None:
    data = b'{\n  "a": [\n    {},\n    "x {"\n  ],\n  "b": "{"\n}'
    index = LineIndex(data)
    ends = [block_end(data, *index.span(number)) for number in range(index.count)]
    assert [None if end is None else index.line_at(end) for end in ends] == [6, 4, None, None, None, None, None]
    assert block_end(b"{", 0, 1) is None
    assert block_end(b"{\nx", 0, 1) is None


def test_strings() -> None:
    assert read_string(b'"a\\n\\u00e9"') == "a\né"
    for literal in (b"1", b"'a'", b'"\\ud800"', b'"', b""):
        assert read_string(literal) is None
