"""Turns characters into terminal cells: what is shown for a text, how wide it is, where a row of it ends.

Everything foreign passes `shown`, which makes control characters visible and expands tabs. Knows no widget.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import accumulate

from rich.cells import cell_len

from workbench.model.visible import visible

TAB = 4
"""Cells between tab stops."""

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"


def shown(text: str, column: int = 0) -> str:
    """What is painted for a text that begins in a column of its line: no control characters, no tabs."""
    if text.isprintable():
        return text
    if "\t" not in text:
        return visible(text)
    parts = []
    for number, part in enumerate(text.split("\t")):
        if number:
            gap = TAB - column % TAB
            parts.append(" " * gap)
            column += gap
        clean = visible(part)
        parts.append(clean)
        column += cell_len(clean)
    return "".join(parts)


def width(text: str, column: int = 0) -> int:
    """How many cells a text takes that begins in a column of its line."""
    return cell_len(shown(text, column))


def row_breaks(text: str, cells: int) -> array[int]:
    """Where the rows of a line begin that is wrapped at a number of cells: indexes of characters, the first one 0.

    A row holds at least one character. What has no width stays with the character before it.
    """
    breaks = array("Q", [0])
    at, length = 0, len(text)
    while at < length:
        piece = text[at : at + cells]
        at += len(piece) if piece.isascii() and piece.isprintable() else _row_length(text[at : at + 2 * cells], cells)
        while at < length and not _CELLS[text[at]]:
            at += 1
        if at < length:
            breaks.append(at)
    return breaks


def _row_length(text: str, cells: int) -> int:
    """How many characters fit, at least 1."""
    ends = list(accumulate(map(_CELLS.__getitem__, text)))
    if "\t" in text:
        column, ends = 0, []
        for character in text:
            column += TAB - column % TAB if character == "\t" else _CELLS[character]
            ends.append(column)
    return max(1, bisect_right(ends, cells))


class _Cells(dict[str, int]):
    """How many cells each character takes when it is shown, found out once; a variation selector may widen the last."""

    def __missing__(self, character: str) -> int:
        if character in (_EMOJI_STYLE, "\t"):  # a tab's cells depend on where it stands; they are never none
            taken = 1
        elif character == _JOINER:
            taken = 0
        else:
            taken = cell_len(visible(character))
        self[character] = taken
        return taken


_CELLS = _Cells()
