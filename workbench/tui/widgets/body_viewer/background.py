"""How long work in a thread is told to stop, and lets the event loop have its turn meanwhile."""

from __future__ import annotations

import threading
import time

_TURN = 0.001
_NAP = 0.0002


class Stop:
    """A flag for one piece of work: the event loop sets it, the thread asks it every millisecond or so.

    Asking also rests for a moment now and then: Python lets one thread run at a time, and takes it from a busy one only
    every 5 ms, which a key press would feel several times over.
    """

    def __init__(self) -> None:
        self._flag = threading.Event()
        self._rested = time.perf_counter()

    def set(self) -> None:
        """The work is no longer wanted."""
        self._flag.set()

    @property
    def is_set(self) -> bool:
        """Whether the work is no longer wanted."""
        return self._flag.is_set()

    def asked(self) -> bool:
        """For the thread: whether to stop. Rests first when it has worked for a millisecond."""
        if time.perf_counter() - self._rested > _TURN:
            time.sleep(_NAP)
            self._rested = time.perf_counter()
        return self._flag.is_set()
