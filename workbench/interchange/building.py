"""A collection while requests of another tool are put into it: ids, references in place of credentials, hosts dropped.

Every format that is read goes through `Building.add`, so that a credential is kept out of the file in one place only.
Texts that come in are templates of ours already: `literal` makes one of a foreign text. Pure.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import msgspec

from workbench.interchange import urls
from workbench.interchange.bodies import unwrapped
from workbench.model.clear import clear_in_json, credential_in, is_clear
from workbench.model.collection import METHODS, Body, Collection, Entry, SavedRequest, SecretRef, Value
from workbench.model.envelope import HOP_BY_HOP, MAX_PATH, header_problems
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbench.interchange.urls import Address

_NOT_IN_AN_ID = re.compile(r"[^a-z0-9._-]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)\s+(.+)", re.DOTALL)
_LONGEST_ID = 60
_NOT_SENT = HOP_BY_HOP | {"content-length", "keep-alive", "proxy-connection"}
_OF_THE_PLATFORM = frozenset({"authorization", "x-team-id"})
_SCHEMES = {"bearer": "token", "basic": "basic_credentials"}


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """One request of another tool.

    Attributes:
        name: what it is called there, for its id; empty where it has no name.
        title: what it is called for people; the name where it is empty.
        url: a whole URL, or a path.
        query: parameters beside those of the URL.
    """

    name: str = ""
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    method: str = "GET"
    url: str = "/"
    query: tuple[Entry, ...] = ()
    headers: tuple[Entry, ...] = ()
    body: Body | None = None
    timeout: float | None = None


class Imported(msgspec.Struct, frozen=True):
    """What another tool's file comes to, and what of it could not be taken over, one sentence each."""

    collection: Collection
    warnings: tuple[str, ...] = ()


def literal(text: str) -> str:
    """A foreign text as a template that gives this text."""
    return text.replace("{{", "\\{{")


class Building:
    """Collects requests.

    Args:
        service: the slug that the requests go to; None where a gateway's URL among them may say it.
    """

    def __init__(self, service: str | None = None) -> None:
        self.service = service
        self.variables: dict[str, Value] = {}
        self._requests: list[SavedRequest] = []
        self._ids: set[str] = set()
        self._secrets: dict[str, SecretRef] = {}
        self._values: dict[tuple[str, str], str] = {}
        self._hosts: dict[str, None] = {}
        self._warnings: dict[str, None] = {}

    def warn(self, text: str) -> None:
        """Say something that is not taken over, once."""
        self._warnings[text] = None

    def add_host(self, host: str) -> None:
        """Note a host that is dropped."""
        if host:
            self._hosts[host] = None

    def variable(self, name: str, value: Value | None) -> str:
        """The placeholder of a variable; one with another value, or a secret, of that name makes it another name.

        Without a value any variable of the name will do; what looks like a credential becomes a secret.
        """
        if isinstance(value, str) and is_clear(name, value, template=False):
            return self.secret(name, value)
        known, number = name, 2
        while known in self._secrets or (value is not None and self.variables.get(known, value) != value):
            known, number = f"{name}_{number}", number + 1
        self.variables.setdefault(known, "1" if value is None else value)
        return f"{{{{{known}}}}}"

    def reference(self, name: str, environ: str) -> str:
        """The placeholder of a secret that stands in a variable of the environment."""
        self._secrets.setdefault(name, SecretRef("env", environ))
        return f"{{{{{name}}}}}"

    def secret(self, name: str, value: str = "") -> str:
        """The placeholder of a secret; another value under the same name gets a name of its own."""
        base = _NOT_IN_A_NAME.sub("_", name).strip("_").lower() or "secret"
        base = f"_{base}" if base[0].isdigit() else base
        known = self._values.get((base, value))
        if known is None:
            known, number = base, 2
            while known in self._secrets or known in self.variables:
                known, number = f"{base}_{number}", number + 1
            self._values[base, value] = known
            prefix = f"{_NOT_IN_A_NAME.sub('_', self.service)}_" if self.service else ""
            self._secrets[known] = SecretRef("env", f"{prefix}{known}".upper())
        return f"{{{{{known}}}}}"

    def add(self, foreign: Foreign) -> None:
        """Take a request over."""
        address = urls.split(foreign.url)
        self.add_host(address.host)
        if address.service:
            self.service = self.service or address.service
            foreign, address = self._behind_the_gateway(foreign, address)
        if foreign.method not in METHODS:
            self.warn(f"{foreign.method} {address.path} is left out: a collection knows {', '.join(METHODS)}")
            return
        headers = list(foreign.headers)
        if address.user:
            encoded = base64.b64encode(address.user.encode("utf-8")).decode("ascii")
            headers.append(Entry("authorization", f"Basic {encoded}"))
        path, query = urls.with_query(address.path, address.query)
        request = SavedRequest(
            id=self._id(foreign.name or f"{foreign.method} {address.path}"),
            name=foreign.title or foreign.name,
            description=foreign.description,
            tags=foreign.tags,
            service=address.service if address.service not in ("", self.service) else None,
            method=foreign.method,
            path=self._path(path),
            query=urls.together(tuple(self._named(each) for each in (*query, *foreign.query))),
            headers=self._headers(headers),
            body=self._body(foreign.body),
            timeout=foreign.timeout,
        )
        self._requests.append(request)

    def _behind_the_gateway(self, foreign: Foreign, address: Address) -> tuple[Foreign, Address]:
        """A call to the gateway as the request that the container gets, without the platform's own headers."""
        headers = tuple(each for each in foreign.headers if each.name.lower() not in _OF_THE_PLATFORM)
        if len(headers) < len(foreign.headers):
            self.warn("the platform's credential and team are left out: they come from the profile")
        inner = unwrapped(foreign.body) if address.invoke else None
        if inner is None:
            return msgspec.structs.replace(foreign, headers=headers), address
        asked = msgspec.structs.replace(urls.split(inner.path), service=address.service)
        known = {"method": inner.method, "headers": inner.headers, "body": inner.body, "query": ()}
        return msgspec.structs.replace(foreign, **known), asked

    def finish(self, *, name: str = "", description: str = "", source: str) -> Imported:
        """The collection.

        Args:
            name: its name.
            description: what the other tool says about it.
            source: what it was made from, for its description.
        """
        hosts = ", ".join(self._hosts)
        dropped = f" The host {hosts} is left out: requests go to the service." if hosts else ""
        made = f"Imported from {source}.{dropped}"
        if hosts:
            self.warn(f"the host {hosts} is left out: requests go to the service behind the gateway")
        used = {name for request in self._requests for name in _names(request)}
        secrets = {name: where for name, where in self._secrets.items() if name in used}
        for secret, where in secrets.items():
            what = "the base64 of user:password" if secret.startswith(_SCHEMES["basic"]) else "a secret"
            self.warn(f"{{{{{secret}}}}} is {what}: set {where.argument} in the environment, or change [secrets]")
        if not self.service:
            self.warn('no service is named: give --service SLUG, or set service = "SLUG" in the file')
        collection = Collection(
            name=name,
            description=f"{description.strip()}\n\n{made}".strip(),
            service=self.service,
            vars={key: value for key, value in self.variables.items() if key in used and key not in secrets},
            secrets=secrets,
            requests=tuple(self._requests),
        )
        return Imported(collection, tuple(self._warnings))

    def _id(self, text: str) -> str:
        base = (
            _NOT_IN_AN_ID.sub("-", _HUMP.sub("-", text).lower()).strip("-._")[:_LONGEST_ID].rstrip("-._") or "request"
        )
        made, number = base, 2
        while made in self._ids:
            made, number = f"{base}-{number}", number + 1
        self._ids.add(made)
        return made

    def _path(self, path: str) -> str:
        if len(path) > MAX_PATH:
            self.warn(f"a path has {len(path)} characters: the platform takes at most {MAX_PATH}")
        return self._without_credentials(path)

    def _named(self, entry: Entry) -> Entry:
        """A parameter or field without its credential."""
        if is_clear(entry.name, entry.value):
            return msgspec.structs.replace(entry, value=self.secret(entry.name, entry.value))
        return msgspec.structs.replace(entry, value=self._without_credentials(entry.value))

    def _without_credentials(self, text: str) -> str:
        found = credential_in(text)
        while found:
            text = text[: found.start()] + self.secret("token", found[0]) + text[found.end() :]
            found = credential_in(text)
        return text

    def _headers(self, headers: Iterable[Entry]) -> tuple[Entry, ...]:
        """The headers that are sent, each name once: the file has room for one."""
        joined: dict[str, Entry] = {}
        for entry in headers:
            name, lower = entry.name, entry.name.lower()
            if lower in _NOT_SENT or name.startswith(":"):
                continue
            problems = header_problems(name, entry.value)
            if problems:
                self.warn(f"left out: {problems[0]}")
                continue
            before = joined.get(lower)
            joined[lower] = self._header(entry)
            if before is not None and before.off == entry.off:
                joiner = "; " if lower == "cookie" else ", "
                value = f"{before.value}{joiner}{joined[lower].value}"
                joined[lower] = msgspec.structs.replace(before, value=value)
        return tuple(joined.values())

    def _header(self, entry: Entry) -> Entry:
        scheme = _SCHEME.fullmatch(entry.value) if entry.name.lower().endswith("authorization") else None
        if scheme is None or any(placeholders(entry.value)):
            return self._named(entry)
        name = _SCHEMES.get(scheme[1].lower(), entry.name)
        return msgspec.structs.replace(entry, value=f"{scheme[1]} {self.secret(name, scheme[2])}")

    def _body(self, body: Body | None) -> Body | None:
        if body is None or body.kind in ("file", "base64"):
            return body
        if body.kind == "form":
            return Body("form", form=urls.together(tuple(self._named(each) for each in body.form)))
        text = body.text
        if body.kind == "json":
            for match in reversed(list(clear_in_json(text))):
                text = text[: match.start(2)] + self.secret(match[1], match[2]) + text[match.end(2) :]
        return Body(body.kind, self._without_credentials(text))


def _names(request: SavedRequest) -> Iterable[str]:
    """The variables a request uses, in entries that are switched off too."""
    form = request.body.form if request.body else ()
    texts = [request.path, *(entry.value for entry in (*request.query, *request.headers, *form))]
    if request.body is not None and request.body.kind in ("json", "text"):
        texts.append(request.body.text)
    return (name for text in texts for name in placeholders(text))
