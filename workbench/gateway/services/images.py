"""The sample service `images`: draws real pictures, a PNG (RFC 2083, through zlib) and an SVG badge."""

from __future__ import annotations

import asyncio
import math
import re
import struct
import zlib
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from workbench.gateway.services.app import App, Call, Problem, bytes_response, json_response, text_response

if TYPE_CHECKING:
    from workbench.gateway.container import ContainerResponse

MAX_SIDE = 1024
"""Pixels of the longest side of a picture."""

_COLOR = re.compile(r"[a-zA-Z]{1,20}|#[0-9a-fA-F]{3,8}")
_CHARACTER = 7
_PADDING = 10
_IN_A_THREAD = 128 * 128


def images() -> App:
    """A new `images` container."""
    app = App()
    app.route("GET", "/")(_root)
    app.route("GET", "/health")(_health)
    app.route("GET", "/plasma.png")(_plasma)
    app.route("GET", "/badge.svg")(_badge)
    return app


async def _root(_: Call) -> ContainerResponse:
    return json_response(
        {"service": "images", "try": ["/plasma.png?w=256&h=256&seed=7", "/badge.svg?label=demo&value=ok"]}
    )


async def _health(_: Call) -> ContainerResponse:
    return json_response({"status": "ok"})


async def _plasma(call: Call) -> ContainerResponse:
    width = call.whole("w", 256, low=1, high=MAX_SIDE)
    height = call.whole("h", 256, low=1, high=MAX_SIDE)
    seed = call.whole("seed", 1, low=0, high=1_000_000)
    if width * height > _IN_A_THREAD:
        picture = await asyncio.to_thread(plasma, width, height, seed)
    else:
        picture = plasma(width, height, seed)
    return bytes_response(picture, "image/png", HTTPStatus.OK, [("cache-control", "max-age=3600")])


async def _badge(call: Call) -> ContainerResponse:
    label, value = _shown(call.one("label", "status")), _shown(call.one("value", "ok"))
    color = call.one("color", "#2a7")
    if not _COLOR.fullmatch(color):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "color: expected a name or #rgb")
    left = len(label) * _CHARACTER + _PADDING
    width = left + len(value) * _CHARACTER + _PADDING
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20">'
        f'<rect width="{width}" height="20" rx="3" fill="#555"/>'
        f'<rect x="{left}" width="{width - left}" height="20" rx="3" fill="{color}"/>'
        '<g fill="#fff" font-family="sans-serif" font-size="11">'
        f'<text x="5" y="14">{escape(label)}</text><text x="{left + 5}" y="14">{escape(value)}</text></g></svg>'
    )
    return text_response(svg, "image/svg+xml")


def _shown(text: str) -> str:
    """The beginning of a text, without what XML forbids."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:60])


def plasma(width: int, height: int, seed: int) -> bytes:
    """A PNG of coloured waves, 8 bits for each of red, green and blue; the same for the same arguments."""
    phase = (seed % 997) / 997 * math.tau
    palette = bytes(_wave(index / 128 * math.tau + phase + shift) for index in range(256) for shift in (0.0, 2.1, 4.2))
    colors = [palette[index * 3 : index * 3 + 3] for index in range(256)]
    across = [_wave(x / width * 3 * math.tau + phase) // 3 for x in range(width)]
    slant = [_wave(step / (width + height) * 5 * math.tau - phase) // 3 for step in range(width + height)]
    rows = bytearray()
    for y in range(height):
        down = _wave(y / height * 2 * math.tau + 2 * phase) // 3
        rows.append(0)
        rows += b"".join([colors[across[x] + slant[x + y] + down] for x in range(width)])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")
    )


def _wave(angle: float) -> int:
    return int((math.sin(angle) + 1) * 127.5)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
