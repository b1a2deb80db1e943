"""Another tool's file whose kind nobody said: looked at, and read as what it is. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.interchange import curl_in, documents
from workbench.interchange.har_in import from_har
from workbench.interchange.openapi_in import from_openapi
from workbench.interchange.postman_in import from_postman

if TYPE_CHECKING:
    from workbench.interchange.building import Imported

_OPENAPI_IN_YAML = re.compile(r"^(?:openapi|swagger)\s*:", re.MULTILINE)


def from_any(data: bytes, *, service: str | None = None) -> Imported:
    """A collection out of an OpenAPI document, an HTTP archive, a Postman collection or curl commands.

    Raises:
        ValueError: it is none of them, or cannot be read; the message says why.
    """
    text = data.decode("utf-8-sig", "replace")
    if _OPENAPI_IN_YAML.search(text):
        return from_openapi(data, service=service)
    if text.lstrip()[:1] not in ("{", "["):
        return curl_in.from_curl(text, service=service)
    document = documents.table(documents.read(data))
    if "openapi" in document or "swagger" in document:
        return from_openapi(data, service=service)
    if "log" in document:
        return from_har(data, service=service)
    if {"item", "collection", "requests"} & document.keys():
        return from_postman(data, service=service)
    raise ValueError("this is no OpenAPI document, no HTTP archive, no Postman collection and no curl command")
