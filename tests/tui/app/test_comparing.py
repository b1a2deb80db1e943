"""The rows of two answers side by side: what is marked is what `model.compare` calls a difference."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.model.compare import differences, rules, snapshot
from workbench.model.errors import Failure
from workbench.model.exchange import Exchange, ServiceResponse
from workbench.model.secrets import Redactor, Secret
from workbench.tui.controllers import comparing
from workbench.tui.controllers.comparing import ADDED, CHANGED, GAP, IGNORED, REMOVED, SECTION, only_differences, view

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([1.5, 2.0]) | st.sampled_from("abc")
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
)


def answer(body: Any, *, raw: bytes | None = None, status: int = 200, extra: tuple[str, str] | None = None) -> Exchange:
    data = msgspec.json.encode(body) if raw is None else raw
    kind = "application/json" if raw is None else "text/plain"
    response = ServiceResponse(
        platform_status=200, status=status, headers=(("content-type", kind), *([extra] if extra else ())), body=data
    )
    return Exchange(outcome="passed", response=response)


def marked(old: Exchange, new: Exchange, *ignore: str, any_order: bool = False) -> set[tuple[str, str]]:
    rows = view(old, new, rules(ignore, any_order=any_order), Redactor()).rows
    return {(row.mark, row.where) for row in rows if row.mark in (CHANGED, ADDED, REMOVED)}


@given(values, values, st.booleans())
def test_what_is_marked_is_what_differs(old: Any, new: Any, any_order: bool) -> None:
    left, right = answer(old), answer(new)
    assert left.response is not None
    assert right.response is not None
    wanted = {
        ({"changed": CHANGED, "added": ADDED, "removed": REMOVED}[each.kind], each.where)
        for each in differences(snapshot(left.response), snapshot(right.response), rules((), any_order=any_order))
    }
    assert marked(left, right, any_order=any_order) == wanted


@given(values)
def test_each_side_is_the_document_again(value: Any) -> None:
    rows = view(answer(value), answer(value), rules(), Redactor()).rows
    body = rows[next(at for at, row in enumerate(rows) if row.left == "Body") + 1 :]
    for side in ("left", "right"):
        assert msgspec.json.decode("\n".join(getattr(row, side) for row in body)) == value


def test_paths_headers_status_and_body_can_be_left_out() -> None:
    old, new = (
        answer({"a": 1, "b": [1, {"c": 2}]}, extra=("x-a", "1")),
        answer({"a": 2, "b": [1, {"c": 3}]}, status=404),
    )
    everything = {(CHANGED, "status"), (REMOVED, 'header "x-a"'), (CHANGED, "$.a"), (CHANGED, "$.b[1].c")}
    assert marked(old, new) == everything
    assert marked(old, new, "$.a", "$.b[*].c") == {(CHANGED, "status"), (REMOVED, 'header "x-a"')}
    assert marked(old, new, "status", 'header "x-a"', "body") == set()
    rows = view(old, new, rules(["body"]), Redactor()).rows
    assert IGNORED in {row.mark for row in rows}


def test_text_is_compared_by_line_and_binary_by_size() -> None:
    assert marked(answer(None, raw=b"a\nb\nc"), answer(None, raw=b"a\nx\nc\nd")) == {(CHANGED, "body"), (ADDED, "body")}
    assert marked(answer(None, raw=b"\0\xff\x01"), answer(None, raw=b"\0\xff\x02")) == {(CHANGED, "body")}


def test_secrets_are_masked_on_both_sides_and_so_are_equal() -> None:
    redactor = Redactor([Secret("canary-secret", "token")])
    rows = view(answer({"t": "canary-secret"}), answer({"t": "[redacted:token]"}), rules(), redactor).rows
    assert not any("canary" in row.left + row.right or row.mark in (CHANGED, ADDED, REMOVED) for row in rows)


def test_without_an_answer_the_outcomes_are_compared() -> None:
    failed = Exchange(outcome="error", error=Failure(kind="timeout", message="m", layer="network"))
    assert marked(answer({}), failed) == {(CHANGED, "status"), (CHANGED, "")}


def test_only_differences_keeps_what_is_around_them() -> None:
    long = {f"k{number:02}": number for number in range(60)}
    rows = view(answer(long), answer({**long, "k30": "other"}), rules(), Redactor()).rows
    less = only_differences(rows)
    assert len(less) < 25
    assert [row.mark for row in less].count(CHANGED) == 1
    assert GAP in {row.mark for row in less}
    assert [row.left for row in less if row.mark == SECTION] == ["Outcome", "Headers", "Body"]


def test_more_rows_than_fit_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MOST_ROWS", 20)
    found = view(answer(list(range(100))), answer(list(range(100))), rules(), Redactor())
    assert len(found.rows) == 20
    assert "20" in found.note
