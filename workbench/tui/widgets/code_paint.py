"""What is painted on each line of a code editor: the colours of its language, placeholders, and the place of a problem.

A line is worked out when it is first drawn, so that a large text costs no more than a small one. It knows no
widget.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbench.tui.widgets.highlighting import NAMES, LineSpan
from workbench.tui.widgets.templates import spans, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workbench.tui.widgets.templates import Names

TEMPLATES = ("resolved", "missing", "secret")
STYLES = frozenset({*(f"code--{name}" for name in (*NAMES, "problem")), *(f"template--{name}" for name in TEMPLATES)})
"""The component classes that spans are named after."""

_WORD = re.compile(r"\w+|.", re.DOTALL)


def styles_css(widget: str) -> str:
    """The colours of code, for a widget's DEFAULT_CSS; one place, so that editor and viewer can agree."""
    rules = {
        "code--key": "color: $text-primary; text-style: bold;",
        "code--string": "color: $text-success;",
        "code--number": "color: $text-warning;",
        "code--literal": "color: $text-success; text-style: bold;",
        "code--comment": "text-style: dim italic;",
        "code--punctuation": "text-style: dim;",
        "template--resolved": "color: $text-accent; text-style: bold;",
        "template--missing": "color: $text-error; text-style: bold underline;",
        "template--secret": "color: $text-warning; text-style: bold italic;",
        "code--problem": "color: $text-error; text-style: bold underline;",
    }
    return "\n".join(f"{widget} > .{name} {{ {rule} }}" for name, rule in rules.items())


class Paint(dict[int, "list[tuple[int, int | None, str]]"]):
    """Line → its spans in bytes of UTF-8, as `TextArea` wants them; made when they are asked for.

    Attributes:
        names: the variables, for the colour of a placeholder.
        on: False paints nothing, for texts with lines of a length that takes too long.
    """

    def __init__(self, line: Callable[[int], str]) -> None:
        super().__init__()
        self._line = line
        self._found: Mapping[int, list[LineSpan]] = {}
        self._problem: tuple[int, int] | None = None
        self.names: Names = {}
        self.on = True

    def __bool__(self) -> bool:
        return self.on

    def __missing__(self, row: int) -> list[tuple[int, int | None, str]]:
        line = self._line(row)
        wanted = [LineSpan(start, end, f"code--{name}") for start, end, name in self._found.get(row, ())]
        if "{{" in line:
            wanted += [LineSpan(at.start, at.end, f"template--{state_of(at.name, self.names)}") for at in spans(line)]
        if self._problem is not None and self._problem[0] == row:
            wanted.append(_problem_at(line, self._problem[1]))
        self[row] = _in_bytes(line, wanted)
        return self[row]

    def renew(self, found: Mapping[int, list[LineSpan]] | None = None, row: int | None = None) -> None:
        """Work everything out again.

        Args:
            found: the colours of each line; None keeps those of before, which may be a little behind the text.
            row: just this line's are replaced by those of `found`.
        """
        if found is not None:
            self._found = found if row is None else {**self._found, row: found.get(row, [])}
        self.clear()

    def mark(self, problem: tuple[int, int] | None) -> bool:
        """Show a problem at a line and column, both from 0; whether it was elsewhere before."""
        if problem == self._problem:
            return False
        for place in (self._problem, problem):
            if place is not None:
                self.pop(place[0], None)
        self._problem = problem
        return True


def _problem_at(line: str, column: int) -> LineSpan:
    """The word at a column; at the end of a line its last character."""
    start = max(0, min(column, len(line) - 1))
    match = _WORD.match(line, start)
    return LineSpan(start, match.end() if match else start, "code--problem")


def _in_bytes(line: str, wanted: list[LineSpan]) -> list[tuple[int, int | None, str]]:
    """`TextArea` counts highlights in bytes of UTF-8."""
    if line.isascii():
        return [(start, end, name) for start, end, name in wanted]
    offsets = [0]
    for character in line:
        offsets.append(offsets[-1] + len(character.encode("utf-8", "surrogatepass")))
    last = len(line)
    return [(offsets[min(start, last)], offsets[min(end, last)], name) for start, end, name in wanted]
