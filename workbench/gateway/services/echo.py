"""The sample service `echo`: says what it got, and answers in every way a client has to cope with.

The parts: what came in (here), shapes of answers (`echo_answers`), time and streams (`echo_streams`), and the OpenAPI
document (`echo_openapi`).
"""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from workbench.gateway.services import echo_answers, echo_streams
from workbench.gateway.services.app import ANY, App, Call, Problem, json_response
from workbench.gateway.services.echo_openapi import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.gateway.container import ContainerResponse

_JSON_LIMIT = 1 << 20
_REMEMBERED = 10_000


def echo() -> App:
    """A new `echo` container."""
    app = App()
    app.route("GET", "/")(_root)
    app.route("GET", "/ping")(_ping)
    app.route("GET", "/health")(_ping)
    app.route("GET", "/openapi.json")(_openapi)
    app.route(ANY, "/anything")(_anything)
    app.route(ANY, "/anything/{*rest}")(_anything)
    app.route("GET", "/headers")(_headers)
    app.route("GET", "/cookies")(_cookies)
    app.route("POST PUT", "/form")(_form)
    app.route("GET", "/basic-auth/{user}/{password}")(_basic_auth)
    app.route("GET", "/bearer")(_bearer)
    app.route(ANY, "/flaky")(_Flaky())
    echo_answers.add_to(app)
    echo_streams.add_to(app)
    return app


async def _root(_: Call) -> ContainerResponse:
    return json_response({"service": "echo", "try": ["/anything", "/status/503", "/sse/5", "/openapi.json"]})


async def _ping(_: Call) -> ContainerResponse:
    return json_response({"ok": True})


async def _openapi(_: Call) -> ContainerResponse:
    return json_response(DOCUMENT)


async def _anything(call: Call) -> ContainerResponse:
    request = call.request
    body = await request.read()
    return json_response(
        {
            "method": request.method,
            "path": call.path,
            "target": request.target,
            "query": grouped(call.query) if call.query_string else {},
            "headers": grouped((name.lower(), value) for name, value in request.headers.items()),
            "size": len(body),
            "text": _text(body),
            "base64": base64.b64encode(body).decode("ascii") if body else "",
            "json": _json(body),
        }
    )


async def _headers(call: Call) -> ContainerResponse:
    return json_response({"headers": grouped((name.lower(), value) for name, value in call.request.headers.items())})


async def _cookies(call: Call) -> ContainerResponse:
    pairs = (part.strip().partition("=") for part in call.request.headers.get("cookie", "").split(";"))
    return json_response({"cookies": {name: value for name, sign, value in pairs if sign}})


async def _form(call: Call) -> ContainerResponse:
    """The fields of a form: URL-encoded, or multipart (RFC 7578)."""
    kind = call.request.headers.get("content-type", "")
    body = await call.request.read()
    if kind.startswith("multipart/form-data"):
        form, files = _multipart(kind, body)
        return json_response({"form": form, "files": files})
    if kind.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return json_response({"form": grouped(pairs), "files": {}})
    raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"expected a form, not {kind or 'no content type'!r}")


async def _basic_auth(call: Call) -> ContainerResponse:
    given = call.request.headers.get("authorization", "")
    expected = base64.b64encode(f"{call.params['user']}:{call.params['password']}".encode()).decode("ascii")
    if given != f"Basic {expected}":
        raise Problem(HTTPStatus.UNAUTHORIZED, "wrong user or password", [("www-authenticate", 'Basic realm="echo"')])
    return json_response({"authenticated": True, "user": call.params["user"]})


async def _bearer(call: Call) -> ContainerResponse:
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem(HTTPStatus.UNAUTHORIZED, "the bearer token is missing", [("www-authenticate", "Bearer")])
    return json_response({"authenticated": True, "token": token})


class _Flaky:
    """Fails the first `fail` calls with the same `key`, then answers 200."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, int] = OrderedDict()

    async def __call__(self, call: Call) -> ContainerResponse:
        key = call.one("key")
        fail = call.whole("fail", 2, low=0, high=1000)
        status = call.whole("status", HTTPStatus.SERVICE_UNAVAILABLE, low=400, high=599)
        count = self._calls[key] = self._calls.pop(key, 0) + 1
        if len(self._calls) > _REMEMBERED:
            self._calls.popitem(last=False)
        if count <= fail:
            return json_response({"detail": f"failed {count} of {fail}", "calls": count}, status)
        return json_response({"ok": True, "calls": count})


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """Pairs as an object: a text for a name that comes once, a list for one that comes again."""
    found: dict[str, str | list[str]] = {}
    for name, value in pairs:
        before = found.get(name)
        if before is None:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found


def _text(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _json(body: bytes) -> Any:
    if not body or len(body) > _JSON_LIMIT:
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _multipart(kind: str, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + body
    )
    form: list[tuple[str, str]] = []
    files: dict[str, Any] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content = _part_content(part)
        filename = part.get_filename()
        if filename is None:
            form.append((name, content.decode("utf-8", "replace")))
        else:
            crc = f"{binascii.crc32(content):08x}"
            files[name] = {"filename": filename, "type": part.get_content_type(), "size": len(content), "crc32": crc}
    return grouped(form), files


def _part_content(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
