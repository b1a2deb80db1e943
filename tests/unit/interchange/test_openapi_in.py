"""OpenAPI documents as collections: parameters, bodies, security, references; and documents that are none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from tests.unit.interchange.checking import checked, documents
from workbench.interchange.documents import read
from workbench.interchange.openapi_in import from_openapi
from workbench.interchange.schemas import Examples
from workbench.model.collection import Body, Entry, SavedRequest, SecretRef

CASE = Path(__file__).parents[2] / "cases" / "imports" / "shop.openapi.yaml"


@pytest.fixture(scope="module")
def requests() -> dict[str, SavedRequest]:
    imported = checked(from_openapi(CASE.read_bytes(), service="shop"))
    return {request.id: request for request in imported.collection.requests}


def test_the_collection_says_where_it_is_from() -> None:
    imported = from_openapi(CASE.read_bytes(), service="shop")
    collection = imported.collection
    assert collection.name == "Shop"
    assert collection.description.startswith("Orders and customers of the shop.")
    assert "eu.shop.example" in collection.description
    assert collection.vars == {"orderId": "o-17"}
    assert collection.secrets["token"] == SecretRef("env", "SHOP_TOKEN")
    said = "\n".join(imported.warnings)
    for part in ("TRACE", "webhooks", "common.yaml", "image/png", "a file as file", "SHOP_TOKEN"):
        assert part in said, part


def test_parameters(requests: dict[str, SavedRequest]) -> None:
    listed = requests["list-orders"]
    assert (listed.name, listed.tags, listed.path) == ("List the orders", ("orders",), "/api/v1/orders")
    assert listed.query == (
        Entry("limit", "5"),
        Entry("state", "open"),
        Entry("fields", "id,total", off=True),
        Entry("since", "2026-01-31", off=True),
        Entry("filter[city]", "Ulm"),
    )
    assert listed.headers == (Entry("authorization", "Bearer {{token}}"), Entry("X-Tenant", "acme"))
    assert requests["get-order"].path == "/api/v1/orders/{{orderId}}"


def test_security(requests: dict[str, SavedRequest]) -> None:
    assert requests["get-order"].query == (Entry("api_key", "{{key}}"),)
    assert requests["get-order"].tags == ("deprecated",)
    assert requests["delete-order"].headers == ()
    assert requests["login"].headers == ()
    assert Entry("authorization", "Basic {{basic_credentials}}") in requests["put-avatar"].headers
    assert Entry("cookie", "SID={{session}}") in requests["post-avatar"].headers


def test_bodies(requests: dict[str, SavedRequest]) -> None:
    body = requests["create-order"].body
    assert body is not None
    assert msgspec.json.decode(body.text) == {
        "customer": "00000000-0000-4000-8000-000000000000",
        "placed": "2026-01-01T00:00:00Z",
        "total": {"amount": 0.01, "currency": "EUR"},
        "lines": [{"sku": "A-1", "count": 1}],
        "payment": "card",
        "gift": True,
    }
    assert requests["login"].body == Body("form", form=(Entry("user", "ada"), Entry("password", "{{password}}")))
    assert requests["note"].body == Body("text", "remember \\{{this}}")
    assert requests["note"].headers[-1] == Entry("content-type", "text/plain")
    avatar = requests["post-avatar"].body
    assert avatar is not None
    assert 'name="title"\r\n\r\nMe\r\n' in avatar.text
    assert requests["put-avatar"].body is None


def document(**parts: Any) -> bytes:
    return msgspec.json.encode({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {}, **parts})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no OpenAPI"),
        (b"[]", "no OpenAPI"),
        (b'{"openapi": "3.0', "JSON"),
        (b"a: [", "YAML"),
        (b"a: *b", "YAML"),
        (b"\xff\xfe\x00", "this"),
        (b'{"swagger": "2.0"}', "Swagger 2.0"),
        (b"openapi: 4.0.0", "4.0.0"),
        (b"a: &a [*a]", "deep"),
        (b"!!python/object:os.system {}", "YAML"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        from_openapi(data)


def test_yaml_has_the_types_of_json() -> None:
    found = read(b"a: no\nb: 2026-01-01\nc: 1\nd: true\ne: ~\nf: 1.5\n200: x\n", yaml=True)
    assert found == {"a": "no", "b": "2026-01-01", "c": 1, "d": True, "e": None, "f": 1.5, "200": "x"}


def test_path_parameters_of_one_name_keep_their_own_examples_and_never_become_the_token() -> None:
    def item(example: object = None) -> dict[str, Any]:
        parameter = {"name": "id", "in": "path", "required": True}
        return {"get": {"parameters": [parameter if example is None else {**parameter, "example": example}]}}

    secret = {"get": {"parameters": [{"name": "api_key", "in": "path", "example": "c4n4ry"}]}}
    paths = {
        "/keys/{api_key}": secret,
        "/a/{id}": item(7),
        "/b/{id}": item("x"),
        "/c/{id}": item(),
        "/verify/{token}": {"get": {}},
    }
    schemes = {"http": {"type": "http", "scheme": "bearer"}}
    collection = from_openapi(
        document(paths=paths, security=[{"http": []}], components={"securitySchemes": schemes}), service="x-1"
    ).collection
    assert [request.path for request in collection.requests] == [
        "/keys/{{api_key}}",
        "/a/{{id}}",
        "/b/{{id_2}}",
        "/c/{{id}}",
        "/verify/{{token_2}}",
    ]
    assert collection.vars == {"id": 7, "id_2": "x", "token_2": "1"}
    assert set(collection.secrets) == {"token", "api_key"}
    assert "c4n4ry" not in repr(collection)


def test_references_in_circles_end() -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    imported = from_openapi(
        document(paths={"/x": {"post": {"requestBody": body}}}, components={"schemas": schemas}), service="x-1"
    )
    assert checked(imported).collection.requests[0].body == Body("json", "null\n")


def test_a_truth_value_in_place_of_a_list_is_passed_over() -> None:
    operation = {"tags": True, "parameters": 1, "responses": {}}
    imported = from_openapi(document(paths={"/x": {"parameters": True, "get": operation}}), service="x-1")
    assert [request.path for request in checked(imported).collection.requests] == ["/x"]


JSON = documents(
    """
    type properties items allOf oneOf $ref enum minItems minLength minimum get post parameters requestBody content
    application/json schema name in security tags servers url example examples explode style required
    """,
    ["object", "array", "string", "#/x", "{a}"],
)


@given(JSON, JSON)
def test_any_document_becomes_a_collection(paths: Any, more: Any) -> None:
    table = more if isinstance(more, dict) else {}
    imported = from_openapi(document(**table, paths={"/a/{b}": paths}), service="x-1")
    checked(imported)


@given(JSON)
def test_any_schema_has_an_example(schema: Any) -> None:
    msgspec.json.encode(Examples(lambda _: {}).of(schema))
