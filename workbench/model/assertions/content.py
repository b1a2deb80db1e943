"""From a body as received to its bytes without content coding, its text and its JSON. All sizes are bounded.

The decoding of content codings and character sets stands here, and nowhere else in the package.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

import msgspec

from workbench.model.assertions.errors import EvaluationError
from workbench.model.assertions.values import clip

if TYPE_CHECKING:
    from workbench.model.exchange import ServiceResponse

MAX_DECODED: Final = 64 * 1024 * 1024
"""Bytes a compressed body may grow to before the line that asks for it fails."""

_CODINGS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_RAW_DEFLATE = -15
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
# Character sets only: Python also has codecs that decompress, rotate letters or run escapes.
_TEXT_CODEC = re.compile(
    r"utf[-_]?(8|16|32)([-_]?[bl]e)?|(us[-_])?ascii|latin[-_]?[1-9]|iso[-_]?8859[-_]?[0-9]{1,2}|windows[-_]?125[0-8]"
    r"|cp125[0-8]|cp(437|850|866|932|949|950)|koi8[-_][ru]|shift[-_]?jis|euc[-_]?(jp|kr)|gb(2312|k|18030)|big5",
    re.IGNORECASE,
)
_UTF8_BOM = b"\xef\xbb\xbf"
_BEGINS = 40

_decode_json = msgspec.json.Decoder().decode


def decoded(response: ServiceResponse) -> bytes:
    """The body without its content coding (RFC 9110, 8.4): gzip and deflate are undone, within `MAX_DECODED`.

    Raises:
        EvaluationError: another coding, damaged or cut off data, or too much of it.
    """
    coding = (response.header("content-encoding") or "").strip().lower()
    if not coding or coding == "identity" or not response.body:
        return response.body
    if coding not in _CODINGS:
        raise EvaluationError(f"the body has the content-encoding {clip(coding)!r}, which is not decoded here")
    try:
        return _inflate(response.body, _CODINGS[coding])
    except zlib.error as error:
        if coding == "deflate":
            return _raw_deflate(response.body)
        raise EvaluationError(f"the body is not the {coding} data its content-encoding says: {error}") from error


def _raw_deflate(data: bytes) -> bytes:
    """Deflate without its zlib wrapper, which some servers send (RFC 9110, 8.4.1.2)."""
    try:
        return _inflate(data, _RAW_DEFLATE)
    except zlib.error as error:
        raise EvaluationError(f"the body is not the deflate data its content-encoding says: {error}") from error


def _inflate(data: bytes, window: int) -> bytes:
    pieces: list[bytes] = []
    room = MAX_DECODED
    while data:
        stream = zlib.decompressobj(window)
        piece = stream.decompress(data, room + 1)
        room -= len(piece)
        if room < 0:
            raise EvaluationError(f"the body is larger than {MAX_DECODED >> 20} MiB when decompressed")
        if not stream.eof:
            raise EvaluationError("the compressed body ends early")
        pieces.append(piece)
        data = stream.unused_data.lstrip(b"\0") if window > _CODINGS["deflate"] else b""
    return b"".join(pieces)


def text(response: ServiceResponse, content: bytes) -> str:
    """The text of a body by the charset of its content type, UTF-8 where there is none or an unknown one.

    What is not of the charset becomes U+FFFD; a byte order mark is left out.
    """
    charset = _charset(response)
    if charset and charset.lower() not in ("utf-8", "utf8"):
        try:
            return content.decode(charset, "replace").removeprefix("\ufeff")
        except (LookupError, ValueError):
            pass  # a charset this Python does not know: read it as UTF-8, like one that is not named
    return content.removeprefix(_UTF8_BOM).decode("utf-8", "replace")


def _charset(response: ServiceResponse) -> str:
    match = _CHARSET.search(response.header("content-type") or "")
    return match[1] if match and _TEXT_CODEC.fullmatch(match[1]) else ""


def parse_json(content: bytes | str, what: str) -> Any:
    """The JSON value of a text (RFC 8259): whole numbers exact, the last of duplicate names.

    Args:
        content: the text.
        what: what it is, for the message: `the body`.

    Raises:
        EvaluationError: it is not JSON, or goes beyond what can be held: depth, range of numbers.
    """
    if not content:
        raise EvaluationError(f"{what} is empty, not JSON")
    try:
        return _decode_json(content.removeprefix(_UTF8_BOM) if isinstance(content, bytes) else content)
    except RecursionError as error:
        raise EvaluationError(f"{what} is JSON that is nested too deeply") from error
    except (msgspec.DecodeError, ValueError) as error:
        begins = content[:_BEGINS].decode("utf-8", "replace") if isinstance(content, bytes) else content[:_BEGINS]
        raise EvaluationError(f"{what} is not JSON ({error}); it begins {begins!r}") from error


def parse_body(response: ServiceResponse, content: bytes) -> Any:
    """The JSON value of a body, which is UTF-8 (RFC 8259, 8.1) unless its content type names another charset.

    Raises:
        EvaluationError: it is not JSON.
    """
    charset = _charset(response)
    is_utf8 = not charset or charset.lower() in ("utf-8", "utf8", "us-ascii", "ascii")
    try:
        return parse_json(content if is_utf8 else text(response, content), "the body")
    except EvaluationError as error:
        if response.truncated:
            raise EvaluationError(f"{error} (the body is truncated: {response.notice or 'it ended early'})") from error
        raise
