"""Time that goes by only where somebody waits for it: what takes a second takes none, and the same on every machine.

For code that sleeps and measures, and has neither sockets nor threads that something waits for.
"""

from __future__ import annotations

import asyncio
import functools
import selectors
import time
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

TURN = 0.0001
"""Seconds that each turn of the event loop is said to take."""


class _Waits(selectors.DefaultSelector):
    """Lets the time go by instead of waiting."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += TURN
        if timeout is None:
            return super().select(None)
        found = super().select(0)
        if not found and timeout > 0:
            self.now += timeout
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._waits = _Waits()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.now


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on a loop of its own, by whose time the clocks of the program go as well."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        with asyncio.Runner(loop_factory=_Loop) as runner:
            clock = runner.get_loop().time
            with mock.patch.object(time, "perf_counter", clock), mock.patch.object(time, "monotonic", clock):
                runner.run(test(*args, **kwargs))

    return run
