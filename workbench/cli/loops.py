"""The event loop of commands that make many calls, and how a signal ends one of them in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

from workbench.cli.diagnostics import Exit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SIGNALS = {signal.SIGINT: Exit.INTERRUPTED, signal.SIGTERM: Exit.TERMINATED}


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The extra `fast`, where it is installed; None for the standard library's own loop."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


@contextlib.contextmanager
def stopping(reasons: set[Exit], stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM add their exit code to the reasons and call `stop`, so that what there is can be finished."""
    loop = asyncio.get_running_loop()

    def stopped(code: Exit) -> None:
        reasons.add(code)
        stop()

    for number, code in _SIGNALS.items():
        loop.add_signal_handler(number, stopped, code)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
