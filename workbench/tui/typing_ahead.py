"""Keys that come faster than they can be taken: while the program starts, and right before the key of an action."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.widget import Widget

LONGEST = 5.0
"""Seconds after the panes are there in which keys wait for a request: a slow disk must not make the program deaf."""

_AT_ONCE = frozenset({"ctrl+q", "ctrl+c"})


class TypingAhead:
    """Keys and pastes from before the first request is there."""

    def __init__(self) -> None:
        self._held: list[events.Event] | None = []

    def hold(self, event: events.Event) -> bool:
        """Whether the event is kept for later; the mouse and the way out are not."""
        if self._held is None or not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            return False
        if isinstance(event, events.Key) and event.key in _AT_ONCE:
            return False
        self._held.append(event)
        return True

    async def release(self, take: Callable[[events.Event], Awaitable[None]]) -> None:
        """Hand on what was held, and hold nothing from now on. Runs among the app's own events, so the order stays."""
        held, self._held = self._held, None
        for event in held or ():
            await take(event)


PATIENCE = 0.5
"""Seconds that one widget is waited for at most."""


async def typed(focused: Widget | None) -> None:
    """Wait until the widget in focus, and everything around it, have taken the keys that came before.

    Each of them handles its messages in order; a handler may post one more, which is why each is asked twice.
    """
    for node in focused.ancestors_with_self if focused is not None else ():
        for _ in range(2):
            taken = asyncio.Event()
            if not node.call_later(taken.set):
                break  # it is going away
            try:
                await asyncio.wait_for(taken.wait(), PATIENCE)
            except TimeoutError:
                return
