"""Says in a few words what a body is and how large: for titles, notices and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.model.body.magic import image_size

if TYPE_CHECKING:
    from workbench.model.body.kinds import Media

_STEP = 1000
_UNITS = ("kB", "MB", "GB", "TB")


def human_size(size: int) -> str:
    """A number of bytes in decimal units, one digit after the point: `999 B`, `1.2 kB`, `100.0 MB`."""
    if size < _STEP:
        return f"{size} B"
    value = float(size)
    for unit in _UNITS:
        value /= _STEP
        shown = f"{value:.1f}"
        if float(shown) < _STEP or unit == _UNITS[-1]:
            return f"{shown} {unit}"
    raise AssertionError  # the last unit always returns


def summary(media: Media, data: bytes, *, received: int | None = None, charset: str = "utf-8") -> str:
    """One line: what it is, an image's size, a charset that is not UTF-8, how large; `received` when it came packed."""
    if not data:
        return "empty"
    parts = [media.name if media.name[:1].isupper() or media.kind == "text" else media.name.capitalize()]
    size = image_size(data) if media.kind == "image" else None
    if size:
        parts.append(f"{size[0]}×{size[1]}")
    if not media.binary and charset != "utf-8":
        parts.append(charset)
    parts.append(human_size(len(data)))
    if received is not None and received != len(data):
        parts.append(f"{human_size(received)} on the wire")
    return ", ".join(parts)
