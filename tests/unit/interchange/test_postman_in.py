"""Postman collections as collections of ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given

from tests.unit.interchange.checking import checked, documents
from workbench.interchange.postman_in import from_postman
from workbench.interchange.postman_words import readable
from workbench.model.collection import Body, Entry, SavedRequest, SecretRef

CASE = Path(__file__).parents[2] / "cases" / "imports" / "shop.postman_collection.json"


@pytest.fixture(scope="module")
def requests() -> dict[str, SavedRequest]:
    imported = checked(from_postman(CASE.read_bytes(), service="shop"))
    return {request.id: request for request in imported.collection.requests}


def test_the_collection() -> None:
    imported = from_postman(CASE.read_bytes(), service="shop")
    collection = imported.collection
    assert collection.name == "Shop"
    assert collection.description.startswith("Everything the shop can do.")
    assert collection.vars == {"page_size": "20", "orderId": "17", "line": "1", "user": "", "randomCity": ""}
    assert collection.secrets["jwt"] == SecretRef("env", "SHOP_JWT")
    assert collection.secrets["adminPassword"] == SecretRef("env", "SHOP_ADMINPASSWORD")
    assert set(collection.secrets) == {"jwt", "adminPassword", "api_key", "basic_credentials"}
    assert "c4n4ry" not in repr(imported)
    said = "\n".join(imported.warnings)
    for part in (
        "script before the request of the collection",
        "tests of Orders / List orders",
        "photo of Upload",
        "hawk",
        "{{$randomCity}}",
        "{{user}} has no value",
        "saved answers",
        "other.example",
    ):
        assert part in said, part


def test_urls_headers_and_folders(requests: dict[str, SavedRequest]) -> None:
    listed = requests["list-orders"]
    assert (listed.path, listed.tags, listed.description) == ("/api/orders", ("orders",), "All of them.")
    assert listed.query == (Entry("limit", "{{page_size}}"), Entry("debug", "1", off=True))
    assert listed.headers == (
        Entry("Accept", "application/json"),
        Entry("X-Trace", "{{$uuid}}", off=True),
        Entry("authorization", "Bearer {{jwt}}"),
    )
    removed = requests["get-order"]
    assert (removed.method, removed.path) == ("DELETE", "/api/orders/{{orderId}}/lines/{{line}}")
    assert removed.tags == ("orders", "admin")
    assert removed.headers == (Entry("X-Admin", "{{api_key}}"),)
    assert requests["plain"].query == (Entry("x", "1"),)


def test_bodies(requests: dict[str, SavedRequest]) -> None:
    login = requests["login"]
    assert login.headers == ()
    assert login.body == Body(
        "json",
        '{"user": "{{user}}", "password": "{{adminPassword}}", "at": "{{$now}}", "n": {{$randint 0 1000}}}',
    )
    form = requests["form"]
    assert form.body == Body("form", form=(Entry("a", "1 & 2"), Entry("b", "x", off=True)))
    assert form.headers == (Entry("authorization", "Basic {{basic_credentials}}"),)
    upload = requests["upload"]
    assert upload.body is not None
    assert 'name="title"\r\n\r\nMe\r\n' in upload.body.text
    assert [entry.name for entry in upload.headers] == ["content-type"]
    query = requests["query"].body
    assert query is not None
    assert query.text.endswith('"variables": {"id": "{{randomCity}}"}}')
    assert requests["file"].body == Body("file", "data/photo.png")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "`item`"),
        (b'{"requests": []}', "version 1"),
        (b'{"values": []}', "environment"),
        (b"not json", "JSON"),
        (b"[" * 100_000, "deep"),
    ],
)
def test_what_is_no_collection_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        from_postman(data)


def test_a_base_of_another_file_is_said() -> None:
    document = {"item": [{"name": "a", "request": "{{host}}/x"}, {"name": "b", "request": "http://h/{{c}}/y"}]}
    imported = checked(from_postman(msgspec.json.encode(document), service="x-1"))
    assert [request.path for request in imported.collection.requests] == ["/x", "/{{c}}/y"]
    assert any("{{host}} is taken for a host" in each for each in imported.warnings)
    assert imported.collection.vars == {"c": ""}


def test_placeholders_in_our_form() -> None:
    assert readable("{{a b}} {{ c }} {{$guid}} {{$x}} {{} }}") == ("{{a_b}} {{c}} {{$uuid}} {{x}} \\{{} }}", ["x"])


JSON = documents(
    """
    item request url raw query header key value body mode auth type bearer variable event script exec formdata name
    urlencoded method path
    """,
    ["raw", "{{a}}", "{{$guid}}", "GET", "/:x", "h/"],
)


@given(JSON, JSON)
def test_any_document_becomes_a_collection_or_is_refused(item: Any, more: Any) -> None:
    table = more if isinstance(more, dict) else {}
    document = {**table, "item": [{"name": "x", "request": item}, item]}
    checked(from_postman(msgspec.json.encode(document), service="x-1"))
