"""A whole request out of what was pasted into the path: a gateway URL, another URL, or a curl command. Pure.

Only what a request can hold is taken over; everything left out is said. A gateway's own credential is never taken: it
belongs to the profile.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from workbench.model.collection import Body, Entry
from workbench.model.envelope import from_base64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workbench.model.collection import SavedRequest

_GATEWAY = re.compile(r"/r/(?:invoke|containers)/([a-z0-9][a-z0-9-]{1,98}[a-z0-9])(/.*)?$")
_PROMPT = re.compile(r"^\s*(?:[$%#>]\s+)?(?=curl)", re.IGNORECASE)
_DATA = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_TAKES_A_VALUE = frozenset(
    {"-o", "--output", "-u", "--user", "-A", "--user-agent", "-e", "--referer", "-b", "--cookie", "-m", "--max-time"}
    | {"--connect-timeout", "-x", "--proxy", "-c", "--cookie-jar", "-F", "--form", "--cacert", "-E", "--cert", "--key"}
    | {"--retry", "-w", "--write-out", "-T", "--upload-file", "--resolve", "--data-urlencode"}
)
_HARMLESS = frozenset({"-s", "--silent", "-S", "--show-error", "-v", "--verbose", "-i", "--include", "--compressed"})


@dataclass(frozen=True)
class Pasted:
    """What a paste holds.

    Attributes:
        service: the slug, where it was a gateway's URL.
        path: with its query string; empty where none was given.
        method, headers, body: None where the paste says nothing about them.
        left_out: what a request cannot hold, in words.
    """

    service: str = ""
    path: str = ""
    method: str | None = None
    headers: tuple[Entry, ...] | None = None
    body: Body | None = None
    left_out: tuple[str, ...] = ()

    def onto(self, request: SavedRequest) -> SavedRequest:
        """The request with what was pasted in place of its own."""
        fields: dict[str, object] = {}
        if self.path:
            fields |= {"path": self.path, "query": ()}
        if self.method is not None:
            fields |= {"method": self.method, "headers": self.headers or (), "body": self.body}
        return msgspec.structs.replace(request, **fields)


@dataclass
class _Words:
    """What the words of a curl command come to, while they are read."""

    url: str = ""
    method: str = ""
    headers: list[Entry] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    json: bool = False
    in_url: bool = False
    left_out: list[str] = field(default_factory=list)


def read_paste(text: str) -> Pasted:
    """What a pasted URL or curl command holds.

    Raises:
        ValueError: it is a curl command that cannot be read; the message says why.
    """
    command = _PROMPT.sub("", text.strip())
    if command.lower().startswith("curl"):
        return _curl(command)
    return _url(text.strip())


def _url(url: str) -> Pasted:
    parts = urlsplit(url)
    found = _GATEWAY.search(parts.path)
    query = f"?{parts.query}" if parts.query else ""
    if found:
        rest = found[2] or ""
        return Pasted(service=found[1], path=rest + query if rest or query else "")
    left_out = (f"the host {parts.netloc}: requests go to the service of the target bar",) if parts.netloc else ()
    return Pasted(path=(parts.path or "/") + query, left_out=left_out)


def _curl(command: str) -> Pasted:
    try:
        words = iter(shlex.split(command.replace("\\\n", " ").replace("\\\r\n", " "))[1:])
    except ValueError as error:
        raise ValueError(f"this curl command cannot be read: {error}") from error
    said = _Words()
    for word in words:
        _word(word, words, said)
    if not said.url:
        raise ValueError("this curl command names no URL")
    target = _url(said.url if "://" in said.url else f"http://{said.url}")
    gateway = bool(target.service)
    headers = [entry for entry in said.headers if not (gateway and entry.name.lower() == "authorization")]
    left_out = [*target.left_out, *said.left_out]
    if len(headers) < len(said.headers):
        left_out.append("Authorization: the platform's credential comes from the profile")
    inner = _envelope(said.data) if gateway and not target.path else None
    if inner is not None:
        return replace(inner, service=target.service, left_out=tuple(left_out))
    path = target.path
    if said.in_url and said.data:
        path += ("&" if "?" in path else "?") + "&".join(said.data)
        said.data.clear()
        said.method = said.method or "GET"
    body = _body(said, headers)
    method = said.method or ("POST" if body is not None else "GET")
    return Pasted(target.service, path, method, tuple(headers), body, tuple(left_out))


class _Envelope(msgspec.Struct):
    """The body of an invoke call (CYBERUN-API.md, 1)."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body_base64: str | None = None


def _envelope(data: list[str]) -> Pasted | None:
    """The request inside an invoke call's body; None when there is none that can be read."""
    try:
        found = msgspec.json.decode("&".join(data), type=_Envelope)
        content = from_base64(found.body_base64 or "")
    except (msgspec.DecodeError, ValueError):
        return None
    headers = tuple(Entry(name, value) for name, value in found.headers.items())
    body = None
    if content:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            body = Body("base64", found.body_base64 or "")
        else:
            body = Body("json" if text.lstrip()[:1] in ("{", "[") else "text", text)
    return Pasted(path=found.path, method=found.method.upper(), headers=headers, body=body)


def _word(word: str, words: Iterator[str], said: _Words) -> None:
    """One word of a curl command, with the value that belongs to it."""
    name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
    if word[:2] in ("-X", "-H", "-d") and len(word) > 2:  # noqa: PLR2004 - -XPOST
        name, equals, value = word[:2], "=", word[2:]

    def argument() -> str:
        return value if equals else next(words, "")

    if name in _DATA:
        said.data.append(argument())
        said.json = said.json or name == "--json"
    elif name in _SETS:
        _SETS[name](said, argument() if name not in _BARE else "")
    elif name in _TAKES_A_VALUE:
        argument()
        said.left_out.append(name)
    elif not word.startswith("-"):
        said.url = said.url or word
    elif name not in _HARMLESS:
        said.left_out.append(name)


def _method(said: _Words, value: str) -> None:
    said.method = value.upper()


def _header(said: _Words, value: str) -> None:
    name, _, text = value.partition(":")
    said.headers.append(Entry(name.strip(), text.strip()))


def _address(said: _Words, value: str) -> None:
    said.url = value


def _get(said: _Words, _: str) -> None:
    said.in_url = True


def _head(said: _Words, _: str) -> None:
    said.method = "HEAD"


_SETS: dict[str, Callable[[_Words, str], None]] = {
    "-X": _method,
    "--request": _method,
    "-H": _header,
    "--header": _header,
    "--url": _address,
    "-G": _get,
    "--get": _get,
    "-I": _head,
    "--head": _head,
}
_BARE = frozenset({"-G", "--get", "-I", "--head"})


def _body(said: _Words, headers: list[Entry]) -> Body | None:
    if not said.data:
        return None
    text = "&".join(said.data)
    if len(said.data) == 1 and text.startswith("@"):
        return Body("file", text[1:])
    kind = next((entry.value.lower() for entry in headers if entry.name.lower() == "content-type"), "")
    if said.json or "json" in kind or text.lstrip()[:1] in ("{", "["):
        return Body("json", text)
    if not kind:
        headers.append(Entry("content-type", "application/x-www-form-urlencoded"))
    return Body("text", text)
