"""Images show as pictures in half blocks where that can be done, else as bytes with a word on why."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tests.tui.viewer.support import ViewerApp, lines, notice, press, settle, show, status, strips, text_lines
from workbench.tui.widgets.body_viewer import picture
from workbench.tui.widgets.body_viewer.picture import MOST_PIXELS, PictureError, open_picture


def image(kind: str = "PNG", size: tuple[int, int] = (8, 4), colour: tuple[int, ...] = (255, 0, 0)) -> bytes:
    out = BytesIO()
    made = Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour)
    made.save(out, kind)
    return out.getvalue()


def claims(width: int, height: int) -> bytes:
    """A PNG whose header says how large it is, and which has hardly any pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (header, b"IDAT" + zlib.compress(b"\0\0\0\0"), b"IEND")
    framed = (struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


async def test_a_picture_in_half_blocks_and_its_bytes() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        viewer = await show(pilot, image(), "image/png")
        assert [line for line in lines(app) if "▀" in line] == ["▀" * 8] * 2
        style = next(s.style for s in strips(app)[0] if "▀" in s.text)
        assert style is not None
        assert style.color is not None
        assert style.color.triplet == (255, 0, 0)
        assert status(app).startswith("PNG image, 8×4, ")
        assert viewer.picture is not None
        assert viewer.picture.has_focus
        await press(pilot, "x")
        await settle(pilot)
        assert text_lines(app)[0].startswith("89 50 4e 47")
        assert viewer.view.has_focus
        await press(pilot, "x")
        await settle(pilot)
        assert "▀▀" in lines(app)[0]
        # the next body is none
        await show(pilot, b'{"a": 1}')
        assert text_lines(app)[1] == '  "a": 1'
        assert viewer.view.has_focus


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_formats(kind: str) -> None:
    found = open_picture(image(kind, (2000, 500)))
    assert found.mode == "RGBA"
    assert found.size == (600, 150)


async def test_what_cannot_be_shown_says_why() -> None:
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        for data, reason in (
            (claims(MOST_PIXELS, 2), "no picture: 50,000,000×2 pixels are more than are shown"),
            (image()[:-30], "no picture: the image is damaged"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "no picture"),
        ):
            await show(pilot, data, "image/png")
            assert reason in notice(app)
            assert text_lines(app)[0].startswith("89 50")


async def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "available", lambda: False)
    app = ViewerApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await show(pilot, image(), "image/png")
        assert "cyberun-tui[images]" in notice(app)
        assert text_lines(app)[0].startswith("89 50")
        assert status(app).startswith("PNG image, 8×4, ")


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(PictureError):
        open_picture(claims(60_000, 60_000))
