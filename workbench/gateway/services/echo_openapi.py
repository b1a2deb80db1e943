"""The OpenAPI document of the sample service `echo`, which it serves at `/openapi.json`."""

from __future__ import annotations

from workbench.gateway.services.openapi_parts import (
    BEARER,
    STRING,
    Document,
    answer,
    content,
    document,
    integer,
    number,
    operation,
    parameter,
    ref,
)

_ANY_JSON = content({}, example={"hello": "world", "count": 3})
_ECHO = {"200": answer("What came in", ref("Echo"))}
_SIZE = parameter("path", "size", integer(0, 128 << 20), example=64)
_COUNT = parameter("path", "count", integer(0, 10_000), example=5)
_PAUSE = parameter("query", "pause", number(0, 60, 0.05), example=0.2, description="Seconds between two parts")


def _anything() -> Document:
    query = [parameter("query", "name", STRING, example="Ada"), parameter("header", "X-Demo", STRING, example="yes")]
    item: Document = {"get": operation("echoGet", "Echo a GET", parameters=query, answers=_ECHO)}
    for method in ("post", "put", "patch"):
        name = f"echo{method.title()}"
        item[method] = operation(name, f"Echo a {method.upper()}", body=_ANY_JSON, answers=_ECHO)
    item["delete"] = operation("echoDelete", "Echo a DELETE", answers=_ECHO)
    return item


def _get(operation_id: str, summary: str, *parameters: Document, **answers: Document) -> Document:
    found = {status.removeprefix("s"): made for status, made in answers.items()}
    return {"get": operation(operation_id, summary, parameters=list(parameters), answers=found or None)}


_PATHS: Document = {
    "/ping": _get("ping", "Answer at once"),
    "/anything": _anything(),
    "/headers": _get("headers", "The headers that came in"),
    "/status/{code}": _get(
        "status", "Any status", parameter("path", "code", integer(200, 599), example=418), default=answer("As asked")
    ),
    "/delay/{seconds}": _get(
        "delay", "Answer after some seconds", parameter("path", "seconds", number(0, 60), example=1)
    ),
    "/bytes/{size}": _get(
        "bytes",
        "So many bytes, the same each time",
        _SIZE,
        parameter("query", "seed", integer(0, 1 << 31, 0)),
        s200=answer("Bytes", {"type": "string", "format": "binary"}, "application/octet-stream"),
    ),
    "/json/{size}": _get("json", "A JSON document of so many bytes", _SIZE, s200=answer("Records", {"type": "object"})),
    "/redirect/{count}": _get(
        "redirect", "A chain of redirects", parameter("path", "count", integer(1, 50), example=2), s302=answer("Next")
    ),
    "/redirect-to": _get(
        "redirectTo",
        "A redirect to any address",
        {**parameter("query", "url", STRING, example="/anything"), "required": True},
        parameter("query", "status_code", integer(300, 399, 302)),
        s302=answer("There"),
    ),
    "/gzip": _get("gzip", "A compressed answer"),
    "/html": _get("html", "A page", s200=answer("Page", STRING, "text/html")),
    "/xml": _get("xml", "An XML document", s200=answer("Catalog", STRING, "application/xml")),
    "/text": _get("text", "Plain text", s200=answer("Text", STRING, "text/plain")),
    "/sse/{count}": _get(
        "events", "Server-sent events", _COUNT, _PAUSE, s200=answer("Events", STRING, "text/event-stream")
    ),
    "/stream/{count}": _get(
        "lines",
        "Lines of JSON, one after the other",
        _COUNT,
        _PAUSE,
        s200=answer("Lines", STRING, "application/x-ndjson"),
    ),
    "/drip": _get(
        "drip",
        "Bytes one by one",
        parameter("query", "bytes", integer(1, 10_000, 10)),
        parameter("query", "duration", number(0, 60, 1), description="Seconds in all"),
    ),
    "/cookies/set": _get("setCookies", "Set cookies: each query parameter is one"),
    "/cookies": _get("cookies", "The cookies that came in"),
    "/flaky": _get(
        "flaky",
        "Fail the first calls with a key, then answer",
        parameter("query", "key", STRING, example="one"),
        parameter("query", "fail", integer(0, 1000, 2)),
        parameter("query", "status", integer(400, 599, 503)),
        s200=answer("It worked"),
        s503=answer("Not yet"),
    ),
    "/form": {
        "post": operation(
            "form",
            "The fields of a form",
            body=content(
                {"type": "object", "properties": {"name": STRING, "note": STRING}, "required": ["name"]},
                example={"name": "Ada", "note": "first programmer"},
                kind="application/x-www-form-urlencoded",
            ),
        )
    },
    "/upload": {
        "post": operation(
            "upload",
            "Size and SHA-256 of a body",
            body=content({"type": "string", "format": "binary"}, kind="application/octet-stream"),
        )
    },
    "/bearer": {
        "get": operation(
            "bearer",
            "Wants a bearer token",
            secured=True,
            answers={"200": answer("The token"), "401": answer("No token")},
        )
    },
}

_SCHEMAS: Document = {
    "Echo": {
        "type": "object",
        "required": ["method", "path", "target", "query", "headers", "size", "text", "base64", "json"],
        "properties": {
            "method": STRING,
            "path": STRING,
            "target": STRING,
            "query": {"type": "object"},
            "headers": {"type": "object"},
            "size": {"type": "integer"},
            "text": {"type": ["string", "null"]},
            "base64": STRING,
            "json": {},
        },
    }
}

DOCUMENT = document(
    "Echo",
    "Says what it got, and answers in every way a client has to cope with.",
    _PATHS,
    {"schemas": _SCHEMAS, "securitySchemes": BEARER},
)
