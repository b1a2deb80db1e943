"""`matchesSchema`: drafts, messages with pointers, and what a schema may never do: reach the network."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from tests.unit.assertions.build import subject
from workbench.model.assertions import evaluate, schemas

if TYPE_CHECKING:
    from workbench.model.exchange import AssertionResult

USER = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "tags": {"items": {"type": "string"}}},
}


def against(schema: Any, value: Any, *, negated: bool = False) -> AssertionResult:
    line = f'$ {"not " if negated else ""}matchesSchema "s.json"'
    return evaluate(line, subject(value), schema_loader=lambda _: schema)


def test_a_value_that_matches() -> None:
    result = against(USER, {"id": 1, "name": "Ada", "tags": []})
    assert (result.ok, result.expected, result.message) == (True, 'matching the schema "s.json"', "")


def test_a_value_that_does_not_says_where_and_why() -> None:
    value = {"id": "7", "tags": ["a", 5]}
    result = against(USER, value)
    assert not result.ok
    assert result.actual == value
    assert "/id: '7' is not of type 'integer'" in result.message
    assert "/tags/1: 5 is not of type 'string'" in result.message
    assert "the whole value: 'name' is a required property" in result.message


def test_negated() -> None:
    assert against(USER, 5, negated=True).ok
    result = against(USER, {"id": 1, "name": "x"}, negated=True)
    assert not result.ok
    assert result.message == 'expected not matching the schema "s.json", and the value matches it'


def test_at_most_five_violations_are_listed() -> None:
    result = against({"items": {"type": "string"}}, list(range(20)))
    assert result.message.count("is not of type") == 5
    assert result.message.endswith("; and more")


def test_pointers_are_escaped_and_long_reasons_cut() -> None:
    schema = {"properties": {"a/b~c": {"const": 1}}}
    assert "/a~1b~0c: " in against(schema, {"a/b~c": 2}).message
    assert len(against(schema, {"a/b~c": "x" * 100_000}).message) < 300


@pytest.mark.parametrize(("schema", "ok"), [(True, True), (False, False), ({}, True)])
def test_schemas_that_are_trivial(schema: Any, ok: bool) -> None:
    assert against(schema, {"x": 1}).ok is ok


def test_the_draft_is_what_the_schema_says() -> None:
    # An array under `items` holds item by item in draft 7; draft 2020-12 has `prefixItems` for that.
    old = {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}]}
    assert not against(old, [1]).ok
    assert against({"prefixItems": [{"type": "string"}]}, ["a", 1]).ok
    assert not against({"prefixItems": [{"type": "string"}]}, [1]).ok
    assert "is not a valid JSON Schema" in against({"items": [{"type": "string"}]}, [1]).message


def test_numbers_and_booleans_are_told_apart() -> None:
    assert against({"type": "integer"}, 12345678901234567890123).ok
    assert not against({"type": "integer"}, value=True).ok
    assert not against({"type": "integer"}, 1.5).ok


def test_format_is_an_annotation() -> None:
    assert against({"format": "email"}, "no mail").ok


def test_references_inside_the_schema_and_to_the_drafts() -> None:
    schema = {"$defs": {"n": {"type": "number"}}, "items": {"$ref": "#/$defs/n"}}
    assert against(schema, [1]).ok
    assert not against(schema, ["1"]).ok
    assert against({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"type": "object"}).ok
    assert not against({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"type": 5}).ok


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/s.json", "https://example.com/s.json", "file:///etc/passwd", "other.json"]
)
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        pytest.fail("a schema reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for negated in (False, True):
        result = against({"$ref": url}, 1, negated=negated)
        assert not result.ok
        assert "cannot be used" in result.message


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "strin"}, "is not a valid JSON Schema: /type: 'strin' is not valid"),
        ({"$ref": "#/nope"}, "cannot be used"),
        ({"$ref": "#"}, "refers to itself without end"),
        ({"pattern": "("}, "is not a valid JSON Schema: /pattern: '(' is not a 'regex'"),
        ([], "is []: expected an object, true or false"),
        ("{}", 'is "{}": expected an object, true or false'),
        (None, "is null: expected an object, true or false"),
    ],
)
def test_schemas_that_are_none(schema: Any, words: str) -> None:
    for negated in (False, True):
        result = against(schema, "x", negated=negated)
        assert not result.ok
        assert words in result.message
        assert '"s.json"' in result.message


def test_a_schema_that_cannot_be_read() -> None:
    def missing(name: str) -> NoReturn:
        raise FileNotFoundError(2, "No such file", name)

    result = evaluate('$ matchesSchema "gone.json"', subject(1), schema_loader=missing)
    assert not result.ok
    assert "\"gone.json\" cannot be read: [Errno 2] No such file: 'gone.json'" in result.message
    assert "no folder to read it from" in evaluate('$ matchesSchema "x"', subject(1)).message


def test_the_loader_gets_the_name_and_only_when_there_is_a_value() -> None:
    names: list[str] = []

    def loader(name: str) -> Any:
        names.append(name)
        return True

    evaluate('$.a matchesSchema "sub/s.json"', subject({}), schema_loader=loader)
    assert names == []
    evaluate('$ matchesSchema "sub/s.json"', subject({}), schema_loader=loader)
    assert names == ["sub/s.json"]


def test_validators_are_kept_by_their_content() -> None:
    before = schemas._validator.cache_info()
    schema = {"const": "test_validators_are_kept_by_their_content"}
    for _ in range(3):
        against(schema, 1)
    after = schemas._validator.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)
    schema["const"] = "changed in place"
    assert against(schema, "changed in place").ok


def test_a_deep_value_against_a_recursive_schema() -> None:
    deep: Any = 1
    for _ in range(400):
        deep = {"a": deep}
    result = against({"properties": {"a": {"$ref": "#"}}}, deep)
    assert result.ok or "nested too deeply" in result.message
