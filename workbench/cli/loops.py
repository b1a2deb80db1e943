"""The event loop that commands which make many calls run in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The extra `fast`, where it is installed; None for the standard library's own loop."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
