"""What differs between two answers: the paths, the words, and what does not count."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.compare import Difference, differences, json_differences, rules, sides, snapshot
from workbench.model.exchange import ServiceResponse
from workbench.model.secrets import Redactor, Secret

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def answer(body: Any = "", *headers: tuple[str, str], status: int = 200) -> ServiceResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = () if isinstance(body, bytes) else (("Content-Type", "application/json"),)
    return ServiceResponse(platform_status=200, status=status, headers=(*kind, *headers), body=data)


def told(old: ServiceResponse, new: ServiceResponse, *ignore: str, any_order: bool = False) -> list[str]:
    found = differences(snapshot(old), snapshot(new), rules(ignore, any_order=any_order))
    return [str(each) for each in found]


def bodies(old: Any, new: Any, *ignore: str, any_order: bool = False) -> list[str]:
    return told(answer(old), answer(new), *ignore, any_order=any_order)


def test_differences_read_as_paths_with_both_sides() -> None:
    old = {"phone": [{"number": "+49 151 0001234"}], "gone": 1, "same": [1, {"a": None}]}
    new = {"same": [1, {"a": None}], "phone": [{"number": "+49 151 0001233"}], "odd key": True}
    assert bodies(old, new) == [
        '~ $.phone[0].number  "…1234" → "…1233"',
        "- $.gone  1",
        '+ $["odd key"]  true',
    ]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Ada", "Grace", ('"Ada"', '"Grace"')),
        ("short-1", "short-2", ('"short-1"', '"short-2"')),
        ("a long beginning 1 and end", "a long beginning 2 and end", ('"…ng 1 an…"', '"…ng 2 an…"')),
        ("x" * 20, "x" * 20 + "y", ('"…xxx"', '"…xxxy"')),
        (1, "1", ("1", '"1"')),
        ("x" * 500, None, ('"' + "x" * 159 + "…", "null")),
    ],
)
def test_long_texts_show_what_differs(old: Any, new: Any, shown: tuple[str, str]) -> None:
    assert sides(Difference("$", "changed", old, new)) == shown


@pytest.mark.parametrize(
    ("old", "new"),
    [("1", "1.0"), ("10", "1e1"), ('{"a":1,"b":2}', '{"b":2,"a":1}'), ("[]", " [ ] "), ('"\\u00e9"', '"é"')],
)
def test_what_is_the_same_json_does_not_differ(old: str, new: str) -> None:
    kind = (("content-type", "application/json"),)
    one, other = (ServiceResponse(platform_status=200, status=200, headers=kind, body=t.encode()) for t in (old, new))
    assert told(one, other) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("true", "1"), ("0", "false"), ("null", "false"), ("0.1", "0.10000000000000001"), ("1", '"1"'), ("[]", "{}")],
)
def test_what_is_other_json_differs_even_where_python_would_not_say_so(old: str, new: str) -> None:
    kind = (("content-type", "application/json"),)
    one, other = (ServiceResponse(platform_status=200, status=200, headers=kind, body=t.encode()) for t in (old, new))
    assert len(told(one, other)) == 1


def test_an_item_put_in_or_taken_out_is_one_difference() -> None:
    items = [{"id": at} for at in range(50)]
    assert bodies(items, [*items[:10], {"id": 99}, *items[10:]]) == ['+ $[10]  {"id":99}']
    assert bodies(items, items[1:]) == ['- $[0]  {"id":0}']
    assert bodies([1, 2, 3], [1, 9, 3]) == ["~ $[1]  2 → 9"]


def test_arrays_in_order_or_not_on_demand() -> None:
    old, new = [{"a": [1, 2]}, "x", 3], ["x", {"a": [2, 1]}, 3]
    assert bodies(old, new) != []
    assert bodies(old, new, any_order=True) == []
    assert bodies([1, 2, 2], [2, 1, 1], any_order=True) == ["~ $[2]  2 → 1"]
    assert bodies([1], [2, 1], any_order=True) == ["+ $[0]  2"]


@pytest.mark.parametrize(
    "ignore", ["$.id", "$..id", "$['id']", "$.*", "$", "body", "$[?@ == 1 || @ == 2]", "$.id[?@.never]", "$.none[3]"]
)
def test_an_ignored_place_does_not_count(ignore: str) -> None:
    same = ignore in {"$.id[?@.never]", "$.none[3]"}
    assert bool(bodies({"id": 1}, {"id": 2}, ignore)) is same
    assert bool(bodies({"id": 1}, {}, ignore)) is same


def test_ignoring_items_of_an_array_leaves_the_others_where_they_are() -> None:
    assert bodies([1, {"t": 1, "k": 1}], [2, {"t": 2, "k": 2}], "$[0]", "$[*].t") == ["~ $[1].k  1 → 2"]
    assert bodies([1, 2, 3], [1, 2], "$[2]") == []
    assert bodies({"a": {"t": 1}}, {"a": {"t": 2}, "b": {"t": 3}}, "$..t") == ["+ $.b  {}"]


def test_status_and_headers_are_compared_but_for_those_that_differ_each_time() -> None:
    old = answer(
        {}, ("Date", "1"), ("X-Request-ID", "a"), ("X-RateLimit-Remaining", "9"), ("X-Version", "1"), ("A", "1")
    )
    new = answer(
        {},
        ("date", "2"),
        ("x-request-id", "b"),
        ("x-ratelimit-remaining", "8"),
        ("x-version", "2"),
        ("B", "1"),
        status=404,
    )
    assert told(old, new) == [
        "~ status  200 → 404",
        '- header a  "1"',
        '+ header b  "1"',
        '~ header x-version  "1" → "2"',
    ]
    assert told(old, new, "status", 'header "X-Version"', 'header "a"', 'header "b"') == []


def test_text_differs_by_line_and_everything_else_by_its_bytes() -> None:
    assert told(answer(b"a\nb\nc"), answer(b"a\nB\nc")) == ['~ body line 2  "b" → "B"']
    assert told(answer(b"a\nc"), answer(b"a\nb\nc")) == ['+ body line 2  "b"']
    (line,) = told(answer(b"\x00\x01\xff" * 9), answer(b"\x00\x02\xff" * 9))
    assert '"binary, 27 B, sha256 ' in line
    assert told(answer(b"\x00\x01\xff"), answer(b"\x00\x01\xff")) == []
    (line,) = told(answer({"a": 1}, ("x", "1")), answer(b"plain", ("x", "1")), 'header "content-type"')
    assert '"JSON, 8 B' in line


def test_a_secret_is_masked_on_both_sides() -> None:
    redactor = Redactor([Secret("c4n4ry-value", "token")])
    taken = snapshot(answer({"t": "c4n4ry-value", "n": 1.5}, ("authorization", "x")), redactor)
    assert taken.value["t"] == "[redacted:token]"
    assert ("authorization", "[redacted:authorization]") in taken.headers
    assert snapshot(answer(b"it is c4n4ry-value"), redactor).value == "it is [redacted:token]"


@pytest.mark.parametrize("entry", ["id", "$.", "$[", 'header "x', "", "header x"])
def test_what_cannot_be_ignored_says_what_was_expected(entry: str) -> None:
    with pytest.raises(ValueError, match="cannot be ignored"):
        rules([entry])


def test_depth_ends_in_no_traceback() -> None:
    def deep(inside: str, levels: int = 900) -> ServiceResponse:
        kind = (("content-type", "application/json"),)
        body = ('{"a":[' * (levels // 2) + inside + "]}" * (levels // 2)).encode()
        return ServiceResponse(platform_status=200, status=200, headers=kind, body=body)

    assert len(told(deep("1"), deep("2"), "$..nothing")) == 1
    assert len(told(deep("1"), deep("2"), any_order=True)) == 1
    assert told(deep("1"), deep("1")) == []
    assert len(told(deep("1", 100_000), deep("2", 100_000))) == 1


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value: Any) -> None:
    assert list(json_differences(value, json.loads(json.dumps(value)))) == []


@given(VALUES, VALUES)
def test_different_values_differ_and_likewise_the_other_way_round(old: Any, new: Any) -> None:
    there, back = list(json_differences(old, new)), list(json_differences(new, old))
    assert bool(there) == bool(back) == (json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True))


@given(st.lists(VALUES, max_size=6), st.randoms())
def test_in_any_order_a_shuffled_array_is_equal(items: list[Any], chance: Any) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert list(json_differences(items, shuffled, rules(any_order=True))) == []
