"""Cuts markup into tags, comments and what else begins with `<`; everything between them is text.

Purely lexical, for XML and HTML alike; a `<` that begins nothing is text. Time grows with the length of the text
alone, whatever the text is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workbench.model.body.lines import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPEN, CLOSE, EMPTY, COMMENT, CDATA, OTHER = range(6)
"""Kinds of a token; OTHER: a processing instruction or a declaration."""

_TAG = 64 * 1024  # bytes of a tag at most
_BETWEEN_LOOKS = 2000
_OPEN = re.compile(
    rb"""<([A-Za-z_:\x80-\xff][^\s/<>"']*+)[^<>"'/]*+(?:(?:"[^"]*+"|'[^']*+'|/(?!>))[^<>"'/]*+)*+(/?)>"""
)
_CLOSE = re.compile(rb"</([A-Za-z_:\x80-\xff][^\s/<>]*+)[^<>]*+>")
_DECLARATION = re.compile(rb"""<![^<>"'\[]*+(?:(?:"[^"]*+"|'[^']*+'|\[[^\]]*+\])[^<>"'\[]*+)*+>""")
_RAW = frozenset({b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes"})


class Token(NamedTuple):
    """A piece that begins with `<`: its kind, its bytes, and a tag's name (in HTML in small letters)."""

    kind: int
    start: int
    end: int
    name: bytes = b""


class Cutter:
    """The tokens of one text."""

    def __init__(self, data: bytes, *, html: bool, cancelled: Callable[[], bool] = bool) -> None:
        self._data = data
        self._html = html
        self._cancelled = cancelled
        self._absent: set[bytes] = set()

    def __iter__(self) -> Iterator[Token]:
        """Every token in order.

        Raises:
            Cancelled: `cancelled` said so.
        """
        data, at, looks = self._data, 0, 0
        while (start := data.find(b"<", at)) >= 0:
            looks += 1
            if not looks % _BETWEEN_LOOKS and self._cancelled():
                raise Cancelled
            token = self._token(start)
            if token is None:
                at = start + 1
                continue
            yield token
            at = token.end
            if self._html and token.kind == OPEN and token.name in _RAW:
                at = self._end_of_raw(token)

    def _token(self, start: int) -> Token | None:
        data = self._data
        second = data[start + 1 : start + 2]
        if second == b"/":
            found = _CLOSE.match(data, start, start + _TAG)
            return Token(CLOSE, start, found.end(), self._name(found[1])) if found else None
        if second == b"!":
            return self._declared(start)
        if second == b"?":
            return self._until(OTHER, start, b">" if self._html else b"?>")
        found = _OPEN.match(data, start, start + _TAG)
        if found is None:
            return None
        return Token(EMPTY if found[2] else OPEN, start, found.end(), self._name(found[1]))

    def _name(self, name: bytes) -> bytes:
        return name.lower() if self._html else name

    def _declared(self, start: int) -> Token | None:
        data = self._data
        if data.startswith(b"<!--", start):
            return self._until(COMMENT, start, b"-->")
        if data.startswith(b"<![CDATA[", start):
            return self._until(CDATA, start, b"]]>")
        found = _DECLARATION.match(data, start, start + _TAG)
        return Token(OTHER, start, found.end()) if found else None

    def _until(self, kind: int, start: int, closer: bytes) -> Token | None:
        """A token up to what closes it; that there is none is looked for once only."""
        if closer in self._absent:
            return None
        end = self._data.find(closer, start + 2)
        if end < 0:
            self._absent.add(closer)
            return None
        return Token(kind, start, end + len(closer))

    def _end_of_raw(self, token: Token) -> int:
        """Where the text of an element ends that knows no tags but its own end tag."""
        if token.name in self._absent:
            return token.end
        found = re.compile(b"</" + token.name, re.IGNORECASE).search(self._data, token.end)
        if found is None:
            self._absent.add(token.name)
            return token.end
        return found.start()
