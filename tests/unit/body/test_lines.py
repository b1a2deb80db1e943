"""Lines of a large text by number and by offset, against the plain way to find them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.hexdump import WIDTH, digit_column, hex_line, hex_line_count
from workbench.model.body.lines import BLOCK, Cancelled, LineIndex, line_and_column
from workbench.model.body.places import corresponding, corresponding_span
from workbench.model.body.pretty import pretty


def plain(data: bytes) -> list[bytes]:
    lines = data.split(b"\n")
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines


texts = st.one_of(
    st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\n\n"]), max_size=30).map(b"".join),
    st.lists(st.integers(0, 3 * BLOCK), min_size=1, max_size=4).map(lambda sizes: b"\n".join(b"x" * n for n in sizes)),
    st.lists(st.integers(0, 2 * BLOCK), min_size=1, max_size=3).map(lambda sizes: b"x".join(b"\n" * n for n in sizes)),
)


@given(texts)
@settings(max_examples=60, deadline=None)
def test_lines_are_where_they_are(data: bytes) -> None:
    index, lines = LineIndex(data), plain(data)
    assert index.count == len(lines)
    step = max(1, len(lines) // 50)
    for number in [*range(0, len(lines), step), len(lines) - 1]:
        start, end = index.span(number)
        assert data[start:end] == lines[number]
        assert start == sum(len(line) + 1 for line in lines[:number])
        for offset in {start, (start + end) // 2, end}:
            assert index.line_at(offset) == min(number, index.count - 1)


def test_offsets_outside_the_text() -> None:
    index = LineIndex(b"a\nb\n")
    assert (index.line_at(-5), index.line_at(99)) == (0, 1)
    assert (index.start(-1), index.start(5)) == (0, 4)
    assert LineIndex(b"").span(0) == (0, 0)


def test_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        LineIndex(b"x", lambda: True)


def test_line_and_column_count_characters() -> None:
    data = "é\n日本語x".encode()
    assert line_and_column(data, 0) == (1, 1)
    assert line_and_column(data, len(data) - 1) == (2, 4)


@given(st.recursive(st.sampled_from([b"1", b'" a "', b"null"]), lambda inner: st.lists(inner, max_size=4).map(
    lambda items: b"[ " + b" ,".join(items) + b"\n]"), max_leaves=15))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_places_go_both_ways(data: bytes) -> None:
    other = pretty(data, "json").data
    for offset, byte in enumerate(data):
        if byte not in b" \n":
            there = corresponding(data, offset, other)
            assert other[there] == byte
            assert corresponding(other, there, data) == offset
    start, end = corresponding_span(data, 0, len(data), other)
    assert (start, end) == (0, len(other))


def test_places_over_many_blocks() -> None:
    data = b"[" + b",".join([b'{"k": "a b"}'] * 100_000) + b"]"
    other = pretty(data, "json").data
    for offset in (0, len(data) // 3, len(data) - 1):
        there = corresponding(data, offset, other)
        assert data[:offset].translate(None, b" \n") == other[:there].translate(None, b" \n")
    assert corresponding(data, len(data), other) == len(other)
    with pytest.raises(Cancelled):
        corresponding(data, len(data), other, lambda: True)


def test_an_empty_part_stays_empty() -> None:
    assert corresponding_span(b"[ 1]", 2, 2, b"[1]") == (2, 2)
    assert corresponding_span(b"[  1]", 1, 3, b"[1]") == (1, 1)


@given(st.binary(max_size=100))
@settings(max_examples=100)
def test_hex_lines_cover_every_byte(data: bytes) -> None:
    lines = [hex_line(data, number) for number in range(hex_line_count(len(data)))]
    assert b"".join(bytes.fromhex(line.digits) for line in lines) == data
    assert "".join(line.text for line in lines) == "".join(chr(b) if 0x20 <= b < 0x7F else "·" for b in data)
    assert [int(line.offset, 16) for line in lines] == list(range(0, len(data), WIDTH))
    assert {len(line.digits) for line in lines} <= {48}


def test_columns_of_hex_digits() -> None:
    line = hex_line(bytes(range(0xA0, 0xB0)), 0)
    assert [line.digits[digit_column(n) : digit_column(n) + 2] for n in range(WIDTH)] == [f"a{n:x}" for n in range(16)]
