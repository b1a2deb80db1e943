"""One line of a hex dump at a time: offset, bytes in hex, the same bytes as text.

The viewer asks for the lines on the screen only; nothing here ever walks the whole body.
"""

from __future__ import annotations

from typing import NamedTuple

WIDTH = 16
"""Bytes on a line."""

_SHOWN = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in range(256))  # noqa: PLR2004 - printable ASCII


class HexLine(NamedTuple):
    """One line: `offset` in eight digits or more, `digits` padded to a fixed width, `text` one character for a byte."""

    offset: str
    digits: str
    text: str


def hex_line_count(size: int) -> int:
    """How many lines a body of that many bytes has."""
    return -(-size // WIDTH)


def hex_line(data: bytes, line: int) -> HexLine:
    """The line with that number, from 0; a gap after eight bytes, `·` for what is not printable ASCII."""
    start = line * WIDTH
    piece = data[start : start + WIDTH]
    half = WIDTH // 2
    digits = f"{piece[:half].hex(' '):<{half * 3 - 1}}  {piece[half:].hex(' '):<{half * 3 - 1}}"
    return HexLine(f"{start:08x}", digits, "".join(_SHOWN[byte] for byte in piece))


def digit_column(index: int) -> int:
    """Where the two digits of a line's byte begin in `HexLine.digits`; `index` from 0."""
    return index * 3 + (index >= WIDTH // 2)
