r"""Placeholders: `{{name}}` looked up in layers, `{{$uuid}}` and its kin made once per request, `\{{` kept literal.

`resolve` turns a `SavedRequest` into a `ResolvedRequest` in one pass: values are put in once and never looked at
again, so an answer of a server cannot smuggle in a placeholder. All missing names come in one error. Pure: clock and
randomness are handed in through `Dynamic`.
"""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from workbench.model.collection import Value
from workbench.model.errors import MissingVariable, VariableError
from workbench.model.request import ResolvedRequest, Target, Text
from workbench.model.secrets import Secret, reveal
from workbench.model.urls import quote_unsafe

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from workbench.model.collection import Body, Entry, SavedRequest

_PLACEHOLDER = re.compile(r"\\\{\{|\{\{([^{}]*)\}\}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_DYNAMIC = re.compile(r"\$(uuid|now|timestamp|randint)((?:\s+-?[0-9]{1,18})*)")
_QUOTE = re.compile(r'"|\\.', re.DOTALL)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_RANDINT_ARGUMENTS = 2

CONTENT_TYPES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "form": "application/x-www-form-urlencoded",
}
"""Added where the request sets no content type (FORMAT.md, "Bodies"); files take the type of their name."""


class Scope(msgspec.Struct, frozen=True):
    """Named layers of variables, lowest precedence first (FORMAT.md, "Precedence"). Values are JSON values or Secrets.

    A name that any layer holds as a Secret is secret in every layer above it.
    """

    layers: tuple[tuple[str, Mapping[str, Value]], ...] = ()

    def lookup(self, name: str) -> tuple[Value, str] | None:
        """The value of a name and the layer it comes from, or None."""
        found: tuple[Value, str] | None = None
        secret = False
        for layer, values in self.layers:
            if name in values:
                found = (values[name], layer)
                secret = secret or isinstance(values[name], Secret)
        if found and secret and not isinstance(found[0], Secret):
            return Secret(text_of(found[0]), name), found[1]
        return found

    def with_layer(self, name: str, values: Mapping[str, Value]) -> Scope:
        """The scope with one more layer on top."""
        return Scope((*self.layers, (name, values)))

    def names(self) -> set[str]:
        """Every name that has a value."""
        return {name for _, values in self.layers for name in values}


class Dynamic:
    """The values of `{{$uuid}}`, `{{$now}}`, `{{$timestamp}}` and `{{$randint A B}}` for one logical request.

    Each expression has one value for the life of the object, so that a retry sends the same bytes.
    """

    def __init__(self, now: datetime, rng: random.Random) -> None:
        self._now = now
        self._rng = rng
        self._made: dict[str, str] = {}

    def value(self, expression: str) -> str | None:
        """The value of an expression that begins with `$`, or None when there is no such expression."""
        if expression not in self._made:
            match = _DYNAMIC.fullmatch(expression)
            made = self._make(match[1], [int(part) for part in match[2].split()]) if match else None
            if made is None:
                return None
            self._made[expression] = made
        return self._made[expression]

    def _make(self, name: str, arguments: list[int]) -> str | None:
        if name == "randint":
            if len(arguments) != _RANDINT_ARGUMENTS or arguments[0] > arguments[1]:
                return None
            return str(self._rng.randint(*arguments))
        if arguments:
            return None
        if name == "uuid":
            return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        if name == "timestamp":
            return str(int(self._now.timestamp()))
        return self._now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Part(msgspec.Struct, frozen=True):
    """A piece of a template: literal text, or a placeholder and whether it stands inside a JSON string."""

    text: str
    placeholder: bool = False
    quoted: bool = False


@functools.lru_cache(maxsize=4096)
def _parse(template: str) -> tuple[_Part, ...]:
    parts: list[_Part] = []
    at = 0
    quoted = False
    for match in _PLACEHOLDER.finditer(template):
        literal = template[at : match.start()]
        quoted = quoted_after(literal, inside=quoted)
        parts.append(_Part(literal))
        parts.append(_Part("{{") if match[1] is None else _Part(match[1].strip(), placeholder=True, quoted=quoted))
        at = match.end()
    parts.append(_Part(template[at:]))
    return tuple(part for part in parts if part.text or part.placeholder)


def quoted_after(literal: str, *, inside: bool) -> bool:
    """Whether a JSON text is inside a string after `literal`, given whether it was before."""
    for match in _QUOTE.finditer(literal):
        if match[0] == '"':
            inside = not inside
        elif not inside:  # a backslash outside a string escapes nothing
            inside = match[0] == '\\"'
    return inside


def placeholders(template: str) -> Iterator[str]:
    """Every placeholder of a template, as written between the braces: names and `$` expressions."""
    return (part.text for part in _parse(template) if part.placeholder)


def text_of(value: Value) -> str:
    """How a value is written where a placeholder stood: texts as they are, all else as compact JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def fields(request: SavedRequest) -> Iterator[tuple[str, str]]:
    """Every text of a request that may hold placeholders, as (where, template); switched-off entries are left out."""
    yield "path", request.path
    if request.service:
        yield "service", request.service
    form = request.body.form if request.body and request.body.kind == "form" else ()
    for table, entries in (("query", request.query), ("headers", request.headers), ("form", form)):
        yield from ((f"{table}.{entry.name}", entry.value) for entry in entries if not entry.off)
    if request.body and request.body.kind in ("json", "text"):
        yield request.body.kind, request.body.text
    for number, line in enumerate(request.asserts, 1):
        yield f"assert {number}", line
    if request.retry and request.retry.until:
        yield "retry.until", request.retry.until


def names_used(request: SavedRequest) -> dict[str, str]:
    """The variables a request uses, each with the first place where it does; `$` expressions are not variables."""
    used: dict[str, str] = {}
    for where, template in fields(request):
        for name in placeholders(template):
            if not name.startswith("$"):
                used.setdefault(name, where)
    return used


class Renderer:
    """Fills in templates of one request and collects every name that has no value."""

    def __init__(self, scope: Scope, dynamic: Dynamic) -> None:
        self._scope = scope
        self._dynamic = dynamic
        self.missing: list[MissingVariable] = []

    def render(self, template: str, where: str, *, json_body: bool = False, url: bool = False) -> Text:
        """The template with its values; a `Secret` when one of them is.

        Args:
            template: the text with placeholders.
            where: the key it belongs to, for the error.
            json_body: values inside quotes are JSON-escaped.
            url: characters of a value that cannot stand in a URL are percent-encoded; all others stay as they are.
        """
        parts = _parse(template)
        if not any(part.placeholder for part in parts):
            return "".join(part.text for part in parts)
        pieces: list[Text] = []
        for part in parts:
            if not part.placeholder:
                pieces.append(part.text)
                continue
            value = self._value(part.text, where)
            text = self._checked(text_of(reveal(value)) if isinstance(value, Secret) else text_of(value), part, where)
            if json_body and part.quoted:
                text = msgspec.json.encode(text).decode()[1:-1]
            if url:
                text = quote_unsafe(text)
            pieces.append(Secret(text, value.label, shown=str(value)) if isinstance(value, Secret) else text)
        return _join(pieces)

    def _checked(self, text: str, part: _Part, where: str) -> str:
        """The text, which can be written as UTF-8; else it counts as missing, since nothing could be sent of it."""
        found = _SURROGATE.search(text)
        if found is None:
            return text
        reason = f"its value is not valid Unicode (U+{ord(found[0]):04X} stands alone)"
        self.missing.append(MissingVariable(part.text, where, f"{{{{{part.text}}}}} in {where}: {reason}"))
        return ""

    def _value(self, name: str, where: str) -> Value:
        if name.startswith("$"):
            made = self._dynamic.value(name)
            if made is None:
                expected = "expected $uuid, $now, $timestamp or $randint LOW HIGH"
                self.missing.append(MissingVariable(name, where, f"{{{{{name}}}}} in {where}: {expected}"))
            return made or ""
        found = self._scope.lookup(name)
        if found is not None:
            return found[0]
        message = "" if _NAME.fullmatch(name) else f"{{{{{name}}}}} in {where} is not a variable name"
        missing = MissingVariable(name, where, message)
        if missing not in self.missing:
            self.missing.append(missing)
        return ""


def resolve(
    request: SavedRequest,
    *,
    target: Target,
    scope: Scope,
    dynamic: Dynamic,
    file: tuple[bytes, str] | None = None,
) -> ResolvedRequest:
    """Fill in every placeholder of a request.

    Args:
        request: with the collection's defaults already applied (`collection.with_defaults`).
        target: where it goes.
        scope: the variables.
        dynamic: the generated values of this logical request.
        file: bytes and content type of a `file` or `base64` body, which the caller has read.

    Raises:
        VariableError: with every placeholder that has no value.
    """
    renderer = Renderer(scope, dynamic)
    path = _path(request, renderer)
    headers = [(e.name, renderer.render(e.value, f"headers.{e.name}")) for e in request.headers if not e.off]
    body, content_type = _body(request.body, renderer, file)
    if renderer.missing:
        raise VariableError(renderer.missing, request_id=request.id)
    if body is not None and content_type and not any(entry.name.lower() == "content-type" for entry in request.headers):
        headers.append(("content-type", content_type))
    return ResolvedRequest(
        target=target,
        method=request.method,
        path=path,
        headers=tuple(headers),
        body=body,
        timeout=request.timeout,
        asserts=request.asserts,
    )


def _path(request: SavedRequest, renderer: Renderer) -> Text:
    path = renderer.render(request.path, "path", url=True)
    query = _pairs(request.query, "query", renderer)
    if not reveal(query):
        return path
    plain = reveal(path)
    joiner = "" if plain.endswith(("?", "&")) else "&" if "?" in plain else "?"
    return _join([path, joiner, query])


def _body(body: Body | None, renderer: Renderer, file: tuple[bytes, str] | None) -> tuple[bytes | Secret | None, str]:
    if body is None:
        return None, ""
    if body.kind in ("file", "base64"):
        content, content_type = file if file is not None else (b"", "")
        return content, content_type
    if body.kind == "form":
        text = _pairs(body.form, "form", renderer)
    else:
        text = renderer.render(body.text, body.kind, json_body=body.kind == "json")
    content_type = CONTENT_TYPES[body.kind]
    return (text if isinstance(text, Secret) else text.encode("utf-8")), content_type


def _pairs(entries: Sequence[Entry], where: str, renderer: Renderer) -> Text:
    """`a=1&b=2`, percent-encoded; a Secret when a value is."""
    pieces: list[Text] = []
    for entry in entries:
        if entry.off:
            continue
        value = renderer.render(entry.value, f"{where}.{entry.name}")
        if pieces:
            pieces.append("&")
        pieces.append(quote(entry.name, safe="") + "=")
        encoded = quote(reveal(value), safe="")
        pieces.append(Secret(encoded, value.label) if isinstance(value, Secret) else encoded)
    return _join(pieces)


def _join(pieces: Sequence[Text]) -> Text:
    label = next((piece.label for piece in pieces if isinstance(piece, Secret)), None)
    plain = "".join(reveal(piece) for piece in pieces)
    return plain if label is None else Secret(plain, label, shown="".join(str(piece) for piece in pieces))
