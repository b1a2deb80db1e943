"""One event loop in a thread of its own, shared by all synchronous faces of a process.

A synchronous call runs the same coroutine as an asynchronous one, here, so that there is one client and not two. It
works inside a running loop and in any thread. After a fork the child makes a loop of its own when it needs one.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

_STOPPED_WITHIN = 2.0
_lock = threading.Lock()
_portal: Portal | None = None


class Portal:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="workbench-invoke", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result; whatever interrupts the wait cancels the coroutine."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # nothing happens when it ended by itself
            raise

    def stop(self) -> None:
        """End the thread and close the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_STOPPED_WITHIN)
        if not self._thread.is_alive():
            self.loop.close()


def portal() -> Portal:
    """The process's portal, made when it is first needed."""
    global _portal  # noqa: PLW0603 - one for the process
    with _lock:
        if _portal is None:
            _portal = Portal()
            atexit.register(_portal.stop)
        return _portal


def _forget() -> None:
    """In a child process the thread is not there any more."""
    global _lock, _portal  # noqa: PLW0603 - as above
    if _portal is not None:
        atexit.unregister(_portal.stop)
    _lock = threading.Lock()
    _portal = None


os.register_at_fork(after_in_child=_forget)
