"""What a body is: by its declared type, by its bytes, and never by what a server would like it to be called."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.kinds import BINARY_KINDS, parse_type, recognise
from workbench.model.body.magic import SIGNATURES, image_size, looks_binary, signature, wide_without_mark
from workbench.model.body.summary import human_size, summary


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\0\0\0"


def jpeg(width: int, height: int) -> bytes:
    exif = b"\xff\xe1" + struct.pack(">H", 20) + b"Exif" + bytes(14)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1)
    return b"\xff\xd8" + exif + b"\xff\xff" + frame + bytes(20)


def webp(form: bytes, payload: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + form + payload + bytes(20)


VP8X = webp(b"VP8X", bytes(8) + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"))
VP8L = webp(b"VP8L", struct.pack("<I", 20) + b"\x2f" + struct.pack("<I", 639 | 479 << 14))
VP8 = webp(b"VP8 ", bytes(4) + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480))
GIF = b"GIF89a" + struct.pack("<HH", 640, 480) + bytes(10)
BMP = b"BM" + bytes(12) + struct.pack("<Iii", 40, 640, -480) + bytes(10)


@pytest.mark.parametrize(
    ("content_type", "kind", "lexer", "suffix"),
    [
        ("application/json", "json", "json", ".json"),
        ("Application/JSON; charset=utf-8", "json", "json", ".json"),
        ("application/problem+json", "json", "json", ".json"),
        ("application/vnd.api+json;version=1", "json", "json", ".json"),
        ("application/x-ndjson", "ndjson", "json", ".ndjson"),
        ("text/html; charset=utf-8", "html", "html", ".html"),
        ("application/xml", "xml", "xml", ".xml"),
        ("application/atom+xml", "xml", "xml", ".xml"),
        ("image/svg+xml", "xml", "xml", ".xml"),
        ("text/javascript", "javascript", "javascript", ".js"),
        ("text/css", "css", "css", ".css"),
        ("application/yaml", "yaml", "yaml", ".yaml"),
        ("text/markdown", "markdown", "markdown", ".md"),
        ("text/x-python", "python", "python", ".py"),
        ("text/csv", "csv", "text", ".csv"),
        ("text/event-stream", "events", "text", ".txt"),
        ("application/x-www-form-urlencoded", "form", "text", ".txt"),
        ("multipart/mixed; boundary=x", "multipart", "text", ".txt"),
        ("text/plain", "text", "text", ".txt"),
        ("text/vnd.unheard.of", "text", "text", ".txt"),
        ("", "text", "text", ".txt"),
        ("nonsense", "text", "text", ".txt"),
    ],
)
def test_by_declared_type(content_type: str, kind: str, lexer: str, suffix: str) -> None:
    media = recognise(b"some words", content_type)
    assert (media.kind, media.lexer, media.suffix, media.sniffed) == (kind, lexer, suffix, media.sniffed)
    assert not media.binary


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/octet-stream", "TEXT/PLAIN; charset=utf-8"])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"a": 1}', "json"),
        (b' \n[1, "b"]\n', "json"),
        (b"{}", "json"),
        (b"\xef\xbb\xbf[]", "json"),
        (b'{"a":1}\n{"a":2}\n', "ndjson"),
        (b'[1]\n\n[2]\n["x"]', "ndjson"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"<svg xmlns='x'/>", "xml"),
        (b"<!DOCTYPE html><p>", "html"),
        (b"<!-- hello -->\n<html lang=en>", "html"),
        (b"[INFO] started", "text"),
        (b"[x] done", "text"),
        (b'{"a": 1} trailing words', "text"),
        (b"42", "text"),
        (b'"a string"', "text"),
        (b"<p>no page</p>", "text"),
        (b"BMW and BM, PK, ID3: letters are no signature", "text"),
    ],
)
def test_by_bytes_when_the_type_says_nothing(content_type: str, data: bytes, kind: str) -> None:
    assert recognise(data, content_type).kind == kind


@pytest.mark.parametrize(
    ("data", "kind", "name", "suffix"),
    [
        (png(1, 1), "image", "PNG image", ".png"),
        (jpeg(1, 1), "image", "JPEG image", ".jpg"),
        (GIF, "image", "GIF image", ".gif"),
        (VP8X, "image", "WebP image", ".webp"),
        (BMP, "image", "BMP image", ".bmp"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "document", "PDF document", ".pdf"),
        (b"PK\x03\x04" + bytes(30), "archive", "zip archive", ".zip"),
        (b"\x1f\x8b\x08" + bytes(10), "archive", "gzip data", ".gz"),
        (bytes(257) + b"ustar\x0000" + bytes(20), "archive", "tar archive", ".tar"),
        (b"\x7fELF\x02\x01\x01", "binary", "ELF program", ".elf"),
        (b"SQLite format 3\x00" + bytes(20), "binary", "SQLite database", ".sqlite"),
        (bytes(range(256)), "binary", "binary", ".bin"),
        (b"a\x00b", "binary", "binary", ".bin"),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize("content_type", ["", "application/octet-stream"])
def test_binary_by_its_bytes(data: bytes, kind: str, name: str, suffix: str, content_type: str) -> None:
    media = recognise(data, content_type)
    assert (media.kind, media.name, media.suffix, media.binary) == (kind, name, suffix, True)


def test_every_signature_is_recognised() -> None:
    for entry in SIGNATURES:
        data = bytes(entry.offset) + entry.magic + bytes(64)
        found = signature(data)
        assert found is not None, entry
        assert recognise(data).binary, entry


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "text/plain; charset=utf-16"])
def test_a_text_type_is_not_believed_of_binary(content_type: str) -> None:
    media = recognise(png(2, 2), content_type.partition(";")[0])
    assert media.binary
    assert recognise("{}".encode("utf-16-le"), content_type).binary is False


@pytest.mark.parametrize("content_type", ["image/png", "application/pdf", "video/mp4", "application/zip"])
def test_a_binary_type_is_not_believed_of_text(content_type: str) -> None:
    assert recognise(b'{"error": "no such image"}', content_type).kind == "json"


def test_an_unknown_binary_type_keeps_its_main_type() -> None:
    assert recognise(b"\x00\x01\x02", "audio/x-unheard").kind == "audio"
    assert recognise(b"\x00\x01\x02", "font/x-unheard").kind == "font"
    assert recognise(b"\x00\x01\x02", "application/x-unheard").kind == "binary"


def test_empty() -> None:
    media = recognise(b"", "application/json")
    assert (media.kind, media.mime) == ("empty", "application/json")


def test_type_and_charset() -> None:
    assert parse_type('Text/HTML; Charset="UTF-8"; x=y') == ("text/html", "UTF-8")
    assert parse_type("text/html;charset='koi8-r'") == ("text/html", "koi8-r")
    assert parse_type("; charset=x") == ("", "x")
    assert parse_type("no type at all") == ("", "")


@pytest.mark.parametrize(
    "data",
    [png(640, 480), jpeg(640, 480), GIF, BMP, VP8X, VP8L, VP8],
    ids=["png", "jpeg", "gif", "bmp", "vp8x", "vp8l", "vp8"],
)
def test_image_size(data: bytes) -> None:
    assert image_size(data) == (640, 480)
    for cut in range(len(data)):
        assert image_size(data[:cut]) in (None, (640, 480))


def test_no_image_no_size() -> None:
    assert image_size(b"%PDF-1.7") is None
    assert image_size(png(0, 0)) is None
    assert image_size(b"\xff\xd8\xff" + b"\xff" * 5000) is None


def test_wide_text_is_no_binary() -> None:
    assert wide_without_mark('{"a": "bcd"}'.encode("utf-32-be")) == "utf-32-be"
    assert wide_without_mark(b"\x00a\x00\xff") == ""
    assert wide_without_mark(b"a\0b\0" + bytes(60)) == ""
    assert not looks_binary("plain words".encode("utf-16"))
    assert not looks_binary(b"\x1b[31mcolour\x1b[0m \t\r\n")


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (12_345, "12.3 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (100_000_000, "100.0 MB"),
        (5 * 10**12, "5.0 TB"),
        (10**18, "1000000.0 TB"),
    ],
)
def test_human_size(size: int, shown: str) -> None:
    assert human_size(size) == shown


@pytest.mark.parametrize(
    ("data", "content_type", "line"),
    [
        (b"", "", "empty"),
        (b'{"a": 1}', "application/json", "JSON, 8 B"),
        (b"words", "", "text, 5 B"),
        (b"a=b", "application/x-www-form-urlencoded", "Form, 3 B"),
        (png(640, 480) + bytes(12_300), "image/png", "PNG image, 640×480, 12.3 kB"),
        (b"\x00\x01", "", "Binary, 2 B"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_summary(data: bytes, content_type: str, line: str) -> None:
    assert summary(recognise(data, content_type), data) == line


def test_summary_of_what_came_packed() -> None:
    media = recognise(b"words", "")
    assert summary(media, b"words" * 300, received=20, charset="koi8-r") == "text, koi8-r, 1.5 kB, 20 B on the wire"


@given(st.binary(max_size=300), st.text(max_size=40) | st.sampled_from(["image/png", "multipart/x", "a/b+json"]))
@settings(max_examples=300, deadline=None)
def test_anything_is_something(data: bytes, content_type: str) -> None:
    media = recognise(data, content_type)
    assert media.suffix.startswith(".")
    assert media.binary == (media.kind in BINARY_KINDS)
    assert summary(media, data)
    assert "\n" not in media.mime
