"""Postman collections (v2.0 and v2.1) as collections of ours. Pure; scripts are named and never run.

Folders become tags, `{{variables}}` stay variables, and what authorization uses becomes a reference to a secret.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.interchange import bodies, documents
from workbench.interchange.building import Building, Foreign, Imported
from workbench.interchange.documents import rows, table, text
from workbench.interchange.postman_bodies import Bodies
from workbench.interchange.postman_words import DYNAMIC, prose, readable, variable
from workbench.model.clear import credential_in, is_sensitive
from workbench.model.collection import Entry
from workbench.model.variables import placeholders

if TYPE_CHECKING:
    from collections.abc import Iterable

_IN_PATH = re.compile(r"(?<=/):([A-Za-z_][A-Za-z0-9_.-]*)(?=[/?#]|$)")
_BASE = re.compile(r"\{\{([^{}$]+)\}\}(?=/|\?|$)")
_NOT_IN_A_TAG = re.compile(r"[^a-z0-9._-]+")
_DEEPEST = 50


def from_postman(data: bytes, *, service: str | None = None, name: str = "") -> Imported:
    """A collection with one request for each of a Postman collection, in its order.

    Raises:
        ValueError: this is no such collection; the message says why.
    """
    document = table(documents.read(data))
    document = table(document.get("collection")) or document
    if "item" not in document:
        hint = ""
        if "requests" in document:
            hint = " (this is version 1: export it as v2.1)"
        elif "values" in document:
            hint = " (this is an environment)"
        raise ValueError(f"this is no Postman collection: expected a list `item`{hint}")
    reading = _Reading(service)
    reading.variables(rows(document.get("variable")))
    reading.events(document, "the collection")
    reading.items(document["item"], (), document.get("auth"))
    return reading.finish(document, name)


class _Reading:
    """One collection while it is read."""

    def __init__(self, service: str | None) -> None:
        self._building = Building(service)
        self._secret_names: dict[str, None] = {}
        self._in_use: dict[str, None] = {}

    def variables(self, given: Iterable[dict[str, Any]]) -> None:
        """The collection's variables: values, but for those that hold a secret."""
        for each in given:
            name = variable(text(each.get("key")) or text(each.get("id")))
            value = each.get("value")
            written = text(value) if not isinstance(value, (dict, list)) else msgspec.json.encode(value).decode()
            if is_sensitive(name) or each.get("type") == "secret" or credential_in(written):
                self._secret_names[name] = None
            else:
                self._building.variables.setdefault(name, written)

    def events(self, part: dict[str, Any], where: str) -> None:
        """Name the scripts of a request, a folder or the collection."""
        for event in rows(part.get("event")):
            script = table(event.get("script"))
            lines = script.get("exec")
            written = "\n".join(map(text, lines)) if isinstance(lines, list) else text(lines)
            if written.strip():
                kind = "tests" if event.get("listen") == "test" else "script before the request"
                self._building.warn(
                    f"the {kind} of {where} is left out: write `assert` and `[request.capture]` instead"
                )

    def items(self, items: Any, folders: tuple[str, ...], auth: Any) -> None:
        """The requests and folders of a folder."""
        if len(folders) > _DEEPEST:
            raise ValueError(f"its folders are nested deeper than {_DEEPEST}")
        for item in rows(items):
            name = text(item.get("name"))
            self.events(item, " / ".join((*folders, name)) or "a request")
            if isinstance(item.get("item"), list):
                self.variables(rows(item.get("variable")))
                self.items(item["item"], (*folders, name), item.get("auth") or auth)
            elif item.get("request"):
                self._request(item, folders, auth)

    def finish(self, document: dict[str, Any], name: str) -> Imported:
        """The collection, with every variable given some value."""
        for each in self._secret_names:
            self._building.reference(each, self._environ(each))
        for each in self._in_use:
            if each not in self._building.variables and each not in self._secret_names:
                self._building.variables[each] = ""
                self._building.warn(f"{{{{{each}}}}} has no value in the collection: set it in [vars], or with --var")
        info = table(document.get("info"))
        return self._building.finish(
            name=name or text(info.get("name")),
            description=prose(info.get("description")),
            source="a Postman collection",
        )

    def _environ(self, name: str) -> str:
        prefix = f"{self._building.service}_" if self._building.service else ""
        return re.sub(r"[^A-Za-z0-9]+", "_", prefix + name).upper()

    def _request(self, item: dict[str, Any], folders: tuple[str, ...], auth: Any) -> None:
        request = item["request"]
        request = {"url": request} if isinstance(request, str) else table(request)
        where = " / ".join((*folders, text(item.get("name"))))
        query: list[Entry] = []
        headers = [self._entry(each) for each in rows(request.get("header"))]
        self._authorize(table(request.get("auth") or auth), where, query, headers)
        body = Bodies(self._template, self._building.warn).of(table(request.get("body")), headers, where)
        if item.get("response"):
            self._building.warn("saved answers are left out")
        foreign = Foreign(
            name=text(item.get("name")),
            description=prose(request.get("description")) or prose(item.get("description")),
            tags=tuple(tag for folder in folders if (tag := _NOT_IN_A_TAG.sub("-", folder.lower()).strip("-"))),
            method=text(request.get("method")).upper() or "GET",
            url=self._url(request.get("url"), query),
            query=tuple(query),
            headers=bodies.headers_beside(body, [entry for entry in headers if entry.name]),
            body=body,
        )
        self._building.add(foreign)
        self._note_variables(foreign)

    def _note_variables(self, foreign: Foreign) -> None:
        form = foreign.body.form if foreign.body else ()
        texts = [foreign.url.partition("?")[0].partition("://")[2] or foreign.url]
        texts += [entry.value for entry in (*foreign.query, *foreign.headers, *form)]
        texts.append(foreign.body.text if foreign.body and foreign.body.kind in ("json", "text") else "")
        self._in_use.update(dict.fromkeys(name for each in texts for name in placeholders(each) if name[0] != "$"))

    def _template(self, value: Any) -> str:
        """A text with its variables in our form; dynamic ones that we do not have are said."""
        made, unknown = readable(text(value))
        for each in unknown:
            self._building.warn(
                f"{{{{${each}}}}} is not known here ({', '.join(sorted(DYNAMIC))} are): set it yourself"
            )
        return made

    def _entry(self, part: dict[str, Any]) -> Entry:
        return Entry(text(part.get("key")), self._template(part.get("value")), part.get("disabled") is True)

    def _url(self, url: Any, query: list[Entry]) -> str:
        """The URL without its query, which goes to `query`."""
        parts = table(url)
        raw = text(url) if isinstance(url, str) else text(parts.get("raw"))
        if not raw:
            path = parts.get("path")
            steps = [text(table(each).get("value")) or text(each) for each in path] if isinstance(path, list) else []
            raw = "/" + ("/".join(steps) if steps else text(path).lstrip("/"))
        if isinstance(parts.get("query"), list):
            query[:0] = [entry for entry in map(self._entry, rows(parts["query"])) if entry.name]
            raw = raw.partition("?")[0]
        values = {text(each.get("key")) or text(each.get("id")): each for each in rows(parts.get("variable"))}
        named = {
            key: self._building.variable(variable(key), text(each.get("value")) or None)
            for key, each in values.items()
            if key
        }
        scheme, separator, rest = raw.rpartition("://")
        path = _IN_PATH.sub(lambda match: named.get(match[1], f"{{{{{match[1]}}}}}"), rest)
        return self._with_base(scheme + separator + self._template(path))

    def _with_base(self, url: str) -> str:
        """The URL with the value of a variable that it begins with: its host is dropped, but a path of its is not."""
        match = _BASE.match(url)
        if match is None:
            return url
        value = self._building.variables.get(match[1])
        if isinstance(value, str) and value:
            return value.rstrip("/") + url[match.end() :]
        self._building.warn(f"{{{{{match[1]}}}}} is taken for a host; if it has a path too, put that before the paths")
        return url

    def _authorize(self, auth: dict[str, Any], where: str, query: list[Entry], headers: list[Entry]) -> None:
        """What authorization adds; a header that is set by hand wins."""
        kind = text(auth.get("type"))
        given = auth.get(kind)
        values = (
            given if isinstance(given, dict) else {text(each.get("key")): each.get("value") for each in rows(given)}
        )
        if any(entry.name.lower() == "authorization" and not entry.off for entry in headers):
            return
        if kind in ("bearer", "oauth2"):
            value = self._secret("token", values.get("token") or values.get("accessToken"))
            if values.get("addTokenTo") == "queryParams":
                query.append(Entry("access_token", value))
            else:
                headers.append(
                    Entry("authorization", f"{text(values.get('headerPrefix')).strip() or 'Bearer'} {value}")
                )
        elif kind == "basic":
            headers.append(Entry("authorization", f"Basic {self._secret('basic_credentials', None)}"))
        elif kind == "apikey":
            entry = Entry(text(values.get("key")) or "x-api-key", self._secret("api_key", values.get("value")))
            (query if values.get("in") == "query" else headers).append(entry)
        elif kind and kind != "noauth":
            self._building.warn(f"the authorization of {where} is left out: {kind} is not known here")

    def _secret(self, name: str, value: Any) -> str:
        """A reference in place of a value of authorization; a variable of the collection keeps its name."""
        made = self._template(value)
        names = list(placeholders(made))
        if len(names) == 1 and made == f"{{{{{names[0]}}}}}":
            self._building.variables.pop(names[0], None)
            self._secret_names[names[0]] = None
            return made
        return self._building.secret(name, made)
