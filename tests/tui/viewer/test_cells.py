"""From characters to cells: what is shown, how wide, where rows break."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.widgets.body_viewer.cells import row_breaks, shown, width

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=60)
mixed = st.text("ab é日本\t\x1b\u202e\u0301👩\u200d💻\ufe0f☀", max_size=60)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("a\tb", 0, "a   b"),
        ("\tb", 3, " b"),
        ("日\tb", 0, "日  b"),
        ("\t\t", 1, "       "),
        ("\x1b\t", 0, "␛   "),
        ("plain", 7, "plain"),
    ],
)
def test_tabs_stop_where_they_should(text: str, column: int, expected: str) -> None:
    assert shown(text, column) == expected
    assert width(text, column) == cell_len(expected)


@given(any_text | mixed, st.integers(0, 9))
@settings(max_examples=200)
def test_what_is_shown_is_printable(text: str, column: int) -> None:
    assert all(
        character.isprintable() or character in "\u200c\u200d" or character > "\x9f"
        for character in shown(text, column)
    )
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown(text, column))


@given(any_text | mixed, st.integers(1, 20))
@settings(max_examples=300)
def test_rows_hold_everything_and_fit(text: str, cells: int) -> None:
    breaks = list(row_breaks(text, cells))
    assert breaks[0] == 0
    assert breaks == sorted(set(breaks))
    rows = [text[start:end] for start, end in zip(breaks, [*breaks[1:], len(text)], strict=True)]
    assert "".join(rows) == text
    for row in rows:
        assert width(row) <= cells or len(row.rstrip("\u200d\ufe0f\u0301")) == 1 or not width(row[1:])
    assert all(breaks[1:]) or not text
