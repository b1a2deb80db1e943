"""The network edge: everything that leaves this machine goes through here, and only this room imports an HTTP library.

    transport     InvokeTransport, ProxyTransport: httpx transports whose host names the service
    httpx2        the same two for httpx2 (extra `httpx2`)
    connection    Connection: what the front ends and the runner call
    credentials   Credential, and where one comes from
    wire          WireOptions, make_inner: limits, TLS, proxies, keep-alive

The names below are loaded when they are first asked for: importing this package loads no HTTP library, because the
start of the program is measured. `preload` loads them, and is meant for a thread.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.invoke.connection import Connection
    from workbench.invoke.credentials import Credential, from_environment, from_reference, resolve_secret
    from workbench.invoke.transport import InvokeError, InvokeTimeout, InvokeTransport, ProxyTransport
    from workbench.invoke.wire import WireOptions, make_inner

__all__ = [
    "Connection",
    "Credential",
    "InvokeError",
    "InvokeTimeout",
    "InvokeTransport",
    "ProxyTransport",
    "WireOptions",
    "from_environment",
    "from_reference",
    "make_inner",
    "preload",
    "resolve_secret",
]

_HOMES = {
    "Connection": "connection",
    "Credential": "credentials",
    "InvokeError": "transport",
    "InvokeTimeout": "transport",
    "InvokeTransport": "transport",
    "ProxyTransport": "transport",
    "WireOptions": "wire",
    "from_environment": "credentials",
    "from_reference": "credentials",
    "make_inner": "wire",
    "resolve_secret": "credentials",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def preload() -> None:
    """Import the HTTP libraries and what a call needs of this room: about 100 ms, to be spent in a thread."""
    from workbench.invoke.quick import import_all

    # A host's name is encoded by `encodings.idna`, which Python loads at the first connection if nobody has.
    import_all(["encodings.idna", *(f"{__name__}.{module}" for module in ("connection", "core", "aiohttp_wire"))])
