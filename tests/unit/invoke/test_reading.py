"""Bounded reading and decompression."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.invoke.reading import MOST_BLANKS, Gunzip, read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@given(st.binary(max_size=3000), st.integers(1, 700), st.integers(0, 3500))
async def test_reading_stops_at_the_limit_exactly(data: bytes, size: int, limit: int) -> None:
    seen: list[bytes] = []
    body = await read(pieces(data, size), limit, on_chunk=seen.append)
    assert body.data == b"".join(seen) == data[:limit]
    assert body.cut == (len(data) > limit)
    assert not body.ended_early


@given(st.binary(max_size=3000), st.integers(1, 700), st.integers(0, 3500), st.integers(1, 3))
async def test_gzip_is_undone_up_to_the_limit(data: bytes, size: int, limit: int, members: int) -> None:
    step = max(1, -(-len(data) // members))
    packed = b"".join(gzip.compress(data[at : at + step]) for at in range(0, max(1, len(data)), step))
    body = await read(pieces(packed, size), max(limit, len(packed)), gzip=True)
    bound = max(limit, len(packed))
    assert body.data == data[:bound]
    assert body.wire == len(packed) or body.cut
    assert body.cut == (len(data) > bound)
    assert not body.ended_early


@given(st.binary(min_size=1, max_size=500), st.integers(1, 8), st.integers(1, 100))
async def test_a_gzip_text_that_stops_is_noticed(data: bytes, cut: int, size: int) -> None:
    body = await read(pieces(gzip.compress(data)[:-cut], size), 10_000, gzip=True)
    assert body.ended_early
    assert data.startswith(body.data)


@pytest.mark.parametrize(
    "data",
    [b"hello", b"\x1f\x8b\x08hello", gzip.compress(b"x" * 50, mtime=0)[:-8] + b"\0" * 8],
    ids=["text", "damaged", "wrong sum"],
)
async def test_what_is_not_gzip_is_an_error(data: bytes) -> None:
    with pytest.raises(zlib.error):
        await read(pieces(data, 100), 1000, gzip=True)


async def test_what_follows_the_last_member_does_not_count() -> None:
    body = await read(pieces(gzip.compress(b"hello") + b"\0\0\0garbage", 7), 1000, gzip=True)
    assert (body.data, body.ended_early) == (b"hello", False)


async def test_nothing_at_all_is_empty() -> None:
    body = await read(pieces(b"", 1), 10, gzip=True)
    assert (body.data, body.ended_early, body.cut) == (b"", False, False)


def test_a_bomb_costs_no_more_than_the_limit() -> None:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([*(engine.compress(bytes(1 << 20)) for _ in range(200)), engine.flush()])
    tracemalloc.start()
    try:
        gunzip = Gunzip(1 << 20)
        data = b"".join(gunzip.feed(bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (len(data), gunzip.full) == (1 << 20, True)
    assert peak < 8 << 20


@given(st.binary(max_size=40), st.integers(1, 7))
async def test_a_text_beyond_one_step_comes_whole(data: bytes, size: int) -> None:
    text = data * 70_000
    body = await read(pieces(gzip.compress(text, 1), size * 10_000), 1 << 30, gzip=True)
    assert body.data == text
    assert not body.ended_early


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize("text", [b"\0", b"x", b" \r\n\t<", b" " * 200, b"\xef\xbb\xbf{"])
async def test_what_cannot_become_json_is_not_read_further(text: bytes, gzipped: bool) -> None:
    data = text * 4000
    stream = gzip.compress(data) if gzipped else data
    body = await read(pieces(stream, 100), 1 << 30, gzip=gzipped, json=True)
    assert len(body.data) <= (1 << 20) + 100
    assert body.data == data[: len(body.data)]
    assert (body.cut, body.ended_early) == (False, False)
    if not gzipped:
        assert len(body.data) <= max(100, MOST_BLANKS + 100)


@given(st.sampled_from([b"{", b"["]), st.text(" \t\r\n", max_size=5), st.binary(max_size=300), st.integers(1, 9))
async def test_what_can_become_json_is_read_whole(first: bytes, blanks: str, rest: bytes, size: int) -> None:
    text = blanks.encode() + first + rest
    assert (await read(pieces(text, size), 1 << 20, json=True)).data == text
