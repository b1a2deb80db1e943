"""When the bytes of a call leave: as soon as they are there, or together with those of its neighbours.

Answers that arrive in one turn of the event loop are worked on in the same turns, and the calls they lead to would
leave at the end of the last of them: calls that once came together stay together, and each waits for the processor time
of all the others. While the process mostly waits, bytes therefore leave at once, and the calls spread out. Where it has
no time to spare, leaving together is cheaper, for this process and for the one that it calls.
"""

from __future__ import annotations

import sys
import types
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

_LOOK_EVERY = 64
"""Calls between two looks at the clocks: enough that opening the first connections does not count as having no time."""

_BUSY = 0.75
"""The share of the time for which a process computes that has none to spare."""


class Spare:
    """Whether this process mostly waits, by the processor time of the last calls; it does until that is known."""

    def __init__(self) -> None:
        self._mostly_waits = True
        self._calls = 0
        self._since, self._computed = perf_counter(), process_time()

    def count(self) -> bool:
        """Count a call; whether there is time to spare."""
        self._calls += 1
        if self._calls % _LOOK_EVERY == 0:
            now, computed = perf_counter(), process_time()
            self._mostly_waits = computed - self._computed < _BUSY * (now - self._since)
            self._since, self._computed = now, computed
        return self._mostly_waits


def begun(work: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None]:
    """A coroutine that has run up to where it first has to wait; a task made of the result goes on from there.

    From Python 3.12 on, aiohttp begins its tasks like this itself.
    """
    if sys.version_info >= (3, 12):
        return work
    try:
        awaited = work.send(None)
    except StopIteration:
        return _nothing()
    return _continued(work, awaited)


async def _nothing() -> None:
    """What is left of work that did not have to wait."""


async def _continued(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _forwarded(work, awaited)


@types.coroutine
def _forwarded(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Everything that `work` waits for is waited for by whoever awaits this, and told to it."""
    step: Callable[[Any], Any]
    while True:
        try:
            given = yield awaited
        except BaseException as error:  # noqa: BLE001 - cancellation, too, is for the work to see
            step, given = work.throw, error
        else:
            step = work.send
        try:
            awaited = step(given)
        except StopIteration:
            return
