"""A picture in half blocks: each cell shows two pixels, one above the other, in the colours of the terminal.

Pillow reads the image (extra `images`); what is too large or damaged is refused with the reason. Sizes are checked
before anything is decoded, so that a small file cannot become a large picture.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_PIXELS = 50_000_000
KEPT = 600
"""Pixels of the longer side that are kept: more than any terminal has room for."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "AVIF")


class PictureError(ValueError):
    """It cannot be shown as a picture; the message says why."""


def available() -> bool:
    """Whether pictures can be read here."""
    return find_spec("PIL") is not None


def open_picture(data: bytes) -> Image:
    """Read an image, made small; the first frame of an animation. Long work.

    Raises:
        PictureError: it is damaged, too large, or of a format that is not read.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities in the file that do no harm
            with Image.open(BytesIO(data), formats=_FORMATS) as image:
                _check_size(*image.size)
                image.draft("RGB", (KEPT, KEPT))
                image.thumbnail((KEPT, KEPT))
                return image.convert("RGBA")
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError("no image that can be read here") from error
    except Exception as error:  # a decoder is foreign code on foreign bytes, and the hex dump is always there
        raise PictureError(f"the image is damaged: {error}") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PictureError(f"{width:,}×{height:,} pixels are more than are shown as a picture")


class PictureView(Widget, can_focus=True):
    """One picture, as large as fits."""

    DEFAULT_CSS = "PictureView { height: 1fr; display: none; background: $surface; }"
    HELP: ClassVar[str] = "The picture, two pixels a cell. x shows its bytes; s saves it."

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._image: Image | None = None
        self._fitted: tuple[object, Any, int, int] | None = None

    def show(self, image: Image) -> None:
        """Show an image."""
        self._image, self._fitted = image, None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Two rows of pixels."""
        ground = self.visual_style.rich_style
        width, height = self.size
        if self._image is None or not width or not height:
            return Strip.blank(width, ground)
        pixels, columns, rows = self._fit(self._image, width, height)
        if 2 * y >= rows:
            return Strip.blank(width, ground)
        segments = []
        for x in range(columns):
            above = pixels[x, 2 * y]
            below = pixels[x, 2 * y + 1] if 2 * y + 1 < rows else None
            bottom = ground.bgcolor if below is None else Color.from_rgb(*below)
            segments.append(Segment("▀", Style(color=Color.from_rgb(*above), bgcolor=bottom)))
        return Strip(Segment.simplify(segments), columns).adjust_cell_length(width, ground)

    def _fit(self, image: Image, width: int, height: int) -> tuple[Any, int, int]:
        """The pixels for the room there is, over the widget's own colour where the image is transparent."""
        ground = self.visual_style.background
        key = (width, height, ground)
        if self._fitted is None or self._fitted[0] != key:
            from PIL import Image as Images

            scale = min(1.0, width / image.width, 2 * height / image.height)
            size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
            small = image.resize(size)
            plain = Images.new("RGBA", size, (*ground.rgb, 255) if ground else (0, 0, 0, 255))
            plain.alpha_composite(small)
            self._fitted = (key, plain.convert("RGB").load(), *size)
        return self._fitted[1:]
