"""`echo`'s shapes of answers: any status, size, content type, coding, redirect and header."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from workbench.gateway.services.app import (
    ANY,
    Problem,
    bytes_response,
    empty_response,
    json_response,
    text_response,
)

if TYPE_CHECKING:
    from workbench.gateway.container import ContainerResponse
    from workbench.gateway.services.app import App, Call, Handler

MAX_SIZE = 128 << 20
"""Bytes of the largest answer that `/bytes` and `/json` make."""

_IN_A_THREAD = 1 << 20
_BODYLESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_BLOCK_RECORDS = 1000
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")

_HTML = """<!doctype html>
<html lang="en">
<head><title>Echo</title></head>
<body><h1>Echo</h1><p>This page has a <a href="/anything?from=page">link</a> and a &lt;tag&gt; in its text.</p></body>
</html>
"""
_XML = """<?xml version="1.0" encoding="UTF-8"?>
<catalog count="2">
  <book id="1"><title>Notes</title><author>Ada Lovelace</author></book>
  <book id="2"><title>On Computable Numbers</title><author>Alan Turing</author></book>
</catalog>
"""
_TEXT = "The Analytical Engine weaves algebraic patterns\njust as the Jacquard loom weaves flowers and leaves.\n"
_ESCAPES = "plain \x1b[31mred\x1b[0m \x1b]52;c;ZGVtbw==\x07 \x9b2J \u202eright to left\u202c end\n"


def add_to(app: App) -> None:
    """Register the routes."""
    app.route(ANY, "/status/{code}")(_status)
    app.route("GET", "/bytes/{size}")(_bytes)
    app.route("GET", "/json/{size}")(_json)
    app.route(ANY, "/redirect/{count}")(_redirect)
    app.route(ANY, "/redirect-to")(_redirect_to)
    app.route("GET", "/gzip")(_gzip)
    app.route("GET", "/html")(_fixed(_HTML, "text/html; charset=utf-8"))
    app.route("GET", "/xml")(_fixed(_XML, "application/xml"))
    app.route("GET", "/text")(_fixed(_TEXT, "text/plain; charset=utf-8"))
    app.route("GET", "/escapes")(_fixed(_ESCAPES, "text/plain; charset=utf-8"))
    app.route("GET", "/latin-1")(_latin_1)
    app.route("GET", "/cookies/set")(_set_cookies)
    app.route("GET", "/response-headers")(_response_headers)


async def _status(call: Call) -> ContainerResponse:
    code = call.path_whole("code", low=200, high=599)
    if code in _BODYLESS:
        return empty_response(code)
    headers = [("location", "/anything")] if HTTPStatus.MULTIPLE_CHOICES <= code < HTTPStatus.BAD_REQUEST else []
    return json_response({"status": code, "reason": _PHRASES.get(code, "")}, code, headers)


async def _bytes(call: Call) -> ContainerResponse:
    size = call.path_whole("size", low=0, high=MAX_SIZE)
    seed = call.whole("seed", 0, low=0, high=1 << 31)
    make = random.Random(seed).randbytes  # noqa: S311 - the same bytes each time are the point
    body = await asyncio.to_thread(make, size) if size > _IN_A_THREAD else make(size)
    return bytes_response(body, "application/octet-stream")


async def _json(call: Call) -> ContainerResponse:
    size = call.path_whole("size", low=2, high=MAX_SIZE)
    body = await asyncio.to_thread(json_of, size) if size > _IN_A_THREAD else json_of(size)
    return bytes_response(body, "application/json")


def json_of(size: int) -> bytes:
    """A JSON document of exactly so many bytes: records of about 100 bytes, a thousand different ones in turn."""
    head, tail = b'{"items":[', b'],"rest":""}'
    room = size - len(head) - len(tail)
    if room < 0:
        return b"{}".rjust(size)
    records = [_record(number) for number in range(_BLOCK_RECORDS)]
    block = b"".join(records)
    whole, left = divmod(room, len(block))
    body = block * whole
    for record in records:
        if left < len(record):
            break
        body += record
        left -= len(record)
    if body:
        body, left = body[:-1], left + 1
    return b"".join((head, body, b'],"rest":"', b"." * left, b'"}'))


def _record(number: int) -> bytes:
    price = f"{number % 97}.{number % 10}0"
    return (
        f'{{"id":{number},"name":"item-{number}","price":{price},"in_stock":{"true" if number % 3 else "false"},'
        f'"tags":["t{number % 7}","t{number % 11}"],"note":"caf\u00e9 \u2603"}},'
    ).encode()


async def _redirect(call: Call) -> ContainerResponse:
    count = call.path_whole("count", low=1, high=50)
    location = "/anything" if count == 1 else f"/redirect/{count - 1}"
    return json_response({"location": location}, HTTPStatus.FOUND, [("location", location)])


async def _redirect_to(call: Call) -> ContainerResponse:
    url = call.one("url")
    if not url or not _PRINTABLE.fullmatch(url):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "url: expected printable ASCII")
    status = call.whole("status_code", HTTPStatus.FOUND, low=300, high=399)
    return json_response({"location": url}, status, [("location", url)])


async def _gzip(call: Call) -> ContainerResponse:
    size = call.whole("size", 1000, low=2, high=MAX_SIZE)
    body = gzip.compress(json_of(size), compresslevel=6, mtime=0)
    return bytes_response(body, "application/json", 200, [("content-encoding", "gzip"), ("vary", "accept-encoding")])


async def _latin_1(_: Call) -> ContainerResponse:
    return bytes_response("Na\u00efve caf\u00e9: 10 \u00b5g\n".encode("latin-1"), "text/plain; charset=iso-8859-1")


async def _set_cookies(call: Call) -> ContainerResponse:
    pairs = call.query or [("session", "demo"), ("theme", "dark")]
    for name, value in pairs:
        _check_header(name, value)
    headers = [("set-cookie", f"{name}={value}; Path=/; HttpOnly") for name, value in pairs]
    return json_response({"set": dict(pairs)}, HTTPStatus.OK, headers)


async def _response_headers(call: Call) -> ContainerResponse:
    for name, value in call.query:
        _check_header(name, value)
        if name.lower() in ("content-length", "content-type", "transfer-encoding", "connection"):
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name} is set by the server")
    return json_response({"headers": call.query}, HTTPStatus.OK, call.query)


def _check_header(name: str, value: str) -> None:
    if not _TOKEN.fullmatch(name) or not _PRINTABLE.fullmatch(value):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name[:60]!r}: a header has a plain name and printable ASCII")


def _fixed(text: str, kind: str) -> Handler:
    async def answer(_: Call) -> ContainerResponse:
        return text_response(text, kind)

    return answer
