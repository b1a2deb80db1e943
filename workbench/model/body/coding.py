"""Takes a `content-encoding` off a body, with a limit; what cannot be taken off stays and is named.

Only gzip and deflate are decoded (RELIABILITY.md, "The network"). Damage is data here, never an exception: the result
holds what came out before it, and says what is wrong.
"""

from __future__ import annotations

import zlib

import msgspec

LIMIT = 256 * 1024 * 1024
"""Bytes that come out at most, however much went in."""

_FLOOR = 16 * 1024 * 1024
_GROWTH = 40

_STEP = 64 * 1024
_GZIP = ("gzip", "x-gzip")
_MOST_CODINGS = 5


class Unpacked(msgspec.Struct, frozen=True):
    """A body without its content coding.

    Attributes:
        data: what came out, or the bytes as they were.
        applied: codings that were taken off, the outermost first.
        left: codings that are still on `data`, the outermost first.
        problem: what was wrong with the coded bytes; "" when nothing was.
        limited: `data` was cut off at the limit.
    """

    data: bytes
    applied: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    problem: str = ""
    limited: bool = False


def limit_for(size: int) -> int:
    """How many bytes so many packed ones may become: text grows twentyfold at most, a bomb a thousandfold."""
    return min(LIMIT, max(_FLOOR, size * _GROWTH))


def unpack(data: bytes, coding: str, *, limit: int | None = None) -> Unpacked:
    """Take off what a Content-Encoding says (RFC 9110, 8.4): codings in the order applied, separated by commas.

    Args:
        data: the bytes.
        coding: the header.
        limit: bytes that come out at most; None for `limit_for` what goes in.
    """
    limit = limit_for(len(data)) if limit is None else limit
    names = [name.strip().lower() for name in coding.split(",")]
    codings = [name for name in reversed(names) if name and name != "identity"]
    applied: list[str] = []
    if len(codings) > _MOST_CODINGS:
        return Unpacked(data, (), tuple(codings), f"{len(codings)} content codings are more than anyone uses")
    for at, name in enumerate(codings):
        if name not in (*_GZIP, "deflate"):
            return Unpacked(data, tuple(applied), tuple(codings[at:]))
        out, problem, limited = (_gunzip if name in _GZIP else _inflate)(data, limit)
        if problem and not out:
            return Unpacked(data, tuple(applied), tuple(codings[at:]), problem)
        applied.append(name)
        data = out
        if problem or limited:
            return Unpacked(data, tuple(applied), tuple(codings[at + 1 :]), problem, limited)
    return Unpacked(data, tuple(applied))


def _gunzip(data: bytes, limit: int) -> tuple[bytes, str, bool]:
    """Every member of a gzip file (RFC 1952, 2.2); zeros after the last one are padding."""
    parts: list[bytes] = []
    size, at = 0, 0
    while at < len(data):
        if at and not data[at : at + _STEP].strip(b"\0"):
            break
        if at and not data.startswith(b"\x1f\x8b", at):
            return b"".join(parts), f"{len(data) - at} bytes after the gzip data are not gzip", False
        out, used, problem, limited = _run(memoryview(data)[at:], 31, limit - size)
        parts.append(out)
        size += len(out)
        at += used
        if problem or limited:
            return b"".join(parts), problem and f"gzip: {problem}", limited
    return b"".join(parts), "" if data else "gzip: there is no data", False


def _inflate(data: bytes, limit: int) -> tuple[bytes, str, bool]:
    """Deflate in zlib's frame, as the RFC says, or bare, as some servers send it."""
    out, used, problem, limited = _run(memoryview(data), 15, limit)
    if problem and not out:
        bare = _run(memoryview(data), -15, limit)
        if bare[0] or not bare[2]:
            out, used, problem, limited = bare
    if not problem and not limited and used < len(data):
        problem = f"{len(data) - used} bytes stand after its end"
    return out, problem and f"deflate: {problem}", limited


def _run(data: memoryview, window: int, limit: int) -> tuple[bytes, int, str, bool]:
    """Decompress one stream: what came out, how many bytes it took, what was wrong, whether the limit cut it off."""
    engine = zlib.decompressobj(window)
    parts: list[bytes] = []
    size, at = 0, 0
    rest = b""
    try:
        while not engine.eof:
            room = min(_STEP, limit - size)
            if room <= 0:
                return b"".join(parts), at, "", _has_more(engine, rest, data[at : at + 1])
            if not rest:
                rest = bytes(data[at : at + _STEP])
                at += len(rest)
            out = engine.decompress(rest, room)
            if not rest and not out:
                return b"".join(parts), at, "the data ends too early", False
            parts.append(out)
            size += len(out)
            rest = engine.unconsumed_tail
    except zlib.error as error:
        return b"".join(parts), at, f"the data is damaged ({_reason(error)})", False
    return b"".join(parts), at - len(engine.unused_data), "", False


def _has_more(engine: zlib._Decompress, rest: bytes, following: memoryview) -> bool:
    """Whether anything would have come out after the limit: an end marker alone does not count."""
    try:
        return bool(engine.decompress(rest + bytes(following), 1)) or not engine.eof
    except zlib.error:
        return True


def _reason(error: zlib.error) -> str:
    text = str(error)
    return text.partition(": ")[2] or text
