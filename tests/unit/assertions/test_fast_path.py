"""Paths of plain names and indices are walked directly: that must give what the library gives, always."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.model.assertions.errors import AssertionSyntaxError
from workbench.model.assertions.paths import Path, plain_steps
from workbench.model.assertions.rfc9535 import compile_path
from workbench.model.assertions.values import MISSING

NAMES = st.sampled_from(
    ["a", "b", "_", "é", "x1", "a b", "a.b", "0", "-1", "", "'", '"', "\\", "]", "☺", "\x7f", "length", "日本"]
)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=2)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@st.composite
def steps(draw: st.DrawFn) -> str:
    form = draw(st.integers(0, 5))
    name = draw(NAMES)
    index = draw(st.integers(-4, 4) | st.sampled_from([10**14, 10**15, 2**53 - 1, 2**53, -(2**53)]))
    quoted = name.replace("\\", "\\\\")
    return [
        f".{name}",
        f"[{index}]",
        "['{}']".format(quoted.replace("'", "\\'")),
        '["{}"]'.format(quoted.replace('"', '\\"')),
        f"[ {index} ]",
        draw(
            st.sampled_from(
                ["[00]", "[-0]", "[+1]", "[1e1]", " .a", "['\\u0061']", "..a", ".*", "[*]", "[0,1]", "[:1]"]
            )
        ),
    ][form]


PATHS = st.lists(steps(), max_size=4).map(lambda parts: "$" + "".join(parts))


@given(path=PATHS, document=DOCUMENTS)
@example(path="$['a'][\"b\"][-1]", document={"a": {"b": [1, 2]}})
@example(path="$.a[1]", document={"a": [1, None]})
@example(path="$.a", document=[{"a": 1}])
@example(path="$[0]", document={"0": 1})
@example(path="$['0']", document=["x"])
@example(path="$[-3]", document=[1, 2])
@example(path="$[true]", document=[1, 2])
def test_the_walk_gives_what_the_library_gives(path: str, document: Any) -> None:
    plain = plain_steps(path)
    try:
        expected = [node.value for node in compile_path(path, 0).find(document)]
    except AssertionSyntaxError:
        assert plain is None, "the library refuses what the walk takes"
        return
    if plain is None:
        return
    found = Path(path).apply(document)
    assert ([] if found is MISSING else [found]) == expected


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.a[0]['b c'][\"d'e\"]", ("a", 0, "b c", "d'e")),
        ("$[-12]", (-12,)),
        ("$['']", ("",)),
        ("$.größe", ("größe",)),
        ("$[01]", None),
        ("$[-0]", None),
        ("$['\\n']", None),
        ("$..a", None),
        ("$.*", None),
        ("$[0:1]", None),
        ("$[0,1]", None),
        ("$ .a", None),
        ("$[9007199254740993]", None),
    ],
)
def test_which_paths_are_walked(path: str, plain: tuple[str | int, ...] | None) -> None:
    assert plain_steps(path) == plain


@pytest.mark.parametrize("path", ["$[01]", "$[-0]", "$[9007199254740993]"])
def test_what_is_no_path_is_not_walked_either(path: str) -> None:
    assert plain_steps(path) is None
    with pytest.raises(AssertionSyntaxError):
        compile_path(path, 0)
