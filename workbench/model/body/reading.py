"""Reads a body as a person would want it: unpacked, recognised, decoded, laid out, with a word on whatever is odd.

Puts the other modules of this package in order and decides nothing they decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.model.body.charset import Decoded, decode
from workbench.model.body.coding import Unpacked, unpack
from workbench.model.body.kinds import Media, recognise
from workbench.model.body.lines import line_and_column
from workbench.model.body.pretty import Pretty, pretty
from workbench.model.body.summary import human_size, summary
from workbench.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable


class Reading(msgspec.Struct, frozen=True):
    """A body, read.

    Attributes:
        received: the very bytes that were handed in: what copy, save and compare use.
        content: the bytes without their content coding; the same object when they had none.
        media: what `content` is.
        text: `content` as UTF-8; None when it is shown as hex.
        pretty: `text` laid out; the same bytes object where that does not apply or was refused. None as `text` is.
        notices: one sentence for everything a reader should know; safe to show.
        summary: one line: kind, size.
    """

    received: bytes
    content: bytes
    media: Media
    text: Decoded | None
    pretty: Pretty | None
    notices: tuple[str, ...]
    summary: str


def read(
    data: bytes,
    content_type: str = "",
    content_encoding: str = "",
    *,
    truncated: bool = False,
    limit: int | None = None,
    layout: bool = True,
    cancelled: Callable[[], bool] = bool,
) -> Reading:
    """Read a body.

    Args:
        data: as received.
        content_type: the header; "" for none.
        content_encoding: the header; "" for none.
        truncated: the reader stopped before the end; only said, nothing else depends on it.
        limit: bytes that unpacking may give; None for what is usual for so many packed ones.
        layout: False leaves the text as it came.
        cancelled: asked now and then.

    Raises:
        Cancelled: `cancelled` said so.
    """
    unpacked = unpack(data, content_encoding, limit=limit) if content_encoding else Unpacked(data)
    content = unpacked.data
    media = recognise(content, "" if unpacked.left else content_type)
    text = None if media.binary else decode(content, content_type)
    laid_out = _layout(text, media, layout=layout, cancelled=cancelled) if text else None
    if laid_out and media.sniffed and media.kind == "json" and laid_out.reason:
        media = Media("text", "text", media.mime or "text/plain", media.lexer, charset=media.charset)
        laid_out = Pretty(laid_out.data, "text")
    elif laid_out and laid_out.kind != media.kind:  # JSON that is a value on each line
        media = msgspec.structs.replace(media, kind=laid_out.kind, name="NDJSON", suffix=".ndjson")
    notices = [*_odd_end(unpacked, truncated=truncated), *_odd_text(content, text), *_odd_layout(laid_out)]
    charset = text.charset if text else ""
    packed = len(data) if unpacked.applied else None
    line = summary(media, content, received=packed, charset=charset or "utf-8")
    return Reading(data, content, media, text, laid_out, tuple(one_line(notice) for notice in notices), line)


def _layout(text: Decoded, media: Media, *, layout: bool, cancelled: Callable[[], bool]) -> Pretty:
    if not layout or media.kind not in ("json", "ndjson", "form", "xml", "html"):
        return Pretty(text.utf8, media.kind)
    if text.bad_at is not None and media.kind in ("json", "xml"):
        at = text.utf8.find(_REPLACED)
        return Pretty(text.utf8, media.kind, f"it is not {text.charset}", *line_and_column(text.utf8, max(0, at)))
    return pretty(text.utf8, media.kind, cancelled)


_REPLACED = "\N{REPLACEMENT CHARACTER}".encode()


def _odd_end(unpacked: Unpacked, *, truncated: bool) -> list[str]:
    notices = []
    if truncated:
        notices.append("truncated: the answer is longer than what was read")
    if unpacked.problem:
        notices.append(f"truncated or damaged: {unpacked.problem}")
    if unpacked.limited:
        notices.append(f"truncated: unpacked, it is longer than {human_size(len(unpacked.data))}")
    if unpacked.left:
        notices.append(f"still encoded: {', '.join(unpacked.left)} is not unpacked here")
    return notices


def _odd_text(content: bytes, text: Decoded | None) -> list[str]:
    if text is None:
        return []
    notices = []
    if text.refused:
        notices.append(f"charset {text.refused[:40]} is unknown or does not fit: read as {text.charset}")
    elif text.source == "guess":
        notices.append(f"no charset given: {text.charset} is a guess")
    if text.bad_at is not None:
        if text.bad_at < len(content):
            notices.append(f"not all {text.charset}: from byte {text.bad_at:,} on, � stands for what is not")
        else:
            notices.append(f"it ends within a character of {text.charset}")
    return notices


def _odd_layout(laid_out: Pretty | None) -> list[str]:
    if laid_out is None or not laid_out.reason:
        return []
    place = f" (line {laid_out.line:,}, column {laid_out.column:,})" if laid_out.line else ""
    if laid_out.kind == "ndjson":
        return [f"not every line is JSON: {laid_out.reason}{place}"]
    return [f"shown raw, not {laid_out.kind.upper()}: {laid_out.reason}{place}"]
