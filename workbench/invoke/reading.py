"""Reading an answer's body with a limit, on the wire and after decompression (RELIABILITY.md, "Bounded reading").

Only gzip is ever asked for and only gzip is undone. The decompressor yields at most what is still allowed, so that a
small bomb cannot become a large buffer. Nothing here knows what the bytes mean.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Iterator

STEP = 1 << 20
"""Bytes that are decompressed in one step."""

MOST_BLANKS = 1 << 16
"""Bytes of white space that a JSON text may begin with."""

_GZIP_WINDOW = 31  # 15 bits of window, gzip wrapper (zlib's manual, inflateInit2)
_GZIP_MAGIC = 0x1F


class Body(msgspec.Struct, frozen=True):
    """What was read.

    Attributes:
        data: the bytes, decompressed when they were gzip.
        wire: how many bytes came over the wire.
        cut: it was longer than the limit; the rest was not read.
        ended_early: the compressed stream stopped in the middle.
    """

    data: bytes
    wire: int = 0
    cut: bool = False
    ended_early: bool = False


class Gunzip:
    """Undoes gzip piece by piece, up to a limit; several gzip members one after another are one text (RFC 1952, 2.2).

    Raises from `feed`:
        zlib.error: the bytes are not gzip, or damaged.
    """

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._engine = zlib.decompressobj(_GZIP_WINDOW)
        self._fed = False
        self._over = False
        self.full = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The next pieces of the text, each of at most `STEP` bytes; whoever stops asking has no more than that.

        `full` is set, and no more comes, when it would go beyond the limit.
        """
        held = False  # input is used up, and there is output left of it
        while (data or held) and not self.full:
            if self._engine.eof:
                if self._over or data[0] != _GZIP_MAGIC:
                    self._over = True
                    break
                self._engine = zlib.decompressobj(_GZIP_WINDOW)
            self._fed = True
            most = min(self._left + 1, STEP)
            piece = self._engine.decompress(data, most)
            held = len(piece) == most and not self._engine.eof
            if len(piece) > self._left:
                piece, self.full = piece[: self._left], True
            self._left -= len(piece)
            data = self._engine.unused_data or self._engine.unconsumed_tail
            yield piece

    @property
    def complete(self) -> bool:
        """Whether what was fed ends where a gzip text ends."""
        return self._engine.eof or not self._fed


async def read(
    stream: AsyncIterable[bytes],
    limit: int,
    *,
    gzip: bool = False,
    json: bool = False,
    on_chunk: Callable[[bytes], None] | None = None,
) -> Body:
    """Read a body up to `limit` bytes, both as it comes and as it is after decompression.

    Args:
        stream: the body as it comes.
        limit: bytes.
        gzip: undo gzip.
        json: it is of use only as a JSON object or array: one that cannot become that is not read further, so that a
            bomb costs what its beginning costs.
        on_chunk: gets each piece.

    Raises:
        zlib.error: it was to be gzip and is not.
    """
    engine = Gunzip(limit) if gzip else None
    chunks: list[bytes] = []
    wire = 0
    cut = False
    hopeless = False
    opened = not json
    async for chunk in stream:
        wire += len(chunk)
        if wire > limit:
            chunk, cut = chunk[: len(chunk) - (wire - limit)], True  # noqa: PLW2901 - the part that is still allowed
        for piece in (chunk,) if engine is None else engine.feed(chunk):
            if not piece:
                continue
            chunks.append(piece)
            if on_chunk is not None:
                on_chunk(piece)
            if not opened:
                opened, hopeless = _opening(chunks)
                if hopeless:
                    break
        if hopeless:
            break
        if cut or (engine is not None and engine.full):
            cut = True
            break
    data = chunks[0] if len(chunks) == 1 else b"".join(chunks)
    return Body(data, wire, cut, engine is not None and not cut and not hopeless and not engine.complete)


def _opening(chunks: list[bytes]) -> tuple[bool, bool]:
    """Whether the beginning of a text is that of a JSON object or array, and whether it cannot become that any more."""
    text = b"".join(chunks)
    first = text.lstrip(b" \t\r\n")[:1]
    opened = first in (b"{", b"[")
    return opened, not opened and (bool(first) or len(text) > MOST_BLANKS)
