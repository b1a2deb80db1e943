"""The JSON of an invoke call, both ways, with every rule of the platform's schema (CYBERUN-API.md, 1).

Written for the gateway alone: the client has its own, so that each can find the other's mistakes.
"""

from __future__ import annotations

import binascii
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from multidict import CIMultiDict

from workbench.gateway.container import HOP_BY_HOP, ContainerRequest, Headers, end_to_end
from workbench.gateway.errors import Refusal

if TYPE_CHECKING:
    from workbench.gateway.config import Switches

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
"""What `method` may be."""

BODYLESS = frozenset({"GET", "DELETE"})
"""Methods whose `body_base64` is to be empty or omitted."""

MAX_PATH = 2048
"""Characters of `path`."""

PATH_PATTERN = r"^/(?![/\\])[^\x00-\x20\x7f]*$"
"""`^/(?!/)`, and nothing that cannot stand in a request line, and no backslash that a URL parser takes for a host."""

BASE64_PATTERN = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
"""What `body_base64` may be (RFC 4648, 4)."""

NAME_PATTERN = r"^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$"
"""What a header's name may be (RFC 9110, 5.1)."""

VALUE_PATTERN = r"^[^\x00-\x08\x0a-\x1f\x7f]*$"
"""What a header's value may be (RFC 9110, 5.5)."""

_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f]*")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f]")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_IS_METHOD = frozenset(METHODS)
_SHOWN = 40


class _Envelope(msgspec.Struct):
    method: str
    path: str
    body_base64: str = ""
    headers: dict[str, str] = {}


_decoder = msgspec.json.Decoder(_Envelope)
_encoder = msgspec.json.Encoder()


def read(data: bytes, switches: Switches) -> ContainerRequest:
    """The container's request out of an invoke call's body.

    Raises:
        Refusal: 400 with what is wrong and where; the switch's status for a body above `request_limit`.
    """
    try:
        envelope = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(_explain(data, error)) from error
    _check_method(envelope.method)
    _check_path(envelope.path)
    body = _body(envelope, switches)
    return ContainerRequest(envelope.method, envelope.path, _headers(envelope.headers, switches), body)


def write(status: int, headers: Headers, body: bytes, switches: Switches) -> bytes:
    """The JSON of the answer: `status_code`, `headers`, `body_base64`, in the shape that the switches ask for."""
    answer: dict[str, Any] = {"status_code": status, "headers": _shaped(end_to_end(headers), switches)}
    if body or switches.empty_body == "empty":
        answer["body_base64"] = body
    elif switches.empty_body == "null":
        answer["body_base64"] = None
    return _encoder.encode(answer)


def _check_method(method: str) -> None:
    if method not in _IS_METHOD:
        raise _bad(f"method: expected one of {', '.join(METHODS)}, not {method[:_SHOWN]!r}")


def _check_path(path: str) -> None:
    if len(path) > MAX_PATH:
        raise _bad(f"path: {len(path)} characters, expected at most {MAX_PATH}")
    if _PATH.fullmatch(path):
        return
    if path.startswith(("//", "/\\")):
        raise _bad("path: names a host; expected exactly one / at the start")
    if not path.startswith("/"):
        raise _bad("path: expected one / at the start, and no scheme or host (^/(?!/))")
    found = _UNPRINTABLE.search(path)
    where = f" at position {found.start() + 1}" if found else ""
    raise _bad(f"path: a space or control character{where}; it must be percent-encoded")


def _body(envelope: _Envelope, switches: Switches) -> bytes:
    text = envelope.body_base64
    if not text:
        return b""
    try:
        body = binascii.a2b_base64(text, strict_mode=True)
    except (ValueError, UnicodeEncodeError) as error:
        raise _bad(f"body_base64: is not base64: {error}") from error
    if body and envelope.method in BODYLESS and switches.body_on_get_and_delete == "refuse":
        raise _bad(f"body_base64: expected empty or omitted for {envelope.method}")
    if switches.request_limit and len(body) > switches.request_limit:
        message = f"body_base64: {len(body)} bytes, expected at most {switches.request_limit}"
        raise Refusal(switches.too_large_status, message)
    return body


def _headers(given: dict[str, str], switches: Switches) -> CIMultiDict[str]:
    headers: CIMultiDict[str] = CIMultiDict()
    dropped = HOP_BY_HOP | {"authorization"} if switches.strip_inner_authorization else HOP_BY_HOP
    for name, value in given.items():
        if not _NAME.fullmatch(name):
            raise _bad(f"headers: {name[:_SHOWN]!r} is not a header name")
        found = _CONTROL.search(value)
        if found:
            raise _bad(f"headers: the value of {name!r} has a control character at position {found.start() + 1}")
        if name.lower() not in dropped:
            headers.add(name, value)
    return headers


def _shaped(headers: Headers, switches: Switches) -> dict[str, str | list[str]]:
    grouped: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for name, value in headers:
        grouped.setdefault(names.setdefault(name.lower(), name), []).append(value)
    if switches.header_values == "lists":
        return {**grouped}
    mixed = switches.header_values == "mixed"
    return {name: values if mixed and len(values) > 1 else _one(values, switches) for name, values in grouped.items()}


def _one(values: list[str], switches: Switches) -> str:
    if len(values) == 1 or switches.repeated_headers == "first":
        return values[0]
    return values[-1] if switches.repeated_headers == "last" else ", ".join(values)


def _explain(data: bytes, error: Exception) -> str:
    """What is wrong with a body that does not decode, with the name of the header where it is one."""
    message = str(error)
    if "$.headers[...]" not in message:
        return f"the request body: {message}"
    headers = msgspec.json.decode(data)["headers"]
    wrong = [name for name, value in headers.items() if not isinstance(value, str)]
    return f"headers: the value of {wrong[0][:_SHOWN]!r} must be a string" if wrong else f"headers: {message}"


def _bad(message: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, message)
