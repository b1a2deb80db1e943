"""Content codings come off within a limit; damage is part of the result and never an exception."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.model.body.coding import unpack

TEXT = b'{"a": 1}' * 5000


def bare(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        (" GZip ", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
        ("gzip, deflate", zlib.compress(gzip.compress(TEXT, mtime=0))),
        ("identity, gzip", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:100], mtime=0) + gzip.compress(TEXT[100:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 512),
    ],
    ids=lambda value: str(value)[:30],
)
def test_whole(coding: str, data: bytes) -> None:
    done = unpack(data, coding)
    assert done.data == TEXT
    assert (done.left, done.problem, done.limited) == ((), "", False)
    assert done.applied


def test_nothing_to_do() -> None:
    for coding in ("", "identity", " , "):
        done = unpack(TEXT, coding)
        assert done.data is TEXT
        assert done.applied == ()


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "dcb", "zlib"])
def test_other_codings_stay(coding: str) -> None:
    done = unpack(TEXT, coding)
    assert done.data is TEXT
    assert (done.left, done.problem) == ((coding,), "")


def test_another_coding_below_ours() -> None:
    done = unpack(gzip.compress(TEXT, mtime=0), "br, gzip")
    assert done.data == TEXT
    assert (done.applied, done.left) == (("gzip",), ("br",))


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_cut_off(coding: str) -> None:
    packed = gzip.compress(TEXT, mtime=0) if coding == "gzip" else zlib.compress(TEXT)
    for keep in (len(packed) - 1, len(packed) // 2):
        done = unpack(packed[:keep], coding)
        assert TEXT.startswith(done.data)
        assert "ends too early" in done.problem


def test_damaged() -> None:
    packed = bytearray(gzip.compress(bytes(range(256)) * 500))
    packed[len(packed) // 2] ^= 0xFF
    done = unpack(bytes(packed), "gzip")
    assert "damaged" in done.problem


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_no_such_data_at_all(coding: str) -> None:
    done = unpack(b"plain text, whatever the header says", coding)
    assert done.data == b"plain text, whatever the header says"
    assert done.left == (coding,)
    assert done.problem


def test_empty() -> None:
    assert "no data" in unpack(b"", "gzip").problem
    assert "too early" in unpack(b"", "deflate").problem


def test_garbage_after_the_end() -> None:
    done = unpack(gzip.compress(TEXT, mtime=0) + b"garbage", "gzip")
    assert done.data == TEXT
    assert done.problem == "7 bytes after the gzip data are not gzip"
    assert "7 bytes stand after" in unpack(zlib.compress(TEXT) + b"garbage", "deflate").problem


@pytest.mark.parametrize("size", [1, 1000, 65_536, 65_537, 1_000_000])
def test_limit(size: int) -> None:
    bomb = gzip.compress(bytes(5_000_000))
    done = unpack(bomb, "gzip", limit=size)
    assert len(done.data) == size
    assert done.limited
    assert not done.problem


def test_limit_just_reached_is_no_cut() -> None:
    done = unpack(gzip.compress(TEXT, mtime=0), "gzip", limit=len(TEXT))
    assert done.data == TEXT
    assert not done.limited


def test_bomb_in_a_bomb() -> None:
    done = unpack(gzip.compress(gzip.compress(bytes(100_000_000), 9), 9), "gzip, gzip", limit=1_000_000)
    assert len(done.data) == 1_000_000
    assert done.limited


def test_a_row_of_codings_longer_than_anyone_needs() -> None:
    done = unpack(TEXT, ", ".join(["gzip"] * 50))
    assert done.data is TEXT
    assert "50 content codings" in done.problem


@given(st.binary(max_size=100), st.sampled_from(["gzip", "deflate", "gzip, deflate", "br", "x", "gzip,,"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes, coding: str) -> None:
    done = unpack(data, coding, limit=10_000)
    assert len(done.data) <= max(10_000, len(data))


@given(st.binary(max_size=3000), st.data())
@settings(max_examples=100, deadline=None)
def test_any_change_to_packed_bytes(text: bytes, choose: st.DataObject) -> None:
    packed = bytearray(gzip.compress(text))
    at = choose.draw(st.integers(0, len(packed) - 1))
    packed[at] ^= choose.draw(st.integers(1, 255))
    done = unpack(bytes(packed[: choose.draw(st.integers(1, len(packed)))]), "gzip")
    assert done.problem or done.data in (text, bytes(packed)) or done.left


def test_a_bomb_stays_small_and_a_large_text_comes_out_whole() -> None:
    bomb = unpack(gzip.compress(bytes(60_000_000), 1, mtime=0), "gzip")
    assert bomb.limited
    assert len(bomb.data) == 16 * 1024 * 1024
    text = b"".join(b'{"id":%d,"name":"service-%d","ok":true},' % (number, number) for number in range(60_000))
    whole = unpack(gzip.compress(text, 6, mtime=0), "gzip")
    assert whole.data == text
