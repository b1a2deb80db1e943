"""The bodies of Postman requests, in each of their modes. Pure; no file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from workbench.interchange import bodies
from workbench.interchange.documents import rows, table, text
from workbench.interchange.multipart import Field, multipart
from workbench.model.collection import Body, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

_LANGUAGES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "javascript": "application/javascript",
}


class Bodies:
    """Makes bodies.

    Args:
        template: a text with its variables in our form.
        warn: told of what is left out.
    """

    def __init__(self, template: Callable[[Any], str], warn: Callable[[str], None]) -> None:
        self._template = template
        self._warn = warn

    def of(self, body: dict[str, Any], headers: list[Entry], where: str) -> Body | None:
        """The body; a content type it asks for is put into `headers`."""
        if not body or body.get("disabled") is True:
            return None
        mode = text(body.get("mode"))
        if mode == "raw":
            return self._raw(body, headers)
        if mode == "formdata":
            return self._form_data(rows(body.get(mode)), headers, where)
        return self._other(mode, body.get(mode), where)

    def _other(self, mode: str, content: Any, where: str) -> Body | None:
        if mode == "urlencoded":
            return Body("form", form=tuple(entry for entry in map(self._entry, rows(content)) if entry.name))
        if mode == "graphql":
            return self._graphql(table(content))
        if mode == "file":
            file = text(table(content).get("src"))
            if file and not file.startswith(("/", "~")) and ".." not in file.split("/") and ":" not in file:
                return Body("file", file)
            self._warn(f"the body file {file or '(none)'} of {where} is left out: put it beside the collection")
        elif mode and mode != "none":
            self._warn(f"the body of {where} is left out: {mode} is not known")
        return None

    def _raw(self, body: dict[str, Any], headers: list[Entry]) -> Body | None:
        written = self._template(body.get("raw"))
        if not written:
            return None
        language = text(table(table(body.get("options")).get("raw")).get("language"))
        named = next((entry.value for entry in headers if entry.name.lower() == "content-type"), "")
        kind = named or _LANGUAGES.get(language, "")
        if kind and not named:
            headers.append(Entry("content-type", kind))
        return bodies.of_text(written, kind)

    def _graphql(self, graphql: dict[str, Any]) -> Body:
        query = msgspec.json.encode(self._template(graphql.get("query"))).decode()
        variables = self._template(graphql.get("variables")).strip() or "{}"
        return Body("json", f'{{"query": {query}, "variables": {variables}}}')

    def _form_data(self, parts: list[dict[str, Any]], headers: list[Entry], where: str) -> Body:
        fields = []
        for part in parts:
            key = text(part.get("key"))
            if part.get("disabled") is True:
                self._warn(f"the form field {key} of {where} is left out: it is switched off")
            elif part.get("type") == "file":
                self._warn(f"the file of the form field {key} of {where} is left out")
            else:
                fields.append(Field(key, self._template(part.get("value")), text(part.get("contentType"))))
        body, content_type = multipart(fields)
        headers[:] = [entry for entry in headers if entry.name.lower() != "content-type"]
        headers.append(Entry("content-type", content_type))
        return Body("text", body)

    def _entry(self, part: dict[str, Any]) -> Entry:
        return Entry(text(part.get("key")), self._template(part.get("value")), part.get("disabled") is True)
