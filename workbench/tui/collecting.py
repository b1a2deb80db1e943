"""When the garbage collector may look: not while the program starts.

A start makes some hundred thousand objects that stay; walking through them again and again takes longer than it frees.
So the command that opens the app disables it, and the app enables it when there is something to work with.
"""

from __future__ import annotations

import gc
from functools import cache


def resume_collecting() -> None:
    """Collect from now on; what is there by now stays. Where it was never disabled, this does nothing."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@cache
def keep_what_is_there() -> None:
    """Look no more at what large modules have brought: one walk through it is as long as the time a key may take.

    They come once, so this is done once. Where collecting is still disabled, the end of the start does it.
    """
    if gc.isenabled():
        gc.freeze()
