"""Lays out HTML: a line for each block-level element, and nothing at all within running text.

Beside a block's tags white space is dropped by every browser, between inline elements it is shown. So lines break at
blocks only; what stands in `pre`, `textarea`, `script`, `style` or below a `white-space` style stays as it is. Tags
that may be left out are understood, tags that match nothing do no harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workbench.model.body.markup.layout import Layout
from workbench.model.body.markup.tokens import CLOSE, COMMENT, EMPTY, OPEN, OTHER, Cutter, Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.body.markup.outline import Outline

_BLOCKS = frozenset(
    b"address article aside blockquote body caption center colgroup dd details dialog dir div dl dt fieldset "
    b"figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol "
    b"optgroup option p pre search section summary table tbody td tfoot th thead tr ul".split()
)
_UNSEEN = frozenset(b"base col frame link meta noscript script style template title".split())
"""They take no room: they get a line only where a line may break anyway."""

_VOID = frozenset(b"area base br col embed frame hr img input link meta param source track wbr".split())
_WHOLE = frozenset(b"pre textarea script style title xmp iframe noembed noframes plaintext listing".split())
_KEEPS_SPACE = re.compile(rb"\sstyle\s*=[^>]*white-space|\scontenteditable", re.IGNORECASE)
_CELLS, _ROWS = frozenset({b"td", b"th"}), frozenset({b"td", b"th", b"tr"})
_ENDED_BY = {
    b"li": frozenset({b"li"}),
    b"dt": frozenset({b"dt", b"dd"}),
    b"dd": frozenset({b"dt", b"dd"}),
    b"td": _CELLS,
    b"th": _CELLS,
    b"tr": _ROWS,
    **dict.fromkeys((b"tbody", b"thead", b"tfoot"), _ROWS | {b"tbody", b"thead", b"tfoot"}),
    b"option": frozenset({b"option"}),
    b"optgroup": frozenset({b"option", b"optgroup"}),
}
"""Which open elements end when one begins beside them (HTML, 13.1.2.4)."""

_SPACE = b" \t\r\n"


class _Frame(NamedTuple):
    name: bytes
    element: int


def html(data: bytes, cancelled: Callable[[], bool] = bool) -> tuple[bytes, Outline]:
    """Lay out HTML in UTF-8.

    Raises:
        Cancelled: `cancelled` said so.
    """
    writer = _Writer(data)
    for token in Cutter(data, html=True, cancelled=cancelled):
        writer.take(token)
    return writer.done()


class _Writer:
    """Takes one token after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._layout = Layout(data)
        self._open: list[_Frame] = []
        self._written = 0  # all before it is written
        self._flat = True  # nothing but a start tag and text stands on this line: its end tag may follow
        self._whole = b""  # within this element everything stays as it is
        self._depth = 0
        self._begun = -1

    def take(self, token: Token) -> None:
        """One more token; what is neither block nor unseen is part of the running text."""
        if self._whole:
            self._within_whole(token)
            return
        kind, start, _, name = token
        if kind == CLOSE:
            if name in _BLOCKS:
                self._close(token)
            return
        if name in _BLOCKS and kind in (OPEN, EMPTY):
            self._text_until(start)
            self._block(token)
        elif name in _UNSEEN or kind in (COMMENT, OTHER):
            self._unseen(token)
        elif name in _WHOLE or _KEEPS_SPACE.search(self._data, start, token.end):
            self._begin_whole(token, -1)

    def done(self) -> tuple[bytes, Outline]:
        """The whole, after the last token."""
        if self._whole and self._begun >= 0:
            self._layout.write(self._written, len(self._data.rstrip(_SPACE)))
            self._layout.end(self._begun)
        else:
            self._text_until(len(self._data))
        while self._open:
            self._layout.end(self._open.pop().element)
        return self._layout.text(), self._layout.outline

    def _text_until(self, end: int) -> None:
        """Write the running text that ends before a block."""
        start = self._written
        text = self._data[start:end]
        left = len(text) - len(text.lstrip(_SPACE))
        bare = text.strip(_SPACE)
        if bare:
            if not self._flat:
                self._layout.line(len(self._open))
            self._layout.write(start + left, start + left + len(bare))
        self._written = end

    def _block(self, token: Token) -> None:
        _, start, end, name = token
        ended = _ENDED_BY.get(name, frozenset())
        while self._open and (self._open[-1].name in ended or self._open[-1].name == b"p"):
            self._layout.end(self._open.pop().element)
        self._layout.line(len(self._open))
        element = self._layout.begin(self._open[-1].element if self._open else -1)
        if name in _WHOLE or _KEEPS_SPACE.search(self._data, start, end):
            self._begin_whole(token, element)
            return
        self._layout.write(start, end)
        self._written = end
        if name in _VOID:
            self._layout.end(element)
            self._flat = False
        else:
            self._open.append(_Frame(name, element))
            self._flat = True

    def _close(self, token: Token) -> None:
        _, start, end, name = token
        self._text_until(start)
        found = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].name == name), None)
        if found is None:
            self._layout.line(len(self._open))
            self._layout.write(start, end)
        else:
            while len(self._open) > found + 1:
                self._layout.end(self._open.pop().element)
                self._flat = False
            if not self._flat:
                self._layout.line(found)
            self._layout.write(start, end)
            self._layout.end(self._open.pop().element)
        self._written = end
        self._flat = False

    def _unseen(self, token: Token) -> None:
        """Give it a line of its own if no running text comes before it; else it is part of that text."""
        kind, start, end, name = token
        if self._data[self._written : start].strip(_SPACE):
            if kind == OPEN and name in _WHOLE:
                self._begin_whole(token, -1)
            return
        self._layout.line(len(self._open))
        element = self._layout.begin(self._open[-1].element if self._open else -1) if name else -1
        self._flat = False
        if kind == OPEN and name in _WHOLE:
            self._begin_whole(token, element)
            return
        self._layout.write(start, end)
        self._written = end
        if name:
            self._layout.end(element)

    def _begin_whole(self, token: Token, element: int) -> None:
        """From here on nothing is touched until this element ends; `element` -1: it is part of the running text."""
        if token.kind == OPEN and token.name not in _VOID:
            self._whole, self._depth, self._begun = token.name, 1, element
            if element >= 0:
                self._written = token.start

    def _within_whole(self, token: Token) -> None:
        if token.name != self._whole or token.kind not in (OPEN, CLOSE):
            return
        self._depth += 1 if token.kind == OPEN else -1
        if self._depth:
            return
        if self._begun >= 0:
            self._layout.write(self._written, token.end)
            self._layout.end(self._begun)
            self._written = token.end
            self._flat = False
        self._whole = b""
