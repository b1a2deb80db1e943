"""Recorded traffic (HTTP Archive 1.2, as browsers and proxies save it) as a collection. Pure.

Every request is kept, those for static files with the tag `static`. Cookies and authorization values become references.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workbench.interchange import bodies, documents
from workbench.interchange.building import Building, Foreign, Imported, literal
from workbench.interchange.documents import rows, table, text
from workbench.interchange.multipart import Field, multipart
from workbench.model.collection import Body, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable

STATIC = "static"
"""The tag of requests for scripts, styles, fonts and pictures: `--skip-tag static` leaves them out."""

_STATIC_TYPE = re.compile(r"(?:image|font|video|audio)/|text/css|.*javascript|application/(?:x-)?font", re.IGNORECASE)
_STATIC_PATH = re.compile(
    r"\.(?:js|mjs|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|otf|mp4|webm)$", re.IGNORECASE
)
_KEPT_SCHEMES = ("http", "https", "")


def from_har(data: bytes, *, service: str | None = None, name: str = "") -> Imported:
    """A collection with one request for each recorded one.

    Raises:
        ValueError: this is no HTTP archive; the message says why.
    """
    log = table(table(documents.read(data)).get("log"))
    if "entries" not in log:
        raise ValueError("this is no HTTP archive: expected an object `log` with a list `entries`")
    entries = rows(log["entries"])
    building = Building(service)
    hosts = {_host(entry) for entry in entries} - {""}
    static = 0
    for entry in entries:
        request = table(entry.get("request"))
        url = text(request.get("url"))
        scheme = url.partition(":")[0].lower() if "://" in url or url.startswith(("data:", "blob:")) else ""
        if scheme not in _KEPT_SCHEMES or not url:
            building.warn(f"a request to {scheme or 'no URL'}: is left out: only http and https are requests")
            continue
        tags = [STATIC] if _is_static(entry, url) else []
        static += len(tags)
        if len(hosts) > 1:
            tags.append(_host(entry))
        building.add(_request(request, tuple(tags), building))
    if static:
        building.warn(f"{static} of {len(entries)} requests fetch static files: they have the tag {STATIC}")
    creator = table(log.get("creator"))
    source = f"an HTTP archive of {text(creator.get('name'))}".removesuffix(" of ")
    return building.finish(name=name or _title(log), source=source)


def _request(request: dict[str, Any], tags: tuple[str, ...], building: Building) -> Foreign:
    headers = [Entry(text(each.get("name")), literal(text(each.get("value")))) for each in rows(request.get("headers"))]
    headers = [entry for entry in headers if entry.name]
    if not any(entry.name.lower() == "cookie" for entry in headers):
        cookies = [f"{text(each.get('name'))}={text(each.get('value'))}" for each in rows(request.get("cookies"))]
        headers += [Entry("cookie", literal("; ".join(cookies)))] * bool(cookies)
    body, content_type = _body(table(request.get("postData")), headers, building)
    if content_type:
        headers = [entry for entry in headers if entry.name.lower() != "content-type"]
        headers.append(Entry("content-type", content_type))
    return Foreign(
        tags=tags,
        method=text(request.get("method")).upper() or "GET",
        url=literal(text(request.get("url"))),
        headers=bodies.headers_beside(body, headers),
        body=body,
    )


def _body(data: dict[str, Any], headers: Iterable[Entry], building: Building) -> tuple[Body | None, str]:
    """The body, and its content type where the headers do not say it as it has to be."""
    named = next((entry.value for entry in headers if entry.name.lower() == "content-type"), "")
    kind = named or text(data.get("mimeType"))
    written = data.get("text")
    if isinstance(written, str) and written:
        encoded = data.get("encoding") == "base64" or data.get("_encoding") == "base64"
        if not encoded:
            return bodies.of_text(literal(written), kind), "" if named else kind
        try:
            return bodies.of_bytes(base64.b64decode(written, validate=True), kind), "" if named else kind
        except ValueError:
            building.warn("a body that is said to be base64 is not, and is taken as text")
            return bodies.of_text(literal(written), kind), "" if named else kind
    params = rows(data.get("params"))
    if not params:
        return None, ""
    if "multipart" in kind:
        return _multipart(params, building)
    fields = tuple(Entry(text(each.get("name")), literal(text(each.get("value")))) for each in params)
    return Body("form", form=fields), "" if named else kind


def _multipart(params: list[dict[str, Any]], building: Building) -> tuple[Body, str]:
    fields = []
    for each in params:
        field, file = text(each.get("name")), text(each.get("fileName"))
        if file and not text(each.get("value")):
            building.warn(f"the file {file} of the form field {field} is left out: the archive does not hold it")
        else:
            fields.append(Field(field, text(each.get("value")), text(each.get("contentType")), file))
    body, content_type = multipart(fields)
    return Body("text", literal(body)), content_type


def _is_static(entry: dict[str, Any], url: str) -> bool:
    content = table(table(entry.get("response")).get("content"))
    kind = text(content.get("mimeType"))
    return bool(_STATIC_TYPE.match(kind) if kind else _STATIC_PATH.search(url.partition("?")[0]))


def _host(entry: dict[str, Any]) -> str:
    try:
        return urlsplit(text(table(entry.get("request")).get("url"))).netloc.rpartition("@")[2]
    except ValueError:
        return ""


def _title(log: dict[str, Any]) -> str:
    return next((text(page.get("title")) for page in rows(log.get("pages"))), "")
