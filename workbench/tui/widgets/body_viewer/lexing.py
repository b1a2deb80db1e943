"""Highlights the part of a text that is on the screen, with just enough around it to be right.

JSON is lexed row by row, since no token of it spans lines; other languages in blocks of lines, from a restart point
some way above. Every call handles a bounded number of bytes and the result is kept. What a lexer makes of hostile text
is not trusted: if its tokens do not add up to the text, the text is shown plain.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.tui.widgets.body_viewer.document import PIECE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.tui.widgets.body_viewer.document import Document

Token = Any
"""A Pygments token type: they come into being as they are named, so that no checker knows them."""

_BLOCK = 48
_BLOCKS_KEPT = 64
_ROWS_KEPT = 512
_LINES_ABOVE = 40
_BYTES_ABOVE = 8 * 1024
_MOST = 24 * 1024
_WHOLE = 32 * 1024
_CONTEXT = 1024
_INDENT = 200
_VOTERS = 9
_PLACES_KEPT = 4096
_MARKER_SEARCH = 1 << 20

_MARKERS = {
    "html": ((b"<!--", b"-->"), (b"<script", b"</script"), (b"<style", b"</style")),
    "xml": ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>")),
    "javascript": ((b"/*", b"*/"),),
    "css": ((b"/*", b"*/"),),
}
"""What opens and closes a region of many lines, by lexer: the restart point must not lie inside one unawares."""

_QUOTE = re.compile(rb'(?<!\\)(?:\\\\)*"')
_JSON_OUTSIDE = re.compile(rb"[-+\s0-9.eE,:\[\]{}a-z]*")


class Piece(NamedTuple):
    """A run of characters of one token type."""

    token: Token
    text: str


class Highlighter:
    """The tokens of a document, where one looks at it."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._inside: dict[int, bool] = {}
        self._all: dict[int, list[Piece]] | None = None
        self._rows = lru_cache(_ROWS_KEPT)(self._row)
        self._blocks = lru_cache(_BLOCKS_KEPT)(self._block)

    def tokens(self, line: int, start: int, end: int) -> list[Piece]:
        """The tokens of a part of a line; their texts add up to that part."""
        return self._rows(line, start, end)

    def _row(self, line: int, start: int, end: int) -> list[Piece]:
        document = self._document
        if document.lexer in ("text", ""):
            return [Piece(None, document.text(start, end))]
        first, last = document.span(line)
        if document.lexer == "json":
            return self._json(first, start, end)
        if last - first > PIECE * 2:
            return self._alone(first, start, end)
        tokens = self._blocks(line // _BLOCK).get(line)
        if tokens is None:
            return self._alone(first, start, end)
        return cut(tokens, len(document.text(first, start)), len(document.text(first, end)))

    def _json(self, line_start: int, start: int, end: int) -> list[Piece]:
        text = self._document.text(start, end)
        if not self._starts_inside_string(line_start, start, end):
            return strings_not_errors(lex("json", text))
        begin = start + self._escaped(line_start, start)
        found = _QUOTE.search(self._document.data[begin:end])
        if found is None:
            return [Piece(_tokens()["string"], text)]
        length = len(self._document.text(start, begin + found.end()))
        name = "key" if text[length:].lstrip().startswith(":") else "string"
        return [Piece(_tokens()[name], text[:length]), *strings_not_errors(lex("json", text[length:]))]

    def _escaped(self, line_start: int, start: int) -> int:
        """1 if the first character of a part stands after a backslash that escapes it, else 0."""
        before = self._document.data[max(line_start, start - _CONTEXT) : start]
        return (len(before) - len(before.rstrip(b"\\"))) % 2

    def _starts_inside_string(self, line_start: int, start: int, end: int) -> bool:
        """Whether a part of a line begins inside a string: known from the part before it, or found out."""
        inside = False if start == line_start else self._inside.get(start)
        if inside is None:
            before = self._document.data[max(line_start, start - _CONTEXT) : start]
            inside = json_inside_string(before, whole=start - len(before) <= line_start)
        begin = start + (self._escaped(line_start, start) if inside else 0)
        quotes = len(_QUOTE.findall(self._document.data[begin:end]))
        if len(self._inside) > _PLACES_KEPT:
            self._inside.clear()
        self._inside[end] = inside != bool(quotes % 2)
        return inside

    def _alone(self, line_start: int, start: int, end: int) -> list[Piece]:
        """A part of a line too long to be lexed with its neighbours: with the kilobyte before it."""
        context = self._document.text(max(line_start, start - _CONTEXT), start)
        tokens = lex(self._document.lexer, context + self._document.text(start, end))
        return cut(tokens, len(context), sum(len(piece.text) for piece in tokens))

    def _block(self, block: int) -> dict[int, list[Piece]]:
        """The tokens of each line of a block, lexed from above it; empty when that would be too much at once."""
        document = self._document
        if len(document.data) <= _WHOLE:
            return self._whole()
        first = block * _BLOCK
        last = min(first + _BLOCK, document.line_count) - 1
        start, end = document.span(first)[0], document.span(last)[1]
        if end - start > _MOST:
            return {}
        begin = self._restart(first)
        above = document.span(begin)[0]
        opening, closing = self._open_region(above)[0], self._open_region(end)[1]
        tokens = lex(document.lexer, opening + document.text(above, end) + closing)
        numbered = enumerate(by_line(tokens), begin - opening.count("\n"))
        return {line: pieces for line, pieces in numbered if first <= line <= last}

    def _restart(self, line: int) -> int:
        """A line at or above another from which the lexer may begin: one that opens a tag, or one some way up."""
        document = self._document
        start = document.span(line)[0]
        tags = document.lexer in ("html", "xml")
        for begin in range(line, max(0, line - _LINES_ABOVE), -1):
            at = document.span(begin)[0]
            if (tags and document.data[at : at + _INDENT].lstrip(b" \t").startswith(b"<")) or start - at > _BYTES_ABOVE:
                return begin
        return max(0, line - _LINES_ABOVE)

    def _whole(self) -> dict[int, list[Piece]]:
        """The tokens of each line of a small text, lexed in one go; the same for every block."""
        if self._all is None:
            tokens = lex(self._document.lexer, self._document.text(0, len(self._document.data)))
            self._all = dict(enumerate(by_line(tokens)))
        return self._all

    def _open_region(self, offset: int) -> tuple[str, str]:
        """What opens and what closes the comment, script or style that a place lies in; two empty texts for none.

        Put around a part of the text they tell the lexer where it is.
        """
        data, low = self._document.data, max(0, offset - _MARKER_SEARCH)
        nearest, found = -1, ("", "")
        for opener, closer in _MARKERS.get(self._document.lexer, ()):
            at = data.rfind(opener, low, offset)
            if at > nearest and data.rfind(closer, at, offset) < 0:
                tag = ">" if opener[1:].isalpha() else ""
                nearest, found = at, (f"{opener.decode()}{tag}\n", f"\n{closer.decode()}{tag}")
        return found


def json_inside_string(before: bytes, *, whole: bool) -> bool:
    """Whether the end of a part of JSON lies inside a string; `whole`: the part begins where a line begins.

    Otherwise the first quote's role is voted on: a closing one is followed by `,` `:` `]` `}`, an opening one follows
    `[` `{` `,` `:`.
    """
    quotes = [found.end() - 1 for found in _QUOTE.finditer(before)]
    if whole:
        return len(quotes) % 2 == 1
    if not quotes:
        return _JSON_OUTSIDE.fullmatch(before) is None
    vote = 0
    for number, at in enumerate(quotes[:_VOTERS]):
        after, ahead = before[at + 1 : at + 9].lstrip()[:1], before[max(0, at - 8) : at].rstrip()[-1:]
        opens = (ahead in (b"[", b"{", b",", b":")) - (after in (b",", b":", b"]", b"}"))
        vote += opens if not number % 2 else -opens
    return (len(quotes) + (vote < 0)) % 2 == 1


def lex(name: str, text: str) -> list[Piece]:
    """The tokens of a text; one plain one when there is no such lexer or it does not account for every character."""
    lexer = _lexer(name)
    if lexer is None:
        return [Piece(None, text)]
    try:
        pieces = [Piece(token, part) for _, token, part in lexer.get_tokens_unprocessed(text) if part]
    except Exception:  # noqa: BLE001 - a lexer is foreign code on foreign text, and plain text is never wrong
        return [Piece(None, text)]
    return pieces if "".join(piece.text for piece in pieces) == text else [Piece(None, text)]


@lru_cache
def _lexer(name: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    options = {"handlecodeblocks": False} if name == "markdown" else {}
    try:
        return get_lexer_by_name(name, **options)
    except ClassNotFound:
        return None


@lru_cache
def _tokens() -> dict[str, Token]:
    from pygments.token import Error, Name, String

    return {"string": String.Double, "key": Name.Tag, "error": Error}


def strings_not_errors(pieces: list[Piece]) -> list[Piece]:
    """JSON's tokens where a string that runs past the end of the part is a string, and not a mistake."""
    if pieces and pieces[-1].text.startswith('"') and pieces[-1].token in _tokens()["error"]:
        pieces[-1] = Piece(_tokens()["string"], pieces[-1].text)
    return pieces


def cut(pieces: list[Piece], start: int, end: int) -> list[Piece]:
    """The part of a run of tokens between two characters."""
    found, at = [], 0
    for piece in pieces:
        low, high = max(start - at, 0), min(end - at, len(piece.text))
        if low < high:
            found.append(Piece(piece.token, piece.text[low:high]))
        at += len(piece.text)
    return found


def by_line(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """A run of tokens line by line, without the line feeds."""
    line: list[Piece] = []
    for token, text in pieces:
        parts = text.split("\n")
        for part in parts[:-1]:
            if part:
                line.append(Piece(token, part))
            yield line
            line = []
        if parts[-1]:
            line.append(Piece(token, parts[-1]))
    yield line


def warm_up(name: str) -> None:
    """Load a lexer, so that the first row need not wait for it."""
    if name not in ("text", ""):
        lex(name, " ")
