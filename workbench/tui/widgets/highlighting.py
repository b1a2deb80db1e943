"""Pygments tokens as spans on lines, under the few names that `CodeEditor` has colours for. Pure; knows no widget."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from workbench.tui.widgets.body_viewer.lexing import by_line, lex

NAMES = ("key", "string", "number", "literal", "comment", "punctuation")
"""What a span may be called."""


class LineSpan(NamedTuple):
    """`[start:end]` of one line, in characters, and its name out of `NAMES`."""

    start: int
    end: int
    name: str


def highlight(lines: list[str], lexer_name: str) -> dict[int, list[LineSpan]]:
    """The spans of each line; none for a lexer that Pygments does not have."""
    found: dict[int, list[LineSpan]] = {}
    for row, pieces in enumerate(by_line(lex(lexer_name, "\n".join(lines)))):
        column = 0
        for token, text in pieces:
            name = "" if token is None else _name(token)
            if name:
                found.setdefault(row, []).append(LineSpan(column, column + len(text), name))
            column += len(text)
    return found


@lru_cache(maxsize=512)
def _name(token: Any) -> str:
    from pygments.token import Token

    kinds = {
        Token.Name.Tag: "key",
        Token.Name.Attribute: "key",
        Token.Literal.String: "string",
        Token.Literal.Number: "number",
        Token.Keyword: "literal",
        Token.Comment: "comment",
        Token.Punctuation: "punctuation",
        Token.Operator: "punctuation",
    }
    return next((name for kind, name in kinds.items() if token in kind), "")
