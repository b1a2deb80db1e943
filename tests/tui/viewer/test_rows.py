"""Rows of lines, wrapped and folded, against the plain way to make them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.lines import Cancelled
from workbench.tui.widgets.body_viewer.cells import row_breaks, width
from workbench.tui.widgets.body_viewer.document import PIECE, Document
from workbench.tui.widgets.body_viewer.folding import FoldedRows
from workbench.tui.widgets.body_viewer.measure import longest_line
from workbench.tui.widgets.body_viewer.rows import LineRows, Row, Rows, TextRows, WrappedRows

texts = st.lists(
    st.text("ab é日\t\x1b", max_size=40) | st.text("abc", max_size=90), min_size=1, max_size=12
).map("\n".join)  # fmt: skip


def all_rows(rows: Rows) -> list[Row]:
    return [rows.row(number) for number in range(rows.count)]


@given(texts, st.integers(1, 30), st.booleans())
@settings(max_examples=150, deadline=None)
def test_wrapped_rows(text: str, cells: int, returns: bool) -> None:
    if returns:
        text = text.replace("\n", "\r\n")
    document = Document(text.encode(), "text")
    rows = WrappedRows(document, cells)
    expected = []
    for number in range(document.line_count):
        start, end = document.span(number)
        line = document.text(start, end)
        breaks = [*row_breaks(line, cells), len(line)]
        for first, last in pairwise(breaks):
            expected.append(line[first:last])
    assert [document.text(row.start, row.end) for row in all_rows(rows)] == expected
    for number, row in enumerate(all_rows(rows)):
        assert rows.at(row.start) == number or row.start == row.end
        assert row.first == (row.start == document.span(row.line)[0])


def test_one_huge_line_of_wide_characters() -> None:
    document = Document(("日本 " * 100_000).encode(), "text")
    rows = WrappedRows(document, 80)
    assert sum(len(document.text(row.start, row.end)) for row in all_rows(rows)) == 300_000
    middle = rows.row(rows.count // 2)
    assert rows.at(middle.start) == rows.count // 2
    assert rows.at(middle.end - 1) == rows.count // 2


def test_wrapping_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        WrappedRows(Document(b"long line\n" * 1000, "text"), 4, lambda: True)
    with pytest.raises(Cancelled):
        WrappedRows(Document(b"x\n" * 400_000, "text"), 4, lambda: True)


@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 28), st.integers(1, 8)), max_size=4), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_folded_rows(lines: int, wanted: list[tuple[int, int]], cells: int) -> None:
    document = Document("\n".join(f"line {n}" for n in range(lines)).encode(), "text")
    base: TextRows = WrappedRows(document, cells) if cells else LineRows(document)
    blocks: list[tuple[int, int]] = []
    for first, length in sorted(wanted):
        if first + length < lines and (not blocks or first > blocks[-1][1]):
            blocks.append((first, first + length))
    hidden = {line for first, last in blocks for line in range(first + 1, last + 1)}
    rows = FoldedRows(base, document, ([first for first, _ in blocks], [last for _, last in blocks]))
    expected = [row for row in all_rows(base) if row.line not in hidden]
    assert [(row.line, row.start, row.end) for row in all_rows(rows)] == [(r.line, r.start, r.end) for r in expected]
    for first, last in blocks:
        header = rows.at(document.span(last)[0])
        assert rows.row(header).line == first
        assert rows.row(header).hidden == last - first
    for number, row in enumerate(all_rows(rows)):
        assert rows.at(row.start) == number


@given(texts)
@settings(max_examples=100, deadline=None)
def test_columns_and_slices_agree(text: str) -> None:
    text = text.replace("\n", "") * 60
    document = Document(text.encode(), "text")
    total = width(text)
    assert document.line_width(0) == total
    for column in range(0, total + 5, max(1, total // 7)):
        piece = document.slice_at(0, column, 20)
        assert piece.column <= column or piece.end == piece.start
        before = document.text(0, piece.start)
        assert width(before) == piece.column
        assert document.column_at(0, piece.start) == piece.column
        assert piece.end - piece.start <= 3 * PIECE
        assert piece.column + width(document.text(piece.start, piece.end), piece.column) >= min(total, column + 20)


@given(st.text("a é日\t\x1b\x9b\xad\u061c\u180e\u200b\u202e\u2060\u2067\ufeff\ufff9\U000e0041", max_size=30))
def test_what_a_byte_can_become(text: str) -> None:
    document = Document(text.encode(), "text")
    assert width(text) <= len(document.data) * document.widest_byte()


def test_line_ends() -> None:
    document = Document(b"a\r\nb\rc\n\r\n", "text")
    assert [document.text(*document.span(n)) for n in range(document.line_count)] == ["a", "b\rc", ""]
    assert not document.plain
    assert Document(b"a\r\nb\r\n", "text").plain
    assert not Document(b"a\tb", "text").plain
    assert not Document("é".encode(), "text").plain


@given(st.lists(st.integers(0, 300), min_size=1, max_size=30))
@settings(max_examples=100)
def test_the_longest_line(lengths: list[int]) -> None:
    document = Document(b"\n".join(b"x" * length for length in lengths), "text")
    found = document.line_width(longest_line(document))
    assert found == max(lengths) or max(lengths) <= 40
    with pytest.raises(Cancelled):
        longest_line(Document(b"x\n" * 400_000, "text"), lambda: True)
