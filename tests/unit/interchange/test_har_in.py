"""Recorded traffic as a collection."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.interchange.checking import checked, documents
from workbench.interchange.har_in import from_har
from workbench.model.collection import Body, Entry

CASE = Path(__file__).parents[2] / "cases" / "imports" / "session.har"


def test_a_browsers_archive() -> None:
    imported = checked(from_har(CASE.read_bytes(), service="shop"))
    collection = imported.collection
    requests = {request.id: request for request in collection.requests}
    assert list(requests) == [
        "get-cart",
        "post-cart",
        "post-login",
        "post-upload",
        "put-raw",
        "get-app.js",
        "get-logo.png",
    ]
    assert (collection.name, collection.service) == ("Shop", "shop")
    cart = requests["get-cart"]
    assert cart.query == (Entry("expand", "items"), Entry("q", "a b&c"))
    assert cart.headers == (
        Entry("accept", "text/html, */*"),
        Entry("authorization", "Bearer {{token}}"),
        Entry("cookie", "{{cookie}}"),
    )
    assert requests["post-cart"].body == Body("json", '{"sku": "A-1", "note": "\\{{x}}", "apiKey": "{{apikey}}"}')
    assert requests["post-cart"].headers == (Entry("cookie", "{{cookie_2}}"),)
    assert requests["post-login"].body == Body("form", form=(Entry("user", "ada"), Entry("password", "{{password}}")))
    assert requests["post-login"].headers == ()
    assert requests["put-raw"].body == Body("base64", "AP8=")
    assert "static" in requests["get-app.js"].tags
    assert "cdn.example" in requests["get-app.js"].tags
    assert "static" in requests["get-logo.png"].tags
    assert "static" not in cart.tags
    assert "c4n4ry" not in repr(imported)
    said = "\n".join(imported.warnings)
    for part in ("2 of 9", "wss", "data", "me.png", "shop.example", "SHOP_COOKIE"):
        assert part in said, part


@pytest.mark.parametrize(
    ("data", "said"), [(b"{}", "entries"), (b"[]", "entries"), (b'{"log": 1}', "entries"), (b"x", "JSON")]
)
def test_what_is_no_archive_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        from_har(data)


JSON = documents(
    """
    request url method headers name value postData mimeType text params encoding cookies response content
    """,
    ["GET", "https://a/b?c=d", "text/plain", "base64"],
)


@given(st.lists(JSON, max_size=3), JSON)
def test_any_archive_becomes_a_collection(entries: list[Any], request: Any) -> None:
    document = {"log": {"entries": [*entries, {"request": request}]}}
    checked(from_har(msgspec.json.encode(document), service="x-1"))
