"""Oddly formatted collections, one edit each, and the exact bytes that must come of it (`tests/cases/edits`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from workbench.files.collections import loads
from workbench.files.editing import apply
from workbench.model.collection import (
    Body,
    Capture,
    Collection,
    Defaults,
    Entry,
    Environment,
    Retry,
    SavedRequest,
)

CASES = Path(__file__).parents[2] / "cases" / "edits"
Edit = Callable[[Collection], Collection]
change = msgspec.structs.replace


def request(number: int, **parts: object) -> Edit:
    def edit(collection: Collection) -> Collection:
        requests = list(collection.requests)
        requests[number] = change(requests[number], **parts)
        return change(collection, requests=tuple(requests))

    return edit


def order(*numbers: int) -> Edit:
    return lambda collection: change(collection, requests=tuple(collection.requests[number] for number in numbers))


def add(at: int, new: SavedRequest) -> Edit:
    return lambda collection: change(collection, requests=(*collection.requests[:at], new, *collection.requests[at:]))


NEW = SavedRequest(
    id="new",
    name="It's new",
    method="POST",
    path="/new",
    query=(Entry("a b", "1"), Entry("a b", "2"), Entry("c", "3", off=True)),
    headers=(Entry("accept", "x"),),
    body=Body("json", '{"a": "{{x}}"}\n'),
    asserts=("status == 200", '$.a == "1"'),
    captures=(Capture("uid", "$.id"), Capture("key", "$.key", secret=True)),
    retry=Retry(3, 0.5, "status == 200"),
    timeout=1.5,
)

EDITS: dict[str, Edit] = {
    "header-value": request(0, headers=(Entry("authorization", "Bearer x"), Entry("accept", "application/json"))),
    "header-off": request(0, headers=(Entry("accept", "x"), Entry("x-debug", "1", off=True))),
    "header-on": request(0, headers=(Entry("accept", "x"), Entry("x-debug", "1"))),
    "header-add-inline": request(0, headers=(Entry("accept", "x"), Entry("x-new", "it's"))),
    "header-add-table": request(0, headers=(Entry("accept", "x"),)),
    "header-remove": request(0, headers=(Entry("x-a", "1"), Entry("x-c", "3"))),
    "header-remove-last": request(0, headers=()),
    "header-rename": request(0, headers=(Entry("accept", "a"), Entry("x-old", "v"), Entry("x-z", "z"))),
    "header-subtable": request(0, headers=(Entry("x-debug", "2", off=True), Entry("accept", "x"))),
    "header-move": request(0, headers=(Entry("b", "2"), Entry("a", "1"), Entry("c", "3"))),
    "body-text": request(0, body=Body("json", '{\n  "a": 2\n}\n')),
    "body-kind": request(0, body=Body("text", "plain")),
    "body-carriage-return": request(0, body=Body("text", "one\r\ntwo")),
    "body-quotes": request(0, body=Body("json", '{"a": "it\'\'\'s \\"so\\""}\n\x1b')),
    "body-form": request(0, body=Body("form", form=(Entry("a", "1"), Entry("a", "2"), Entry("b c", "", off=True)))),
    "crlf": request(0, body=Body("json", '{"a": 2}\n'), asserts=("status == 200", "$.a == 2")),
    "byte-order-mark": lambda collection: change(collection, name="x", tags=("y",)),
    "no-final-newline": request(0, asserts=("status == 200",)),
    "assert-one-line": request(0, asserts=("status == 200", "$.b == 2", '$.c == "x"')),
    "assert-lines": request(0, asserts=("status == 201", "$.b == 2", "$.c == 3")),
    "captures": request(0, captures=(Capture("uid", "$.id", secret=True), Capture("token", "$.t", secret=True))),
    "vars-nested": lambda collection: change(
        collection,
        vars={
            "limits": {"low": 0, "high": [1, 3, 4]},
            "user": {"name": "Ada", "age": 37, "born": "1815-12-10", "tags": ["x"]},
        },
    ),
    "env-new": lambda collection: change(
        collection,
        environments={
            **collection.environments,
            "prod": Environment(name="prod", service="billing", protected=True, vars={"user": "ci"}),
        },
    ),
    "request-add": add(1, NEW),
    "request-delete": order(1),
    "request-move": order(1, 2, 0),
    "request-rename": lambda collection: request(1, needs=("first",))(request(0, id="first")(collection)),
    "query-repeated": request(
        0, query=(Entry("expand", "plan"), Entry("expand", "seats", off=True), Entry("limit", "20"), Entry("n", "1"))
    ),
    "retry-inline": request(0, retry=Retry(11, 0.5, '$.state == "done"')),
    "scalars": lambda collection: change(
        request(0, name="New", tags=("x", "y"), skip="later", timeout=90.0, method="DELETE")(collection),
        name='It\'s "new"',
        description="Two\nlines",
        service="billing",
    ),
    "defaults-new": lambda collection: change(
        collection, defaults=Defaults(headers=(Entry("accept", "x"),), timeout=10.0), vars={"a": 1}
    ),
}


@pytest.mark.parametrize("name", sorted(EDITS))
def test_an_edit_changes_just_these_bytes(name: str) -> None:
    before = (CASES / f"{name}.before.toml").read_bytes()
    expected = (CASES / f"{name}.after.toml").read_bytes()
    written = loads(before, path=name).written
    edited = apply(before, written, EDITS[name](written))
    assert edited.decode() == expected.decode()


@pytest.mark.parametrize("name", sorted(EDITS))
def test_no_edit_changes_no_byte(name: str) -> None:
    for path in (CASES / f"{name}.before.toml", CASES / f"{name}.after.toml"):
        data = path.read_bytes()
        written = loads(data, path=name).written
        assert apply(data, written, written) == data


def test_every_case_has_its_files() -> None:
    found = {path.name for path in CASES.iterdir()}
    assert found == {f"{name}.{part}.toml" for name in EDITS for part in ("before", "after")}
