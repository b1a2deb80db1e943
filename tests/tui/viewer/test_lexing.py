"""Highlighting where one looks: the tokens add up to the text, and are those of the whole where that can be known."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.token import Comment, Error, Keyword, Name, Number, String

from workbench.tui.widgets.body_viewer.document import Document
from workbench.tui.widgets.body_viewer.lexing import Highlighter, Piece, json_inside_string, lex

LEXERS = ["json", "xml", "html", "javascript", "css", "yaml", "markdown", "python", "text", "http", "no-such-lexer"]


def line_tokens(document: Document, line: int) -> list[Piece]:
    return Highlighter(document).tokens(line, *document.span(line))


@given(st.sampled_from(LEXERS), st.text(max_size=150) | st.text("<>!-\"'/*{}[]:,\\ab\n#", max_size=150), st.data())
@settings(max_examples=150, deadline=None)
def test_tokens_add_up(lexer: str, text: str, choose: st.DataObject) -> None:
    document = Document(text.encode("utf-8", "replace"), lexer)
    highlighter = Highlighter(document)
    for line in range(document.line_count):
        start, end = document.span(line)
        pieces = highlighter.tokens(line, start, end)
        assert "".join(piece.text for piece in pieces) == document.text(start, end)
        whole = document.text(start, end)
        cut = choose.draw(st.integers(0, len(whole)))
        at = start + len(whole[:cut].encode())
        assert "".join(piece.text for piece in highlighter.tokens(line, at, end)) == whole[cut:]


def test_json_tokens() -> None:
    document = Document(b'{\n  "key": "value",\n  "n": 1.5e3,\n  "t": true\n}', "json")
    assert [str(piece.token) for piece in line_tokens(document, 1) if piece.text.strip()] == [
        str(Name.Tag), "Token.Punctuation", str(String.Double), "Token.Punctuation",
    ]  # fmt: skip
    assert Piece(Number.Float, "1.5e3") in line_tokens(document, 2)
    assert Piece(Keyword.Constant, "true") in line_tokens(document, 3)


def test_any_part_of_a_long_json_line_is_coloured_as_the_whole_would_be() -> None:
    values = [{"id": n, "text": f'say "{n}", [ok]: {{yes}} \\', "tags": ["a", None]} for n in range(3000)]
    data = json.dumps(values).encode()
    document = Document(data, "json")
    truth: list[Any] = []
    for piece in lex("json", data.decode()):
        truth += [piece.token] * len(piece.text)
    chance = random.Random(7)  # noqa: S311 - places to look at, the same in every run
    wrong = 0
    for _ in range(300):
        start = chance.randrange(len(data) - 200)
        at = start
        for piece in Highlighter(document).tokens(0, start, start + 150):
            string = piece.token in String or piece.token is Name.Tag
            wrong += sum(
                (truth[at + n] in String or truth[at + n] is Name.Tag) != string for n in range(len(piece.text))
            )
            at += len(piece.text)
    assert wrong < 300 * 150 * 0.001


def test_rows_in_order_know_where_they_begin() -> None:
    text = '"' + "x, y: [z] " * 2000 + '", "next": 1'
    document = Document(text.encode(), "json")
    highlighter = Highlighter(document)
    tokens = [highlighter.tokens(0, at, min(at + 100, len(text))) for at in range(0, len(text), 100)]
    assert all(piece.token is String.Double for row in tokens[:-1] for piece in row)
    assert Piece(Name.Tag, '"next"') in tokens[-1] or Piece(Name.Tag, '"next"') in tokens[-2]


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        (b'{"a": 1, "b', True),
        (b'{"a": 1, ', False),
        (b'me words", "b": "x", ', False),
        (b'me words", "b": "some', True),
        (b'some words \\" and', True),
        (b"12, 13, true, [", False),
        (b"Some words, and more", True),
    ],
)
def test_inside_a_string_or_not(before: bytes, inside: bool) -> None:
    assert json_inside_string(before, whole=False) is inside


def test_a_cut_string_is_no_error() -> None:
    document = Document(b'["' + b"x" * 9000 + b'"]', "json")
    assert all(piece.token not in Error for piece in Highlighter(document).tokens(0, 0, 100))


@pytest.mark.parametrize(
    ("lexer", "opening", "inside", "closing", "token"),
    [
        ("html", "<!-- begin", "words <b>words</b>", "-->", Comment),
        ("html", "<script>", "let x = 'words';", "</script>", Keyword),
        ("css", "/* begin", "a { color: red }", "*/", Comment),
        ("javascript", "/* begin", "let x = 1;", "*/", Comment),
        ("xml", "<!-- begin", "<a/>", "-->", Comment),
    ],
)
def test_a_region_that_began_far_above(lexer: str, opening: str, inside: str, closing: str, token: Any) -> None:
    text = "\n".join([opening, *[inside] * 5000, closing, *["<p>after</p>"] * 200])
    document = Document(text.encode(), lexer)
    pieces = line_tokens(document, 4000)
    assert any(piece.token in token for piece in pieces), pieces
    assert not any(piece.token in Comment for piece in line_tokens(document, 5150))


def test_a_small_text_is_lexed_whole() -> None:
    document = Document(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"a": 1}', "http")
    assert any(piece.token in Keyword or piece.token in Name for piece in line_tokens(document, 0))
    assert any(piece.text == '"a"' and piece.token is Name.Tag for piece in line_tokens(document, 3))


def test_long_lines_of_other_languages_are_lexed_in_parts() -> None:
    document = Document(b"<p class='x'>" * 20_000, "html")
    pieces = Highlighter(document).tokens(0, 130_000, 130_200)
    assert "".join(piece.text for piece in pieces) == document.text(130_000, 130_200)
    assert any(piece.token in Name.Tag for piece in pieces)
    lines = Document(b"<p class='x'>word</p>" * 150 + (b"\n" + b"<b>" * 1200) * 30, "html")
    assert "".join(piece.text for piece in Highlighter(lines).tokens(5, *lines.span(5))) == "<b>" * 1200


def test_a_lexer_that_fails_leaves_the_text_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def get_tokens_unprocessed(self, text: str) -> object:
            raise ValueError(text)

    class Short:
        def get_tokens_unprocessed(self, text: str) -> object:
            return iter([(0, String, text[1:])])

    for lexer in (Broken, Short):
        monkeypatch.setattr("workbench.tui.widgets.body_viewer.lexing._lexer", lambda _name, made=lexer: made())
        assert lex("json", '{"a": 1}') == [Piece(None, '{"a": 1}')]
