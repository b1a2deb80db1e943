"""A body read as a whole: what comes out, and what is said about it."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body import Cancelled, read


def test_json() -> None:
    data = b'{"a":1}'
    body = read(data, "application/json")
    assert body.received is data
    assert body.content is data
    assert body.text is not None
    assert body.text.utf8 is data
    assert body.pretty is not None
    assert body.pretty.data == b'{\n  "a": 1\n}'
    assert body.notices == ()
    assert body.summary == "JSON, 7 B"


def test_packed() -> None:
    data = gzip.compress(b'{"a":1}', mtime=0)
    body = read(data, "application/json", "gzip")
    assert body.received is data
    assert body.content == b'{"a":1}'
    assert body.summary == f"JSON, 7 B, {len(data)} B on the wire"


@pytest.mark.parametrize(
    ("data", "content_type", "coding", "truncated", "notice"),
    [
        (
            b'{"a":NaN}',
            "application/json",
            "",
            False,
            "shown raw, not JSON: NaN is not a JSON value (line 1, column 6)",
        ),
        (b'{"a":1', "application/json", "", True, "truncated: the answer is longer than what was read"),
        (b"abc", "text/plain", "br", False, "still encoded: br is not unpacked here"),
        (
            gzip.compress(b"x" * 5000, mtime=0)[:-9],
            "text/plain",
            "gzip",
            False,
            "truncated or damaged: gzip: the data ends too early",
        ),
        (b"a\xe9", "text/plain", "", False, "no charset given: windows-1252 is a guess"),
        (b"abc", "text/plain; charset=x-foo", "", False, "charset x-foo is unknown or does not fit: read as utf-8"),
        (b"ab\xff", "text/plain; charset=utf-8", "", False, "not all utf-8: from byte 2 on, � stands for what is not"),
        (b"ab\xc3", "text/plain; charset=utf-8", "", False, "it ends within a character of utf-8"),
        (
            b'{"a":1}\n{"a":}',
            "application/x-ndjson",
            "",
            False,
            "not every line is JSON: the character '}' cannot stand here (line 2, column 6)",
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_said(data: bytes, content_type: str, coding: str, truncated: bool, notice: str) -> None:
    assert notice in read(data, content_type, coding, truncated=truncated).notices


def test_json_with_bad_bytes_is_shown_raw_with_the_place() -> None:
    body = read(b'{"a":\n "\xff"}', "application/json; charset=utf-8")
    assert body.pretty is not None
    assert body.text is not None
    assert body.pretty.data is body.text.utf8
    assert "shown raw, not JSON: it is not utf-8 (line 2, column 3)" in body.notices


def test_json_in_another_charset_is_laid_out() -> None:
    body = read('{"名":"表"}'.encode("shift_jis"), "application/json; charset=shift_jis")
    assert body.pretty is not None
    assert body.pretty.data == '{\n  "名": "表"\n}'.encode()
    assert body.summary == "JSON, shift_jis, 11 B"


def test_text_that_only_looked_like_json_is_text() -> None:
    body = read(b'{"a": 1, oops}', "text/plain")
    assert (body.media.kind, body.media.lexer, body.notices) == ("text", "json", ())


def test_json_that_is_lines() -> None:
    body = read(b'{"a":1}\n{"a":2}\n', "application/json")
    assert (body.media.kind, body.media.suffix, body.notices) == ("ndjson", ".ndjson", ())


def test_binary_has_no_text() -> None:
    body = read(b"\x89PNG\r\n\x1a\n", "image/png")
    assert (body.text, body.pretty) == (None, None)


def test_what_stays_packed_is_binary() -> None:
    body = read(b"\x0b\x02\x80\x00\x03", "application/json", "br")
    assert body.media.binary


def test_a_bomb_is_cut() -> None:
    body = read(gzip.compress(bytes(3_000_000)), "text/plain", "gzip", limit=1_000_000)
    assert len(body.content) == 1_000_000
    assert "truncated: unpacked, it is longer than 1.0 MB" in body.notices


def test_without_layout() -> None:
    body = read(b'{"a":1}', "application/json", layout=False)
    assert body.pretty is not None
    assert body.pretty.data == b'{"a":1}'
    assert not body.notices


def test_cancelled() -> None:
    deep = b"[" * 90 + b"]" * 90
    with pytest.raises(Cancelled):
        read(b"[" + b",".join([deep] * 5000) + b"]", "application/json", cancelled=lambda: True)


@given(
    st.binary(max_size=120),
    st.sampled_from(
        ["", "application/json", "text/html; charset=euc-kr", "image/png", "application/x-ndjson", "a/b\x1b"]
    ),
    st.sampled_from(["", "gzip", "deflate", "br\x1b[31m", "gzip, gzip"]),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_any_body(data: bytes, content_type: str, coding: str, truncated: bool) -> None:
    body = read(data, content_type, coding, truncated=truncated)
    assert body.received is data
    assert (body.text is None) == body.media.binary == (body.pretty is None)
    if body.text and body.pretty:
        body.text.utf8.decode()
        body.pretty.data.decode()
    for line in (*body.notices, body.summary):
        assert "\n" not in line
        assert "\x1b" not in line
