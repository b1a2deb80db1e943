"""Text for terminals that are not UTF-8: lines, marks and blocks become ASCII of the same width, the rest `?`.

Pure; it knows only characters and encodings.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

_GROUPS = {
    "-": "─━┄┅┈┉╌╍═╴╶╸╺╼╾–—―",
    "|": "│┃┆┇┊┋╎╏║╵╷╹╻╽╿",
    "#": "█▉▊▋▇▆▅▄▓",
    " ": "▁▂▃▔▏▎▍▌▐▕▀░▒",
    "*": "●•∙◆★",
    "o": "○◌◐◑◒◓◇☐",
    "v": "✓✔▾▼↓⌄",
    "x": "✗✘×☒",
    ">": "▸▶→›»",
    "<": "◂◀←‹«⏎",
    "^": "▴▲↑",
    ".": "…·",
    '"': "“”„",
    "'": "‘’‚",
    "~": "≈∼",
}
_PLAIN = {letter: plain for plain, letters in _GROUPS.items() for letter in letters}
_BOX = range(0x2500, 0x2580)
_HANDLER = "workbench.plain"


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    known = _PLAIN.get(character)
    if known is not None:
        return known
    if ord(character) in _BOX:
        return "+"
    from rich.cells import cell_len

    return "?" * cell_len(character)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


codecs.register_error(_HANDLER, _replace)


def plain(text: str, encoding: str) -> str:
    """The text with whatever the encoding does not have replaced, cell by cell."""
    return text.encode(encoding, _HANDLER).decode(encoding)
