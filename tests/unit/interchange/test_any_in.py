"""A file whose kind nobody said is read as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.interchange.any_in import from_any

CASES = Path(__file__).parents[2] / "cases" / "imports"


@pytest.mark.parametrize(
    ("data", "source"),
    [
        ((CASES / "shop.openapi.yaml").read_bytes(), "OpenAPI"),
        (b'{"openapi": "3.0.0", "paths": {"/x": {"get": {}}}}', "OpenAPI"),
        ((CASES / "session.har").read_bytes(), "HTTP archive"),
        ((CASES / "shop.postman_collection.json").read_bytes(), "Postman"),
        (b"\xef\xbb\xbf# a comment\n$ curl https://a.example/x", "curl"),
    ],
)
def test_it_is_what_it_looks_like(data: bytes, source: str) -> None:
    imported = from_any(data, service="shop")
    assert source in imported.collection.description
    assert imported.collection.requests


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"hello", b"\xff", b'{"swagger": "2.0"}', b"openapi: 2"])
def test_what_is_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"this|there"):
        from_any(data)
