"""From a body as received to its bytes without content coding, its text and its JSON. All sizes are bounded.

Content codings and character sets are `workbench.model.body`'s, so that a line sees the text that the viewer shows; it
is imported when a body asks for it. Plain UTF-8, which nearly every body is, does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from workbench.model.assertions.errors import EvaluationError
from workbench.model.assertions.values import clip
from workbench.model.secrets import beginning

if TYPE_CHECKING:
    from workbench.model.exchange import ServiceResponse

MAX_DECODED: Final = 64 * 1024 * 1024
"""Bytes a compressed body may grow to before the line that asks for it fails."""

_OTHER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*(?!utf-?8\b)[^\s"';]""", re.IGNORECASE)
_UTF8_BOM = b"\xef\xbb\xbf"
_FIRST_CHARACTER = 4
_BEGINS = 40

_decode_json = msgspec.json.Decoder().decode


def decoded(response: ServiceResponse) -> bytes:
    """The body without its content coding (RFC 9110, 8.4): gzip and deflate are undone, within `MAX_DECODED`.

    Raises:
        EvaluationError: another coding, damaged or cut off data, or too much of it.
    """
    coding = (response.header("content-encoding") or "").strip()
    if not coding or not response.body:
        return response.body
    from workbench.model.body.coding import unpack

    unpacked = unpack(response.body, coding, limit=MAX_DECODED)
    if unpacked.problem:
        raise EvaluationError(f"the body is not what its content-encoding {clip(coding)!r} says: {unpacked.problem}")
    if unpacked.left:
        raise EvaluationError(f"the body has the content-encoding {clip(coding)!r}, which is not decoded here")
    if unpacked.limited:
        raise EvaluationError(f"the body is larger than {MAX_DECODED >> 20} MiB when decompressed")
    return unpacked.data


def text(response: ServiceResponse, content: bytes) -> str:
    """The text of a body: by its declared charset, else its byte order mark, else UTF-8, else a guess.

    What is not of the charset becomes U+FFFD; a byte order mark is left out.
    """
    if _is_plain(response, content):
        try:
            return content.removeprefix(_UTF8_BOM).decode("utf-8")
        except UnicodeDecodeError:
            pass  # it is not UTF-8 after all: the long way knows what to do
    from workbench.model.body.charset import decode

    return decode(content, response.header("content-type") or "").text


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
        begins = beginning(content, _BEGINS)
        raise EvaluationError(f"{what} is not JSON ({error}); it begins {begins!r}") from error


def parse_body(response: ServiceResponse, content: bytes) -> Any:
    """The JSON value of a body, which is UTF-8 (RFC 8259, 8.1) unless its type or its first bytes say otherwise.

    Raises:
        EvaluationError: it is not JSON.
    """
    try:
        return parse_json(content if _is_plain(response, content) else text(response, content), "the body")
    except EvaluationError as error:
        if response.truncated:
            raise EvaluationError(f"{error} (the body is truncated: {response.notice or 'it ended early'})") from error
        raise


def _is_plain(response: ServiceResponse, content: bytes) -> bool:
    """Whether nothing says that a body is of another charset than UTF-8."""
    head = content[:_FIRST_CHARACTER]
    if 0 in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return _OTHER_CHARSET.search(response.header("content-type") or "") is None
