"""Did you mean: the known word nearest to an unknown one. Pure."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LISTED = 30


def nearest(word: str, known: Iterable[str], meant: Mapping[str, str] | None = None) -> str | None:
    """The known word that was probably meant: another tool's name for it, or the one spelled most alike."""
    folded = word.lower()
    if meant and folded in meant:
        return meant[folded]
    found = difflib.get_close_matches(folded, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], meant: Mapping[str, str] | None = None) -> str:
    """`did you mean "x"?`, or every known word when none is near."""
    words = list(known)
    found = nearest(word, words, meant)
    if found:
        return f'did you mean "{found}"?'
    listed = ", ".join(words[:_LISTED]) + (", …" if len(words) > _LISTED else "")
    return f"known: {listed}" if words else ""
