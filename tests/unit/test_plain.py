"""What a terminal that is not UTF-8 is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.plain import plain


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("┌─ Services ─┬─┐", "ascii", "+- Services -+-+"),
        ("│ ● echo ◂ … ✓ ✗ ▾ │", "ascii", "| * echo < . v x v |"),
        ("caf\xe9 · 日本", "latin-1", "caf\xe9 · ????"),
        ("caf\xe9", "ascii", "caf?"),
        ("\x1b[1m─\x1b[0m", "ascii", "\x1b[1m-\x1b[0m"),
        ("─ ●", "utf-8", "─ ●"),
    ],
)
def test_lines_and_marks_have_stand_ins(text: str, encoding: str, shown: str) -> None:
    assert plain(text, encoding) == shown


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Mn", "Me", "Mc", "Zl", "Zp"])))
def test_every_text_can_be_written_and_keeps_its_width(text: str) -> None:
    shown = plain(text, "ascii")
    assert shown.isascii()
    assert cell_len(shown) == sum(map(cell_len, text))
