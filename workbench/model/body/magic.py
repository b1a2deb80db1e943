"""Tells a file by its first bytes, and reads an image's size out of its header.

Owns the signatures and nothing else: what a declared type means is in `kinds`. Reads a bounded part of the bytes and
never raises on any of them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_HEAD = 4096
_CONTROLS = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")  # DEL may stand in JSON as it is
_ALLOWED_CONTROLS = 0.05
_UTF_16_OR_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Signature(NamedTuple):
    """A format that its first bytes give away: where they stand, what they are, what it is called."""

    offset: int
    magic: bytes
    name: str
    mime: str
    suffix: str


SIGNATURES = (
    Signature(0, b"\x89PNG\r\n\x1a\n", "PNG image", "image/png", ".png"),
    Signature(0, b"\xff\xd8\xff", "JPEG image", "image/jpeg", ".jpg"),
    Signature(0, b"GIF87a", "GIF image", "image/gif", ".gif"),
    Signature(0, b"GIF89a", "GIF image", "image/gif", ".gif"),
    Signature(8, b"WEBP", "WebP image", "image/webp", ".webp"),
    Signature(4, b"ftypavif", "AVIF image", "image/avif", ".avif"),
    Signature(4, b"ftyphei", "HEIF image", "image/heif", ".heif"),
    Signature(0, b"BM", "BMP image", "image/bmp", ".bmp"),
    Signature(0, b"II*\x00", "TIFF image", "image/tiff", ".tiff"),
    Signature(0, b"MM\x00*", "TIFF image", "image/tiff", ".tiff"),
    Signature(0, b"\x00\x00\x01\x00", "icon", "image/x-icon", ".ico"),
    Signature(0, b"%PDF-", "PDF document", "application/pdf", ".pdf"),
    Signature(0, b"PK\x03\x04", "zip archive", "application/zip", ".zip"),
    Signature(0, b"PK\x05\x06", "zip archive", "application/zip", ".zip"),
    Signature(0, b"\x1f\x8b\x08", "gzip data", "application/gzip", ".gz"),
    Signature(0, b"\x28\xb5\x2f\xfd", "zstd data", "application/zstd", ".zst"),
    Signature(0, b"BZh", "bzip2 data", "application/x-bzip2", ".bz2"),
    Signature(0, b"\xfd7zXZ\x00", "xz data", "application/x-xz", ".xz"),
    Signature(0, b"7z\xbc\xaf\x27\x1c", "7z archive", "application/x-7z-compressed", ".7z"),
    Signature(257, b"ustar", "tar archive", "application/x-tar", ".tar"),
    Signature(0, b"\x7fELF", "ELF program", "application/x-elf", ".elf"),
    Signature(0, b"\x00asm", "WebAssembly module", "application/wasm", ".wasm"),
    Signature(0, b"SQLite format 3\x00", "SQLite database", "application/vnd.sqlite3", ".sqlite"),
    Signature(0, b"PAR1", "Parquet file", "application/vnd.apache.parquet", ".parquet"),
    Signature(0, b"OggS", "Ogg media", "application/ogg", ".ogg"),
    Signature(0, b"fLaC", "FLAC audio", "audio/flac", ".flac"),
    Signature(0, b"ID3", "MP3 audio", "audio/mpeg", ".mp3"),
    Signature(8, b"WAVE", "WAV audio", "audio/wav", ".wav"),
    Signature(4, b"ftyp", "MP4 video", "video/mp4", ".mp4"),
    Signature(0, b"\x1aE\xdf\xa3", "Matroska video", "video/x-matroska", ".mkv"),
    Signature(0, b"wOFF", "WOFF font", "font/woff", ".woff"),
    Signature(0, b"wOF2", "WOFF2 font", "font/woff2", ".woff2"),
)
"""Tried in this order; the first that fits wins."""

_LETTERS_ONLY = {b"BM", b"BZh", b"ID3", b"PAR1", b"OggS", b"wOFF", b"wOF2", b"fLaC", b"WEBP", b"WAVE"}


def signature(data: bytes) -> Signature | None:
    """The format whose signature the bytes carry, or None. A signature of mere letters counts only in binary data."""
    for entry in SIGNATURES:
        if not data.startswith(entry.magic, entry.offset):
            continue
        if entry.magic in _LETTERS_ONLY and not looks_binary(data):
            continue
        return entry
    return None


def looks_binary(data: bytes) -> bool:
    """Whether the first 4 KiB are no text in any charset: NUL outside UTF-16 and UTF-32, or many control characters."""
    head = data[:_HEAD]
    if not head or head.startswith(_UTF_16_OR_32) or wide_without_mark(head):
        return False
    if 0 in head:
        return True
    return len(_CONTROLS.findall(head)) > len(head) * _ALLOWED_CONTROLS


def wide_without_mark(data: bytes) -> str:
    """The charset of a text in UTF-16 or UTF-32 without a byte order mark that begins in ASCII (RFC 4627, 3), or ''."""
    head = data[:4]
    if len(head) < 4:  # noqa: PLR2004 - two characters of UTF-16
        return ""
    zeros = "".join("." if byte else "0" for byte in head)
    found = {"000.": "utf-32-be", ".000": "utf-32-le", "0.0.": "utf-16-be", ".0.0": "utf-16-le"}.get(zeros, "")
    return found if found and all(byte < 0x7F for byte in head) and _mostly(data[:_HEAD], found) else ""  # noqa: PLR2004


def _mostly(head: bytes, charset: str) -> bool:
    """Whether the pattern of zeros goes on: three in four characters of the sample are ASCII."""
    width = 4 if "32" in charset else 2
    low = head[width - 1 :: width] if charset.endswith("be") else head[::width]
    zeros = head.count(0)
    return zeros >= (width - 1) * len(low) * 0.75 and low.count(0) <= len(low) * _ALLOWED_CONTROLS


def image_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels out of a PNG, GIF, BMP, WebP or JPEG header; None when they are not there."""
    found = signature(data)
    if found is None:
        return None
    reader, header = {
        "image/png": (_png_size, 24),
        "image/gif": (_gif_size, 10),
        "image/bmp": (_bmp_size, 26),
        "image/webp": (_webp_size, 30),
        "image/jpeg": (_jpeg_size, 4),
    }.get(found.mime, (None, 0))
    size = reader(data) if reader and len(data) >= header else None
    return size if size and all(size) else None


def _big(data: bytes, start: int, count: int) -> int:
    return int.from_bytes(data[start : start + count], "big")


def _little(data: bytes, start: int, count: int) -> int:
    return int.from_bytes(data[start : start + count], "little")


def _png_size(data: bytes) -> tuple[int, int] | None:
    return (_big(data, 16, 4), _big(data, 20, 4)) if data[12:16] == b"IHDR" else None


def _gif_size(data: bytes) -> tuple[int, int]:
    return _little(data, 6, 2), _little(data, 8, 2)


def _bmp_size(data: bytes) -> tuple[int, int]:
    height = int.from_bytes(data[22:26], "little", signed=True)
    return _little(data, 18, 4), abs(height)


def _webp_size(data: bytes) -> tuple[int, int] | None:
    form = data[12:16]
    if form == b"VP8X":
        return _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
    if form == b"VP8L":
        bits = _little(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        return _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF
    return None


_JPEG_SEGMENTS = 1000


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments to the start of frame (ITU T.81, B.2.2): its marker is C0 to CF without C4, C8 and CC."""
    at = 2
    for _ in range(_JPEG_SEGMENTS):
        if len(data) < at + 9 or data[at] != 0xFF:  # noqa: PLR2004
            return None
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # noqa: PLR2004
            return _big(data, at + 7, 2), _big(data, at + 5, 2)
        at += 1 if marker == 0xFF else 2 + _big(data, at + 2, 2)  # noqa: PLR2004
    return None
