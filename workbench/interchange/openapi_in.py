"""OpenAPI documents (3.0 and 3.1, JSON or YAML) as collections: one request for each operation. Pure.

Path parameters become variables with an example in `[vars]`, optional parameters are kept switched off, bodies come
from examples or are made from their schema, and security schemes become references to secrets.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from workbench.interchange import bodies, documents
from workbench.interchange.building import Building, Foreign, Imported, literal
from workbench.interchange.documents import items, rows, table, text
from workbench.interchange.multipart import Field, multipart
from workbench.interchange.openapi_document import Document
from workbench.model.collection import METHODS, Body, Entry
from workbench.model.variables import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_IN_PATH = re.compile(r"\{([^{}]+)\}")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_PREFERRED = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}  # OpenAPI 3.1, 4.8.12: these are said elsewhere


def from_openapi(data: bytes, *, service: str | None = None, name: str = "") -> Imported:
    """A collection with one request for each operation of a document.

    Raises:
        ValueError: this is no OpenAPI document of version 3; the message says why.
    """
    document = table(documents.read(data, yaml=True))
    version = text(document.get("openapi"))
    if not version.startswith("3."):
        found = text(document.get("swagger"))
        what = f"Swagger {found}" if found else f"OpenAPI {version}" if version else "no OpenAPI document"
        raise ValueError(f"this is {what}: expected OpenAPI 3.0 or 3.1")
    return _Reading(document, service).collection(name)


class _Reading:
    """One document while it is read."""

    def __init__(self, document: dict[str, Any], service: str | None) -> None:
        self._building = Building(service)
        self._document = Document(document, self._building.warn)

    def collection(self, name: str) -> Imported:
        info = table(self._document.root.get("info"))
        for path, item in table(self._document.root.get("paths")).items():
            shared = self._document.followed(item)
            for method in _METHODS:
                if method in shared:
                    self._operation(method, text(path), shared, self._document.followed(shared[method]))
        if self._document.root.get("webhooks"):
            self._building.warn("webhooks are left out: nobody calls them")
        title = text(info.get("title"))
        version = text(info.get("version"))
        return self._building.finish(
            name=name or title,
            description=literal(text(info.get("description"))),
            source=f"the OpenAPI document {title} {version}".strip(),
        )

    def _operation(self, method: str, path: str, shared: dict[str, Any], operation: dict[str, Any]) -> None:
        if method.upper() not in METHODS:
            self._building.warn(f"{method.upper()} {path} is left out: a collection knows {', '.join(METHODS)}")
            return
        prefix = self._prefix(operation.get("servers") or shared.get("servers") or self._document.root.get("servers"))
        parameters = self._parameters(shared, operation)
        body = self._body(operation, f"{method.upper()} {path}")
        query, headers = self._secured(operation)
        cookies: list[str] = []
        for parameter in parameters:
            self._parameter(parameter, query, headers, cookies)
        if cookies:
            headers.append(Entry("cookie", "; ".join(cookies)))
        if body is not None:
            headers += body.headers
        tags = [text(tag) for tag in items(operation.get("tags")) if text(tag)]
        self._building.add(
            Foreign(
                name=text(operation.get("operationId")) or text(operation.get("summary")),
                title=text(operation.get("summary")),
                description=text(operation.get("description")),
                tags=(*tags, "deprecated") if operation.get("deprecated") is True else tuple(tags),
                method=method.upper(),
                url=prefix + self._path(path, parameters),
                query=tuple(query),
                headers=bodies.headers_beside(body.body if body else None, headers),
                body=body.body if body else None,
            )
        )

    def _prefix(self, servers: Any) -> str:
        """The path of the first server, which stands before every path (OpenAPI 3.1, 4.8.5)."""
        first = next(iter(rows(servers)), {})
        url = text(first.get("url"))
        for key, variable in table(first.get("variables")).items():
            url = url.replace(f"{{{key}}}", text(table(variable).get("default")))
        try:
            parts = urlsplit(url)
        except ValueError:
            return ""
        self._building.add_host(parts.netloc)
        return literal(parts.path.rstrip("/"))

    def _path(self, path: str, parameters: Iterable[dict[str, Any]]) -> str:
        known = {text(each.get("name")): each for each in parameters if each.get("in") == "path"}
        pieces: list[str] = []
        at = 0
        for match in _IN_PATH.finditer(path):
            value = self._document.example(known.get(match[1], {}))
            pieces += [literal(path[at : match.start()]), self._building.variable(_variable(match[1]), value)]
            at = match.end()
        return "".join([*pieces, literal(path[at:])])

    def _parameters(self, shared: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
        """The parameters of an operation, over those of its path."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for each in [*items(shared.get("parameters")), *items(operation.get("parameters"))]:
            parameter = self._document.followed(each)
            found[text(parameter.get("name")), text(parameter.get("in"))] = parameter
        return [each for (name, _), each in found.items() if name]

    def _parameter(
        self, parameter: dict[str, Any], query: list[Entry], headers: list[Entry], cookies: list[str]
    ) -> None:
        name, place = text(parameter["name"]), parameter.get("in")
        off = parameter.get("required") is not True
        if place == "query":
            query += self._query(parameter, name, off=off)
        elif place == "header" and name.lower() not in _IGNORED_HEADERS:
            headers.append(Entry(name, _written(self._document.example(parameter)), off))
        elif place == "cookie" and not off:
            cookies.append(f"{name}={self._building.secret(name)}")

    def _query(self, parameter: dict[str, Any], name: str, *, off: bool) -> Iterator[Entry]:
        """A query parameter in its style: `form` with a name for each value unless it says otherwise."""
        value = self._document.example(parameter)
        style = parameter.get("style", "form")
        explode = parameter.get("explode", style == "form")
        if isinstance(value, list):
            separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
            values = value if explode else [separator.join(map(text_of, value))]
            yield from (Entry(name, _written(each), off) for each in values)
        elif isinstance(value, dict) and (explode or style == "deepObject"):
            deep = style == "deepObject"
            yield from (Entry(f"{name}[{key}]" if deep else key, _written(each), off) for key, each in value.items())
        else:
            yield Entry(name, _written(value), off)

    def _body(self, operation: dict[str, Any], where: str) -> _Content | None:
        content = table(self._document.followed(operation.get("requestBody")).get("content"))
        if not content:
            return None
        kinds = {kind.partition(";")[0].strip().lower(): kind for kind in content}
        kind = next((kinds[each] for each in _PREFERRED if each in kinds), None)
        kind = kind or next((kind for kind in content if "json" in kind), next(iter(content)))
        return self._content(kind, table(content[kind]), where)

    def _content(self, kind: str, part: dict[str, Any], where: str) -> _Content | None:
        value = self._document.example(part)
        essence = kind.partition(";")[0].strip().lower()
        header = (Entry("content-type", kind if "*" not in kind else "application/octet-stream"),)
        if "json" in essence:
            given = value if isinstance(value, str) and table(part.get("schema")).get("type") != "string" else None
            written = given or msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
            return _Content(body=Body("json", literal(written)), headers=header)
        if essence == "application/x-www-form-urlencoded" and isinstance(value, dict):
            fields = tuple(Entry(name, _written(each)) for name, each in value.items())
            return _Content(body=Body("form", form=fields), headers=header)
        if essence == "multipart/form-data" and isinstance(value, dict):
            return self._multipart(part, value, where)
        if isinstance(value, str) and value:
            return _Content(body=Body("text", literal(value)), headers=header)
        self._building.warn(f"{where} takes a body of {kind}, which is left out: give it a file")
        return _Content(body=None, headers=header)

    def _multipart(self, part: dict[str, Any], value: dict[str, Any], where: str) -> _Content:
        schema = table(part.get("schema"))
        if isinstance(schema.get("$ref"), str):
            schema = self._document.resolve(schema["$ref"])
        properties = table(schema.get("properties"))
        files = [name for name in value if table(properties.get(name)).get("format") in ("binary", "byte")]
        for name in files:
            self._building.warn(f"{where} takes a file as {name}, which is left out")
        fields = [Field(name, text_of(each)) for name, each in value.items() if name not in files]
        body, content_type = multipart(fields)
        return _Content(body=Body("text", literal(body)), headers=(Entry("content-type", content_type),))

    def _secured(self, operation: dict[str, Any]) -> tuple[list[Entry], list[Entry]]:
        """Query parameters and headers of the first way in that an operation offers."""
        ways = operation.get("security", self._document.root.get("security"))
        schemes = table(table(self._document.root.get("components")).get("securitySchemes"))
        query: list[Entry] = []
        headers: list[Entry] = []
        for name in next(iter(rows(ways)), {}):
            self._scheme(self._document.followed(schemes.get(name)), name, query, headers)
        return query, headers

    def _scheme(self, scheme: dict[str, Any], name: str, query: list[Entry], headers: list[Entry]) -> None:
        kind, place = scheme.get("type"), scheme.get("in")
        if kind == "apiKey" and place in ("query", "header", "cookie"):
            key = text(scheme.get("name")) or name
            secret = self._building.secret(name)
            if place == "query":
                query.append(Entry(key, secret))
            else:
                headers.append(Entry(key, secret) if place == "header" else Entry("cookie", f"{key}={secret}"))
        elif kind == "http" and text(scheme.get("scheme")).lower() == "basic":
            headers.append(Entry("authorization", f"Basic {self._building.secret('basic_credentials')}"))
        elif kind in ("http", "oauth2", "openIdConnect"):
            word = text(scheme.get("scheme")).title() or "Bearer"
            headers.append(Entry("authorization", f"{word} {self._building.secret('token')}"))
        else:
            self._building.warn(f"the security scheme {name} is left out: {text(kind) or 'it is not described'}")


class _Content(msgspec.Struct, frozen=True, kw_only=True):
    """A body and the headers it comes with."""

    body: Body | None
    headers: tuple[Entry, ...]


def _variable(name: str) -> str:
    made = _NOT_IN_A_NAME.sub("_", name)
    return made if made[:1].isalpha() or made.startswith("_") else f"_{made}"


def _written(value: Any) -> str:
    """An example as a template; empty where there is none."""
    return "" if value is None else literal(text_of(value))
