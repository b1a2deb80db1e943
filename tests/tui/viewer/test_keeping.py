"""A path in an answer becomes an assertion that holds, or a capture with a name of its own."""

from __future__ import annotations

import pytest

from workbench.model.assertions import compile_assertion
from workbench.model.collection import Capture, SavedRequest
from workbench.model.exchange import Timing
from workbench.tui.controllers.answer import phases
from workbench.tui.controllers.keeping import assertion, capture_name, with_assertion, with_capture


@pytest.mark.parametrize(
    ("path", "literal", "count", "line"),
    [
        ("$.id", "7", 1, "$.id == 7"),
        ("$.name", '"Ada"', 1, '$.name == "Ada"'),
        ("$['a b']", "1e2", 1, "$['a b'] == 1e2"),
        ("$.list", None, 1, "$.list exists"),
        ("$..x", None, 12, "$..x | count == 12"),
        ("$.gone", None, 0, "$.gone not exists"),
        ("$[?@.a > 1].b", None, 2, "$[?@.a > 1].b | count == 2"),
    ],
)
def test_assertions(path: str, literal: str | None, count: int, line: str) -> None:
    assert assertion(path, literal, count) == line
    compile_assertion(line)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("$.user.id", "id_2"),
        ("$.items[0].name", "name"),
        ("$['token']", "token"),
        ("$['a b']", "value"),
        ("$[0]", "value"),
        ("$", "value"),
    ],
)
def test_names(path: str, name: str) -> None:
    assert capture_name(path, frozenset({"id"})) == name


def test_nothing_is_kept_twice() -> None:
    request = SavedRequest(id="r")
    once = with_assertion(request, "$.id == 7")
    assert once.asserts == ("$.id == 7",)
    assert with_assertion(once, "$.id == 7") is once
    kept, name = with_capture(request, "$.id", secret=True)
    assert (kept.captures, name) == ((Capture("id", "$.id", secret=True),), "id")
    assert with_capture(kept, "$.id", secret=False) == (kept, "id")


def test_connecting_says_what_it_took_in() -> None:
    timing = Timing(total=1.0, connect=0.25, wait=0.75)
    assert [name for name, _, _ in phases(timing, 40, secure=True)] == ["connecting and TLS", "waiting for the answer"]
    assert phases(timing, 40)[0][:2] == ("connecting", "250 ms")
    assert [len(bar.strip()) for _, _, bar in phases(timing, 40)] == [10, 30]
