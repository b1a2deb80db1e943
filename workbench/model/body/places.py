"""Maps places between a text and the same text laid out differently.

The layouts of `pretty` only add or remove white space outside of values, so that the n-th character that is no white
space is the same in both. Bytes in, offsets out; nothing is parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.body.lines import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

_SPACE = b" \t\r\n"
_BLOCK = 256 * 1024
_FINE = 256


def corresponding(source: bytes, offset: int, target: bytes, cancelled: Callable[[], bool] = bool) -> int:
    """The offset in `target` of the character that stands at `offset` in `source`, or follows there.

    Raises:
        Cancelled: `cancelled` said so.
    """
    if source is target:
        return offset
    return _offset_of(target, _solid(source, 0, offset, cancelled), cancelled)


def corresponding_span(source: bytes, start: int, end: int, target: bytes) -> tuple[int, int]:
    """The part of `target` that a part of `source` became; both begin and end with no white space outside it."""
    if source is target or start >= end:
        return start, end
    before = _solid(source, 0, start)
    inside = _solid(source, start, end)
    first = _offset_of(target, before)
    return first, _offset_of(target, before + inside - 1) + 1 if inside else first


def _solid(data: bytes, start: int, end: int, cancelled: Callable[[], bool] = bool) -> int:
    """How many bytes between two offsets are no white space."""
    count = 0
    for at in range(start, end, _BLOCK):
        if cancelled():
            raise Cancelled
        count += len(data[at : min(at + _BLOCK, end)].translate(None, _SPACE))
    return count


def _offset_of(data: bytes, number: int, cancelled: Callable[[], bool] = bool) -> int:
    """Where the byte stands that has `number` bytes before it that are no white space."""
    at = 0
    for step in (_BLOCK, _FINE):
        while at < len(data):
            if cancelled():
                raise Cancelled
            here = len(data[at : at + step].translate(None, _SPACE))
            if here > number:
                break
            number -= here
            at += step
    for index in range(at, min(at + _FINE, len(data))):
        if data[index] not in _SPACE:
            if not number:
                return index
            number -= 1
    return len(data)
