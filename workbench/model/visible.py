"""Makes the characters of foreign text visible that a terminal would obey or hide (RELIABILITY.md, "The terminal").

This is the first of two layers: it stands where text from a server enters a pane, so that an escape sequence is read
(`␛[31m`) and not run. It must stay pure and cheap: clean text comes back as the same object.
"""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_HIDDEN = (
    "\u00ad"  # soft hyphen: no two terminals agree on its width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # zero width, without the joiners that emoji and scripts need
    "\u2028\u2029"  # line and paragraph separator
    "\ufff9-\ufffb"  # interlinear annotation
    "\U000e0000-\U000e007f"  # tag characters: a whole text that nobody sees
)
_UNSAFE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")
_UNSAFE_IN_A_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_HIDDEN}]")

_FIRST_PICTURE = 0x2400
_DELETE = 0x7F


def visible(text: str) -> str:
    """The text with every control character in a form that can be read; line feeds and tabs stay as they are.

    C0 becomes its control picture (`␛`), DEL `␡`, C1 its number (`⟦9B⟧`), what changes the direction or has no width
    its code point (`⟦U+202E⟧`), a lone surrogate U+FFFD. The two joiners (U+200C, U+200D) stay.
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(_show, text)


def one_line(text: str) -> str:
    """`visible`, and line feeds and tabs become pictures too: for titles, cells of a table, status lines."""
    if text.isprintable():
        return text
    return _UNSAFE_IN_A_LINE.sub(_show, text)


def _show(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < ord(" "):
        return chr(_FIRST_PICTURE + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if code < 0xA0:  # noqa: PLR2004 - the end of C1
        return f"⟦{code:02X}⟧"
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - the surrogates
        return REPLACEMENT
    return f"⟦U+{code:04X}⟧"
