"""Bodies as they come: content codings, character sets, JSON that is none, sizes without end."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import pytest

from tests.unit.assertions.build import holds, run, subject
from workbench.model.assertions import Subject, capture, content, evaluate

if TYPE_CHECKING:
    from workbench.model.exchange import ServiceResponse

JSON = b'{"a": [1, "\xc3\xa9"]}'


def packed(data: bytes) -> bytes:
    """Gzip without a time in it, so that a test has the same name in every process."""
    return gzip.compress(data, mtime=0)


def coded(coding: str, raw: bytes) -> Subject:
    return subject(raw=raw, headers=(("Content-Encoding", coding), ("content-type", "application/json")))


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "raw"),
    [
        ("gzip", packed(JSON)),
        ("GZIP", packed(JSON)),
        ("x-gzip", packed(JSON)),
        ("gzip", packed(JSON[:5]) + packed(JSON[5:])),
        ("gzip", packed(JSON) + b"\0\0\0"),
        ("deflate", zlib.compress(JSON)),
        ("deflate", raw_deflate(JSON)),
        ("gzip, gzip", packed(packed(JSON))),
        ("identity", JSON),
        ("", JSON),
    ],
)
def test_codings_are_undone_for_text_and_json_only(coding: str, raw: bytes) -> None:
    one = coded(coding, raw)
    assert capture("$.a[1]", one) == (True, "é", "")
    assert capture("body", one) == (True, JSON.decode(), "")
    assert capture("bytes", one) == (True, len(raw), "")


@pytest.mark.parametrize(
    ("coding", "raw", "words"),
    [
        ("gzip", b"no gzip", "the body is not what its content-encoding 'gzip' says: gzip: the data is damaged"),
        ("gzip", packed(JSON)[:-4], "the data ends too early"),
        ("gzip", packed(JSON) + b"xxxx", "4 bytes after the gzip data are not gzip"),
        (
            "deflate",
            b"\xff\xff\xff",
            "the body is not what its content-encoding 'deflate' says: deflate: the data is damaged",
        ),
        ("br", b"\x0b\x02", "the content-encoding 'br', which is not decoded here"),
        ("gzip, br", packed(JSON), "the content-encoding 'gzip, br', which is not decoded"),
    ],
)
def test_what_cannot_be_undone_fails_the_line(coding: str, raw: bytes, words: str) -> None:
    one = coded(coding, raw)
    for line in ("$.a exists", "$.a not exists", "body exists", "body not exists", 'body not contains "x"'):
        result = evaluate(line, one)
        assert not result.ok
        assert words in result.message
    assert evaluate("bytes > 0", one).ok
    assert evaluate("sha256 exists", one).ok


@pytest.mark.parametrize("window", [31, 15, -15])
def test_a_bomb_is_stopped_at_the_limit(monkeypatch: pytest.MonkeyPatch, window: int) -> None:
    monkeypatch.setattr(content, "MAX_DECODED", 1 << 20)
    packer = zlib.compressobj(wbits=window)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(3)) + packer.flush()
    result = evaluate("body exists", coded("gzip" if window > 15 else "deflate", bomb))
    assert not result.ok
    assert result.message == "the body is larger than 1 MiB when decompressed"
    packer = zlib.compressobj(wbits=window)
    just = packer.compress(b"a" * (1 << 20)) + packer.flush()
    assert evaluate("body matches /^a+$/", coded("gzip" if window > 15 else "deflate", just)).message.endswith(
        "1,048,576 characters: regular expressions look at no more than 1,000,000"
    )


@pytest.mark.parametrize(
    ("content_type", "raw", "text"),
    [
        ("text/plain", "é".encode(), "é"),
        ("text/plain; charset=utf-8", "é".encode(), "é"),
        ("text/plain; charset=UTF8", b"\xef\xbb\xbfx", "x"),
        ("", b"\xef\xbb\xbfx", "x"),
        ("text/plain; charset=iso-8859-1", b"\xe9", "é"),
        ("text/plain; charset='latin-1'", b"\xe9", "é"),
        ('text/plain; charset="windows-1252"', b"\x80", "€"),
        ("text/plain; charset=utf-16", "é".encode("utf-16"), "é"),
        ("text/plain; charset=utf-16-be", "é".encode("utf-16-be"), "é"),
        ("text/plain; charset=shift_jis", "日".encode("shift_jis"), "日"),
        ("text/plain; charset=us-ascii", b"a\xe9", "aé"),
        ("text/plain; charset=utf-8", b"a\xffb", "a�b"),
        # Python has codecs of these names that are no character sets; they are read as UTF-8.
        ("text/plain; charset=zlib", b"a", "a"),
        ("text/plain; charset=rot13", b"a", "a"),
        ("text/plain; charset=idna", b"a", "a"),
        ("text/plain; charset=unicode_escape", b"\\ud800\\q", "\\ud800\\q"),
        ("text/plain; charset=utf-7", b"+2AA-", "+2AA-"),
        ("text/plain; charset=klingon", b"a", "a"),
        ("text/plain; charset=iso-8859-99", b"a", "a"),
        ("text/plain; charset=" + "x" * 5000, b"a", "a"),
    ],
)  # fmt: skip
def test_character_sets(content_type: str, raw: bytes, text: str) -> None:
    assert capture("body", subject(raw=raw, headers=(("content-type", content_type),))) == (True, text, "")


@pytest.mark.parametrize(
    ("content_type", "raw"),
    [
        ("application/json", b'{"a": "\xc3\xa9"}'),
        ("application/json; charset=us-ascii", b'{"a": "\\u00e9"}'),
        ("application/json", '{"a": "é"}'.encode("utf-16")),
        ("application/json", '{"a": "é"}'.encode("utf-32")),
        ("application/json", b'\xef\xbb\xbf{"a": "\xc3\xa9"}'),
        ("text/html", b' \r\n\t{"a": "\\u00e9"} \n'),
        ("application/json; charset=utf-16", '{"a": "é"}'.encode("utf-16")),
        ("application/json; charset=iso-8859-1", b'{"a": "\xe9"}'),
    ],
)
def test_json_in_a_charset(content_type: str, raw: bytes) -> None:
    assert capture("$.a", subject(raw=raw, headers=(("content-type", content_type),))) == (True, "é", "")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "the body is empty, not JSON"),
        (b"<html>oops</html>", "it begins '<html>oops</html>'"),
        (b"{'a': 1}", "the body is not JSON"),
        (b'{"a": 1', "the body is not JSON"),
        (b'{"a": 1} x', "the body is not JSON"),
        (b"NaN", "the body is not JSON"),
        (b"[1e400]", "the body is not JSON"),
        (b"1" * 5000, "the body is not JSON"),
        (b'"\xff"', "the body is not JSON"),
        (b'"\\ud800"', "the body is not JSON"),
        (b"\x00\x01\x02", "the body is not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deeply"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_body_that_is_not_json_fails_every_path(raw: bytes, words: str) -> None:
    for line in ("$.a exists", "$.a not exists", "$..a not exists", "$.a == 1", "$.a != 1"):
        result = run(line, raw=raw)
        assert (result.ok, result.found, result.actual) == (False, False, None)
        assert words in result.message
    assert capture("$", subject(raw=raw))[0] is False


def test_a_truncated_body_says_so() -> None:
    result = run("$.a exists", raw=b'{"a": [1, 2', truncated=True, notice="cut at 11 bytes")
    assert result.message.endswith("(the body is truncated: cut at 11 bytes)")
    assert run("$.a exists", raw=b"[", truncated=True).message.endswith("(the body is truncated: it ended early)")


def test_json_is_parsed_once_and_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    parse = content.parse_body

    def count(response: ServiceResponse, data: bytes) -> object:
        asked.append(data)
        return parse(response, data)

    monkeypatch.setattr(content, "parse_body", count)
    one = subject(raw=b"not json")
    assert evaluate("status == 200", one).ok
    assert evaluate('body startsWith "not"', one).ok
    assert not asked
    for _ in range(3):
        assert not evaluate("$.a exists", one).ok
    other = one.with_variables({"a": 1})
    assert not evaluate("$.a exists", other).ok
    assert len(asked) == 1
    assert evaluate('var "a" == 1', other).ok
    assert not evaluate('var "a" == 1', one).ok
    assert evaluate("duration == 250ms", other).ok


def test_exact_at_the_edges() -> None:
    digits = "9" * 4300
    assert holds(f"$ == {digits}", raw=digits.encode())
    assert not holds(f"$ == {digits}", raw=("9" * 4299 + "8").encode())
    assert holds("$[0] isArray", raw=b"[" * 500 + b"]" * 500)
