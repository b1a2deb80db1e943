"""A container's inside: a small router over `ContainerRequest`, and the ways to write an answer.

The sample services are written with it; nothing here knows the platform.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import cached_property
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

import msgspec

from workbench.gateway.container import ContainerRequest, ContainerResponse, Headers, Stream

ANY = "*"
_PARAMETER = re.compile(r"\{(\w+)\}")
_REST = re.compile(r"\{\*(\w+)\}")
_SHOWN = 60


class Problem(Exception):  # noqa: N818 - it is an answer, not an error
    """Ends a handler with an answer: its status, and JSON (`{"detail": …}` for a text)."""

    def __init__(self, status: int, detail: str | dict[str, Any], headers: Headers | None = None) -> None:
        super().__init__(str(detail))
        self.status = status
        self.document = {"detail": detail} if isinstance(detail, str) else detail
        self.headers = headers or []


class Call:
    """One request, with what the router found out about it.

    Attributes:
        request: as it came in.
        path: decoded, without the query.
        params: the parts of the path that have names, decoded.
    """

    def __init__(self, request: ContainerRequest, path: str, query_string: str, params: dict[str, str]) -> None:
        self.request = request
        self.path = path
        self.query_string = query_string
        self.params = params

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query's pairs, decoded, repeats kept."""
        return parse_qsl(self.query_string, keep_blank_values=True, errors="replace")

    def one(self, name: str, default: str = "") -> str:
        """The last value of a query parameter."""
        return dict(self.query).get(name, default)

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        """A query parameter as a number in a range.

        Raises:
            Problem: 422 when it is none, or out of the range.
        """
        return _number(self.one(name, str(default)), name, low, high)

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        """A query parameter as a whole number in a range; 422 otherwise."""
        return _whole(self.one(name, str(default)), name, low, high)

    def path_number(self, name: str, *, low: float, high: float) -> float:
        """A part of the path as a number in a range; 422 otherwise."""
        return _number(self.params[name], name, low, high)

    def path_whole(self, name: str, *, low: int, high: int) -> int:
        """A part of the path as a whole number in a range; 422 otherwise."""
        return _whole(self.params[name], name, low, high)

    async def json(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            Problem: 400 when it is no JSON, 422 when it is no object.
        """
        try:
            value = msgspec.json.decode(await self.request.read())
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Problem(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "the body must be a JSON object")
        return value


Handler: TypeAlias = Callable[[Call], Awaitable[ContainerResponse]]


class App:
    """A container: routes with their handlers; 404 and 405 are answered.

    Paths may have `{name}` for one segment and `{*name}` for the rest.
    """

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, Handler]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Handler]]] = []

    def route(self, methods: str, path: str) -> Callable[[Handler], Handler]:
        """Register a handler: methods separated by spaces, or `*` for any; GET brings HEAD along."""

        def register(handler: Handler) -> Handler:
            table = self._table(path)
            table.update(dict.fromkeys(methods.split(), handler))
            if "GET" in table:
                table.setdefault("HEAD", table["GET"])
            return handler

        return register

    async def __call__(self, request: ContainerRequest) -> ContainerResponse:
        """Answer one request."""
        raw, _, query_string = request.target.partition("?")
        path = unquote(raw, errors="replace") if "%" in raw else raw
        try:
            handlers, params = self._find(path)
            handler = handlers.get(request.method) or handlers.get(ANY)
            if handler is None:
                response = _not_allowed(request.method, handlers)
            else:
                response = await handler(Call(request, path, query_string, params))
        except Problem as problem:
            response = json_response(problem.document, problem.status, problem.headers)
        if request.method == "HEAD":
            return await _without_body(response)
        return response

    def _table(self, path: str) -> dict[str, Handler]:
        if "{" not in path:
            return self._exact.setdefault(path, {})
        pattern = re.compile(_REST.sub(r"(?P<\1>.*)", _PARAMETER.sub(r"(?P<\1>[^/]+)", path)), re.DOTALL)
        for known, table in self._patterns:
            if known == pattern:
                return table
        self._patterns.append((pattern, {}))
        return self._patterns[-1][1]

    def _find(self, path: str) -> tuple[dict[str, Handler], dict[str, str]]:
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        for pattern, table in self._patterns:
            found = pattern.fullmatch(path)
            if found:
                return table, found.groupdict()
        raise Problem(HTTPStatus.NOT_FOUND, "Not Found")


def json_response(value: object, status: int = 200, headers: Headers | None = None) -> ContainerResponse:
    """An answer of compact JSON."""
    return bytes_response(msgspec.json.encode(value), "application/json", status, headers)


def text_response(text: str, kind: str = "text/plain; charset=utf-8", status: int = 200) -> ContainerResponse:
    """An answer of UTF-8 text."""
    return bytes_response(text.encode(), kind, status)


def bytes_response(body: bytes, kind: str, status: int = 200, headers: Headers | None = None) -> ContainerResponse:
    """An answer of any content type."""
    return ContainerResponse(
        status, [("content-type", kind), ("content-length", str(len(body))), *(headers or [])], body
    )


def stream_response(body: Stream, kind: str, headers: Headers | None = None) -> ContainerResponse:
    """An answer that comes in parts, of unknown length."""
    return ContainerResponse(200, [("content-type", kind), ("cache-control", "no-cache"), *(headers or [])], body)


def empty_response(status: int, headers: Headers | None = None) -> ContainerResponse:
    """An answer without a body."""
    return ContainerResponse(status, headers or [])


def _not_allowed(method: str, handlers: dict[str, Handler]) -> ContainerResponse:
    allowed = ", ".join(sorted(handlers))
    if method == "OPTIONS":
        return empty_response(HTTPStatus.NO_CONTENT, [("allow", f"{allowed}, OPTIONS")])
    return json_response({"detail": "Method Not Allowed"}, HTTPStatus.METHOD_NOT_ALLOWED, [("allow", allowed)])


async def _without_body(response: ContainerResponse) -> ContainerResponse:
    if not isinstance(response.body, bytes):
        await response.body.aclose()
    return ContainerResponse(response.status, response.headers)


def _number(text: str, name: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{name}: expected a number from {low:g} to {high:g}, not {text[:_SHOWN]!r}",
        )
    return value


def _whole(text: str, name: str, low: int, high: int) -> int:
    value = int(text) if re.fullmatch(r"-?[0-9]{1,12}", text) else None
    if value is None or not low <= value <= high:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{name}: expected a whole number from {low} to {high}, not {text[:_SHOWN]!r}",
        )
    return value
