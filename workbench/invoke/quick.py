"""Imports the HTTP libraries without the work that they do at import and that nobody here asks for.

httpx loads its own command line when it can (Rich, Pygments: 20 ms), and aiohttp reads every certificate authority of
the system twice, into a context of its own (18 ms) and into one that verifies nothing (16 ms), although each call here
brings its context along. The start of `run` is measured, and for one request that is a fifth of it. Nothing is taken
away: the command line can be imported afterwards, and aiohttp's context reads the authorities when it is first used.
"""

from __future__ import annotations

import importlib
import ssl
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMAND_LINE = "httpx._main"
_ONE_AT_A_TIME = threading.RLock()


def import_all(modules: Iterable[str]) -> None:
    """Import these modules, in this order. One thread at a time: what is put in place meanwhile is one for all."""
    with _ONE_AT_A_TIME, _without_command_line(), _without_reading_authorities():
        for module in modules:
            importlib.import_module(module)


class LateContext(ssl.SSLContext):
    """A verifying client context that reads the system's authorities when the first connection needs them."""

    _loaded = False

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """As in `ssl`; this is what asyncio calls."""
        self._load()
        return super().wrap_bio(*args, **kwargs)

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        """As in `ssl`."""
        self._load()
        return super().wrap_socket(*args, **kwargs)

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            self.load_default_certs()


@contextmanager
def _without_command_line() -> Iterator[None]:
    """While `sys.modules` says that there is no such module, httpx does without it, as where Rich is not installed."""
    if "httpx" in sys.modules:
        yield
        return
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment]  # what Python's import system has for this
    try:
        yield
    finally:
        sys.modules.pop(_COMMAND_LINE, None)


@contextmanager
def _without_reading_authorities() -> Iterator[None]:
    """Whoever asks for a default context meanwhile, in another thread too, gets one that works the same."""
    original, read = ssl.create_default_context, ssl.SSLContext.set_default_verify_paths

    def late(*args: Any, **kwargs: Any) -> ssl.SSLContext:
        return original(*args, **kwargs) if args or kwargs else LateContext(ssl.PROTOCOL_TLS_CLIENT)

    def not_for_nothing(context: ssl.SSLContext) -> None:
        if context.verify_mode != ssl.CERT_NONE:
            read(context)

    ssl.create_default_context = late
    ssl.SSLContext.set_default_verify_paths = not_for_nothing  # type: ignore[method-assign, assignment]  # put back below
    try:
        yield
    finally:
        ssl.create_default_context = original
        del ssl.SSLContext.set_default_verify_paths  # the inherited one is there again
