"""What a body is: kind, lexer and file suffix, from its declared type and, where that says too little, from its bytes.

A server's file name is never asked. Nothing here decodes or formats; every function takes any bytes and any header
text without an exception.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from workbench.model.body.magic import looks_binary, signature

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal[
    "empty",
    "json",
    "ndjson",
    "xml",
    "html",
    "javascript",
    "css",
    "yaml",
    "markdown",
    "python",
    "csv",
    "events",
    "form",
    "multipart",
    "text",
    "image",
    "audio",
    "video",
    "font",
    "document",
    "archive",
    "binary",
]
"""What the viewer does with a body depends on this and on nothing else of its type."""

BINARY_KINDS: frozenset[Kind] = frozenset({"image", "audio", "video", "font", "document", "archive", "binary"})
"""Kinds that are shown as hex."""


class Media(msgspec.Struct, frozen=True):
    """What a body was recognised as.

    Attributes:
        kind: one of `Kind`.
        name: what to call it in a sentence ("JSON", "PNG image").
        mime: the media type without parameters, declared or recognised.
        lexer: a Pygments lexer's name; "text" for none.
        suffix: for a file of this body, with its dot.
        charset: the declared charset, as it was written; "" when there was none.
        sniffed: the bytes said it, not the header.
    """

    kind: Kind
    name: str
    mime: str = ""
    lexer: str = "text"
    suffix: str = ".txt"
    charset: str = ""
    sniffed: bool = False

    @property
    def binary(self) -> bool:
        """Whether it is shown as hex."""
        return self.kind in BINARY_KINDS


class _Form(NamedTuple):
    kind: Kind
    name: str
    lexer: str
    suffix: str
    mimes: tuple[str, ...]


_FORMS = (
    _Form("json", "JSON", "json", ".json", ("application/json", "text/json", "application/x-json")),
    _Form(
        "ndjson",
        "NDJSON",
        "json",
        ".ndjson",
        (
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
            "application/x-jsonlines",
            "application/json-lines",
            "application/json-seq",
            "application/jsonlines",
        ),
    ),
    _Form("html", "HTML", "html", ".html", ("text/html", "application/xhtml+xml")),
    _Form("xml", "XML", "xml", ".xml", ("application/xml", "text/xml", "image/svg+xml")),
    _Form(
        "javascript",
        "JavaScript",
        "javascript",
        ".js",
        ("application/javascript", "text/javascript", "application/x-javascript", "application/ecmascript"),
    ),
    _Form("css", "CSS", "css", ".css", ("text/css",)),
    _Form("yaml", "YAML", "yaml", ".yaml", ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")),
    _Form("markdown", "Markdown", "markdown", ".md", ("text/markdown", "text/x-markdown")),
    _Form("python", "Python", "python", ".py", ("text/x-python", "application/x-python-code", "application/x-python")),
    _Form("csv", "CSV", "text", ".csv", ("text/csv", "application/csv")),
    _Form("csv", "TSV", "text", ".tsv", ("text/tab-separated-values",)),
    _Form("events", "event stream", "text", ".txt", ("text/event-stream",)),
    _Form("form", "form", "text", ".txt", ("application/x-www-form-urlencoded",)),
)
_BY_MIME = {mime: form for form in _FORMS for mime in form.mimes}
_BY_SUFFIX = {"+json": _BY_MIME["application/json"], "+xml": _BY_MIME["text/xml"], "+yaml": _BY_MIME["text/yaml"]}
_SAYS_NOTHING = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream", "*/*", "text/*"})
_ARCHIVES = ("zip", "gzip", "zstd", "bzip2", "x-xz", "7z", "tar")
_DOCUMENTS = ("pdf", "msword", "officedocument", "opendocument", "epub")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s;"',]{1,60})""", re.IGNORECASE)
_MIME = re.compile(r"\s*([!#$&^_.+\-a-zA-Z0-9*]{1,100}/[!#$&^_.+\-a-zA-Z0-9*]{1,100})")

_JSON_START = re.compile(rb"""\s*(?:\{\s*["}]|\[\s*[\]\["{tfn\-0-9])""")
_XML_START = re.compile(rb"\s*<\?xml[\s?]|\s*<svg[\s>]", re.IGNORECASE)
_HTML_START = re.compile(
    rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL
)
_SNIFFED = 64 * 1024
_LINES_TRIED = 5


def recognise(data: bytes, content_type: str = "") -> Media:
    """What the body is. A type that says something is believed unless the bytes are no text, or an image's are text.

    A type that says nothing (none, `text/plain`, `application/octet-stream`) leaves it to the bytes: signatures, then
    JSON, NDJSON, XML, HTML, then text or binary.
    """
    mime, charset = parse_type(content_type)
    if not data:
        return Media("empty", "empty", mime, charset=charset)
    form = _BY_MIME.get(mime) or next((form for tail, form in _BY_SUFFIX.items() if mime.endswith(tail)), None)
    if form is not None and (charset or not looks_binary(data)):
        return Media(form.kind, form.name, mime, form.lexer, form.suffix, charset)
    if form is None and mime not in _SAYS_NOTHING:
        declared = _declared(data, mime, charset)
        if declared is not None:
            return declared
    return _sniff(data, mime, charset)


def parse_type(content_type: str) -> tuple[str, str]:
    """The media type in lower case and the charset as written, out of a Content-Type; '' for what is not there."""
    found = _MIME.match(content_type)
    charset = _CHARSET.search(content_type)
    return (found[1].lower() if found else "", charset[1] if charset else "")


def _declared(data: bytes, mime: str, charset: str) -> Media | None:
    """A type outside the table: by its main type, when the bytes do not contradict it."""
    main = mime.partition("/")[0]
    binary = looks_binary(data)
    if main == "multipart":
        return Media(
            "binary" if binary else "multipart", "multipart", mime, "text", ".bin" if binary else ".txt", charset
        )
    found = signature(data)
    if found is not None:
        return Media(_kind_of(found.mime), found.name, mime, suffix=found.suffix, charset=charset)
    kind = _kind_of(mime)
    if kind != "binary" and binary:
        return Media(kind, mime, mime, suffix=".bin", charset=charset)
    return None


def _kind_of(mime: str) -> Kind:
    main, _, rest = mime.partition("/")
    if main in ("image", "audio", "video", "font"):
        return main  # type: ignore[return-value]  # one of Kind's names, by the test before it
    if any(part in rest for part in _ARCHIVES):
        return "archive"
    return "document" if any(part in rest for part in _DOCUMENTS) else "binary"


def _sniff(data: bytes, mime: str, charset: str) -> Media:
    found = signature(data)
    if found is not None:
        return Media(_kind_of(found.mime), found.name, mime or found.mime, suffix=found.suffix, sniffed=True)
    if looks_binary(data) and not charset:
        return Media("binary", "binary", mime, suffix=".bin", sniffed=True)
    form = _text_form(data)
    if form is not None:
        return Media(form.kind, form.name, mime or form.mimes[0], form.lexer, form.suffix, charset, sniffed=True)
    return Media("text", "text", mime or "text/plain", charset=charset)


def _text_form(data: bytes) -> _Form | None:
    head = data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf")
    if _JSON_START.match(head):
        if looks_like_ndjson(data):
            return _BY_MIME["application/x-ndjson"]
        if data[-_SNIFFED:].rstrip()[-1:] in (b"}", b"]"):
            return _BY_MIME["application/json"]
    if _XML_START.match(head):
        return _BY_MIME["text/xml"]
    return _BY_MIME["text/html"] if _HTML_START.match(head) else None


def looks_like_ndjson(data: bytes) -> bool:
    """Whether the first lines are each a whole JSON object or array, and there are at least two of them."""
    whole = 0
    for line in _first_lines(data):
        if not line.startswith((b"{", b"[")):
            return False
        try:
            msgspec.json.format(line)
        except (msgspec.DecodeError, RecursionError):
            return False
        whole += 1
    return whole > 1


def _first_lines(data: bytes) -> Iterator[bytes]:
    """At most five lines that are not blank and lie wholly in the sample, without their white space."""
    head = data[:_SNIFFED]
    lines = [line.strip() for line in head.split(b"\n", _LINES_TRIED * 2)]
    if len(data) > _SNIFFED or len(lines) > _LINES_TRIED * 2:
        lines.pop()
    return iter([line for line in lines if line][:_LINES_TRIED])
