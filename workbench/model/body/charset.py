"""Turns a body's bytes into text: declared charset, then byte order mark, then UTF-8, then a guess.

The result is UTF-8 bytes, which is what the viewer keeps and searches; bytes that are UTF-8 already are not copied.
Only charsets of the table are used: a server's charset name never reaches Python's codec registry, where `zlib`, `idna`
or `unicode_escape` would answer to it. Never raises on any bytes or any name.
"""

from __future__ import annotations

import codecs
import re
from io import BytesIO
from typing import Literal

import msgspec

from workbench.model.body.kinds import parse_type
from workbench.model.body.magic import wide_without_mark

Source = Literal["header", "bom", "default", "guess"]
"""Where the charset came from; `default` is UTF-8 without a word said."""

_CHUNK = 1 << 20

_MARKS = (  # the longer ones first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_LATIN_1 = "windows-1252"
_ALIASES = {  # the label as the web uses it (Encoding Standard, 4.2), without punctuation
    "utf-8": ("utf8", "unicode11utf8"),
    "utf-16": ("utf16", "ucs2", "iso10646ucs2", "unicode"),
    "utf-16-le": ("utf16le",),
    "utf-16-be": ("utf16be",),
    "utf-32": ("utf32", "ucs4"),
    "utf-32-le": ("utf32le",),
    "utf-32-be": ("utf32be",),
    _LATIN_1: ("ascii", "usascii", "latin1", "l1", "iso88591", "cp819", "ibm819", "windows1252", "cp1252", "xcp1252"),
    "shift_jis": ("shiftjis", "sjis", "xsjis", "ms932", "mskanji", "windows31j", "cp932", "csshiftjis"),
    "euc-jp": ("eucjp", "xeucjp"),
    "iso-2022-jp": ("iso2022jp",),
    "euc-kr": ("euckr", "ksc56011987", "ksc5601", "windows949", "cp949", "uhc", "korean"),
    "gb18030": ("gb18030", "gbk", "xgbk", "gb2312", "gb231280", "cp936", "chinese"),
    "big5": ("big5", "big5hkscs", "xxbig5", "cnbig5", "cp950"),
    "koi8-r": ("koi8r", "koi8", "koi"),
    "koi8-u": ("koi8u", "koi8ru"),
    "macintosh": ("macintosh", "macroman", "xmacroman", "mac"),
    "tis-620": ("tis620", "windows874", "iso885911"),
    "ibm866": ("ibm866", "cp866", "866"),
    **{f"windows-125{n}": (f"windows125{n}", f"cp125{n}", f"xcp125{n}") for n in (0, 1, 3, 4, 5, 6, 7, 8)},
    **{f"iso-8859-{n}": (f"iso8859{n}", f"latin{m}") for n, m in ((2, 2), (3, 3), (4, 4), (9, 5), (10, 6), (15, 9))},
    **{f"iso-8859-{n}": (f"iso8859{n}",) for n in (5, 6, 7, 8, 13, 14, 16)},
}
_BY_ALIAS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases}
_CODECS = {
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "macintosh": "mac-roman",
    "tis-620": "cp874",
}
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 40


class Decoded(msgspec.Struct, frozen=True):
    """A body as text.

    Attributes:
        utf8: the text as valid UTF-8, without a byte order mark.
        charset: the one that was used.
        source: why that one.
        bad_at: offset in the body of the first byte that is not of that charset; its place and every other such place
            holds U+FFFD. None when all of it was text.
        refused: the declared charset when it was not used: it is unknown, or the bytes are not in it.
    """

    utf8: bytes
    charset: str = "utf-8"
    source: Source = "default"
    bad_at: int | None = None
    refused: str = ""

    @property
    def text(self) -> str:
        """The text, for bodies of a size that one wants as a str."""
        return self.utf8.decode("utf-8")

    @property
    def replaced(self) -> bool:
        """Whether some bytes could not be decoded."""
        return self.bad_at is not None


def known(name: str) -> str:
    """The charset that a declared name means, or '' when it is not one of the table."""
    if len(name) > _LONGEST_NAME:
        return ""
    return _BY_ALIAS.get(_PUNCTUATION.sub("", name.lower()), "")


def decode(data: bytes, content_type: str = "") -> Decoded:
    """The body as text; see the module for the order. Where nothing fits, what does not fit becomes U+FFFD."""
    declared = parse_type(content_type)[1]
    charset = _with_order(known(declared), data)
    refused = declared if declared and not charset else ""
    if charset:
        found = _strict(data, charset, "header")
        if found is not None:
            return found
        refused = declared
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name, "bom", refused) or _lenient(data, name, "bom", refused)
    found = _strict(data, "utf-8", "default", refused)
    if found is not None and not (wide := wide_without_mark(data)):
        return found
    if found is not None:
        return _strict(data, wide, "guess", refused) or found
    if charset:
        return _lenient(data, charset, "header")
    return _guessed(data, refused)


def _with_order(charset: str, data: bytes) -> str:
    """UTF-16 and UTF-32 with the byte order that the mark says, else the pattern of zeros, else little-endian."""
    if charset not in ("utf-16", "utf-32"):
        return charset
    marked = (name for mark, name in _MARKS if name.startswith(charset) and data.startswith(mark))
    found = next(marked, "") or wide_without_mark(data)
    return found if found.startswith(charset) else f"{charset}-le"


def _guessed(data: bytes, refused: str) -> Decoded:
    """What is no UTF-8 and does not say what it is. A few bad bytes in much UTF-8 are damage, not another charset."""
    damaged = _lenient(data, "utf-8", "default", refused)
    head = data[: 64 * 1024]
    wide = len(head.decode("utf-8", "ignore").encode()) - len(head.translate(None, bytes(range(0x80, 0x100))))
    lost = len(head) - len(head.decode("utf-8", "ignore").encode())
    if wide > lost * 4:
        return damaged
    from workbench.model.body.guess import guess  # few texts need it, and every `run` would pay for it

    name = guess(head)
    return (name and _strict(data, name, "guess", refused)) or damaged


def _codec(charset: str) -> str:
    return _CODECS.get(charset, charset)


def _without_mark(data: bytes, charset: str) -> int:
    """Where the text begins: after a byte order mark, when that mark is the charset's own."""
    return next((len(mark) for mark, name in _MARKS if name == charset and data.startswith(mark)), 0)


def _strict(data: bytes, charset: str, source: Source, refused: str = "") -> Decoded | None:
    if charset == "utf-8" and data.isascii():
        return Decoded(data, charset, source, refused=refused)
    start = _without_mark(data, charset)
    try:
        if charset == "utf-8":
            _check_utf8(data)
            return Decoded(data[start:] if start else data, charset, source, refused=refused)
        if charset == _LATIN_1:
            return Decoded(_latin_1(data), charset, source, refused=refused)
        return Decoded(_transcode(data, start, charset, "strict"), charset, source, refused=refused)
    except UnicodeError:
        return None


def _check_utf8(data: bytes) -> None:
    """Raise UnicodeDecodeError when the bytes are not UTF-8, without ever holding more than a piece of the text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for start in range(0, len(data), _CHUNK):
        decoder.decode(view[start : start + _CHUNK])
    decoder.decode(b"", final=True)


def _latin_1(data: bytes) -> bytes:
    """Windows-1252 with the five bytes it leaves open taken from Latin-1, as browsers read both: every byte has one."""
    out = BytesIO()
    for start in range(0, len(data), _CHUNK):
        piece = data[start : start + _CHUNK]
        out.write(piece if piece.isascii() else piece.decode("latin-1").translate(_WINDOWS_1252).encode("utf-8"))
    return out.getvalue()


_WINDOWS_1252 = {
    byte: character for byte in range(0x80, 0xA0) if (character := bytes([byte]).decode("cp1252", "ignore"))
}


def _transcode(data: bytes, start: int, charset: str, errors: str) -> bytes:
    decoder = codecs.getincrementaldecoder(_codec(charset))(errors)
    view = memoryview(data)
    out = BytesIO()
    for at in range(start, len(data), _CHUNK):
        out.write(decoder.decode(view[at : at + _CHUNK]).encode("utf-8", "replace"))
    out.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))
    return out.getvalue()


def _lenient(data: bytes, charset: str, source: Source, refused: str = "") -> Decoded:
    start = _without_mark(data, charset)
    utf8 = _transcode(data, start, charset, "replace")
    return Decoded(utf8, charset, source, bad_at=_first_bad(data, start, charset), refused=refused)


def _first_bad(data: bytes, start: int, charset: str) -> int:
    """Offset of the first byte that is not of the charset; the data's length when it only ends too early."""
    decoder = codecs.getincrementaldecoder(_codec(charset))("strict")
    for at in range(start, len(data), _CHUNK):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data[at : at + _CHUNK])
        except UnicodeDecodeError as error:
            return max(start, at - held + error.start)
    return len(data)
