"""Nothing that a terminal would obey survives `visible`; nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.visible import one_line, visible

CONTROLS = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
TAGS = {chr(code) for code in range(0xE0000, 0xE0080)}
SURROGATES = {chr(code) for code in range(0xD800, 0xE000)}

anything = st.text(st.characters(categories=None), max_size=200)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x00\x07\x08\r\x1f", "␀␇␈␍␟"),
        ("\x7f", "␡"),
        ("\x9b31m", "⟦9B⟧31m"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("\U000e0041", "⟦U+E0041⟧"),
        ("\ud800", "�"),
        ("\ufeffa\u200b\u2028", "⟦U+FEFF⟧a⟦U+200B⟧⟦U+2028⟧"),
        ("a\nb\tc", "a\nb\tc"),
        ("👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
        ("日本語 é ⟦9B⟧", "日本語 é ⟦9B⟧"),
    ],
)
def test_shows_what_it_should(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_one_line_has_no_line() -> None:
    assert one_line("a\nb\tc\x1b") == "a␊b␉c␛"


def test_clean_text_is_the_same_object() -> None:
    text = "nothing to see here, é 日本"
    assert visible(text) is text
    assert one_line(text) is text


@given(anything)
@settings(max_examples=200)
def test_nothing_dangerous_is_left(text: str) -> None:
    left = set(visible(text))
    assert not left & (BIDI | TAGS | SURROGATES)
    assert left & CONTROLS <= {"\n", "\t"}
    assert not set(one_line(text)) & (CONTROLS | BIDI | TAGS | SURROGATES)


@given(anything)
@settings(max_examples=100)
def test_doing_it_twice_is_doing_it_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=100))
@settings(max_examples=100)
def test_ordinary_text_stays(text: str) -> None:
    assert visible(text) == text
