"""Lays out XML: a line for each element, except within elements that have text of their own.

White space between the elements of an element without text is layout; everywhere else, and below
`xml:space="preserve"`, it is content and stays. What is not well-formed is refused, with the place.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING
from xml.parsers import expat

from workbench.model.body.lines import Cancelled
from workbench.model.body.markup.layout import Layout, MarkupError
from workbench.model.body.markup.tokens import CDATA, CLOSE, EMPTY, OPEN, Cutter

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.model.body.markup.outline import Outline

_CHUNK = 1 << 18
_KEEPS_SPACE = re.compile(rb"""\sxml:space\s*=\s*["']preserve""")
_OWN_NAMES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_PROLOG = 64 * 1024


def xml(data: bytes, cancelled: Callable[[], bool] = bool) -> tuple[bytes, Outline]:
    """Lay out XML in UTF-8.

    Raises:
        MarkupError: it is not well-formed.
        Cancelled: `cancelled` said so.
    """
    _check(data, cancelled)
    kinds, places, whole = _survey(data, cancelled)
    layout = Layout(data)
    around: list[int] = []  # the elements that are open, by their number in the outline
    inline = 0  # elements open within one that is written as it is
    number = -1
    begun = element = 0
    for at, kind in enumerate(kinds):
        start, end = places[2 * at], places[2 * at + 1]
        number += kind == OPEN
        if inline:
            inline += (kind == OPEN) - (kind == CLOSE)
            if not inline:
                layout.write(begun, end)
                layout.end(element)
            continue
        if kind == CLOSE:
            layout.line(len(around) - 1)
            layout.write(start, end)
            layout.end(around.pop())
            continue
        layout.line(len(around))
        if kind == OPEN:
            element = layout.begin(around[-1] if around else -1)
            if whole[number]:
                inline, begun = 1, start
                continue
            around.append(element)
            layout.write(start, end)
        else:
            element = layout.begin(around[-1] if around else -1) if kind == EMPTY else -1
            layout.write(start, end)
            if kind == EMPTY:
                layout.end(element)
    return layout.text(), layout.outline


def _survey(data: bytes, cancelled: Callable[[], bool]) -> tuple[bytearray, array[int], bytearray]:
    """Every token's kind, all their starts and ends, and for each element whether it is written as it is."""
    kinds, places, whole = bytearray(), array("Q"), bytearray()
    around: list[int] = []
    before = 0
    for kind, start, end, _ in Cutter(data, html=False, cancelled=cancelled):
        if around and (kind == CDATA or (start > before and not data[before:start].isspace())):
            whole[around[-1]] = 1
        if kind == CLOSE:
            around.pop()
        else:
            if around and kind in (OPEN, EMPTY) and whole[around[-1]] == _CHILDLESS:
                whole[around[-1]] = 0
            if kind == OPEN:
                around.append(len(whole))
                whole.append(1 if _KEEPS_SPACE.search(data, start, end) else _CHILDLESS)
        kinds.append(kind)
        places.append(start)
        places.append(end)
        before = end
    return kinds, places, whole


_CHILDLESS = 2  # so far no element is in it: stays on its line, whatever white space it holds


def _check(data: bytes, cancelled: Callable[[], bool]) -> None:
    """Look whether it is well-formed; entities of its own are refused, since they can grow without end."""
    declared = _OWN_NAMES.search(data, 0, _PROLOG)
    if declared:
        raise MarkupError("it declares entities of its own, which are not followed", declared.start())
    parser = expat.ParserCreate("utf-8")
    try:
        for start in range(0, len(data), _CHUNK):
            if cancelled():
                raise Cancelled
            parser.Parse(data[start : start + _CHUNK], False)  # noqa: FBT003 - by position only
        parser.Parse(b"", True)  # noqa: FBT003 - as above
    except expat.ExpatError as error:
        raise MarkupError(expat.ErrorString(error.code), max(0, parser.ErrorByteIndex)) from error
