"""Two texts line by line: what stands in one, in the other, in both. Pure; large texts belong into a thread."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Mark = Literal["-", "+", " ", "…"]

CONTEXT = 3
"""Equal lines shown around a difference."""

_MOST_EXACT = 2_000
"""Lines up to which the shortest difference is looked for; above, lines that stand everywhere are no anchors."""


@dataclass(frozen=True)
class DiffLine:
    """One line: `-` only in the first text, `+` only in the second, blank in both, `…` equal lines left out.

    Attributes:
        mark: which it is.
        text: the line without its end; for `…` what is left out, in words.
        left, right: its number in each text, from 1; 0 where it does not stand.
    """

    mark: Mark
    text: str
    left: int = 0
    right: int = 0


def diff(left: str, right: str, *, context: int = CONTEXT) -> tuple[DiffLine, ...]:
    """The lines of two texts beside each other, equal ones far from any difference left out.

    A carriage return or a missing line break at the end counts: it is shown, and is a difference.
    """
    one, other = _lines(left), _lines(right)
    exact = max(len(one), len(other)) <= _MOST_EXACT
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=not exact)
    found: list[DiffLine] = []
    codes = matcher.get_opcodes()
    for number, (kind, start, end, first, last) in enumerate(codes):
        if kind == "equal":
            before, after = context if number else 0, context if number < len(codes) - 1 else 0
            found += _equal(one[start:end], start, first, before, after)
        else:
            found += [DiffLine("-", text, left=at) for at, text in enumerate(one[start:end], start + 1)]
            found += [DiffLine("+", text, right=at) for at, text in enumerate(other[first:last], first + 1)]
    return tuple(found)


def _equal(lines: list[str], left: int, right: int, before: int, after: int) -> Iterator[DiffLine]:
    hidden = len(lines) - before - after
    for at, text in enumerate(lines):
        if hidden <= 1 or at < before or at >= len(lines) - after:
            yield DiffLine(" ", text, left + at + 1, right + at + 1)
        elif at == before:
            yield DiffLine("…", f"{hidden} equal lines")


def _lines(text: str) -> list[str]:
    """The lines with what makes them differ to the eye: `␍` for a carriage return, a word for a missing end."""
    if not text:
        return []
    lines = text.split("\n")
    if lines[-1]:
        lines[-1] += " ␃ no line break at the end"
    else:
        lines.pop()
    return [line.replace("\r", "␍") for line in lines]
