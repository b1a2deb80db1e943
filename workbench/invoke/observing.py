"""Watches a call on aiohttp's side: when its first byte leaves, and, if asked, when each phase ends.

All of it is written into the `Call` of the context the request runs in. Nothing here changes what is sent.
"""

from __future__ import annotations

from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING, Any

import aiohttp

from workbench.invoke.leaving import begun

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from aiohttp.abc import AbstractStreamWriter

    from workbench.invoke.call import Call

CURRENT: ContextVar[Call] = ContextVar("workbench_call")
"""The call that the current task is making."""


class ObservedRequest(aiohttp.ClientRequest):
    """Notes when a connection is there and the call's first byte leaves, and lets the bytes leave early where asked."""

    def write_bytes(
        self, writer: AbstractStreamWriter, conn: Any, content_length: int | None = None
    ) -> Coroutine[Any, Any, None]:
        """Write the body; what can be written without waiting is written now (`workbench.invoke.leaving`)."""
        work = super().write_bytes(writer, conn, content_length)
        return begun(work) if CURRENT.get().early else work

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        """Write the request to the connection that was found for it."""
        call = CURRENT.get()
        call.sent = True
        call.connected = perf_counter()
        response = await super().send(conn)
        call.written = perf_counter()
        return response


def observer() -> aiohttp.TraceConfig:
    """Writes the phases into the current call."""
    config = aiohttp.TraceConfig()
    config.on_connection_queued_start.append(_mark)
    config.on_connection_queued_end.append(_queued)
    config.on_connection_create_start.append(_mark)
    config.on_connection_create_end.append(_created)
    config.on_connection_reuseconn.append(_reused)
    config.on_dns_resolvehost_start.append(_dns_start)
    config.on_dns_resolvehost_end.append(_dns_end)
    config.on_request_chunk_sent.append(_chunk_sent)
    return config


async def _mark(*_: Any) -> None:
    CURRENT.get().mark = perf_counter()


async def _queued(*_: Any) -> None:
    call = CURRENT.get()
    call.queued = perf_counter() - call.mark


async def _created(*_: Any) -> None:
    call = CURRENT.get()
    call.connecting = perf_counter() - call.mark
    call.reused = False  # one that had been closed may have been found first


async def _reused(*_: Any) -> None:
    CURRENT.get().reused = True


async def _dns_start(*_: Any) -> None:
    CURRENT.get().dns = -perf_counter()


async def _dns_end(*_: Any) -> None:
    call = CURRENT.get()
    if call.dns is not None and call.dns < 0:
        call.dns += perf_counter()


async def _chunk_sent(*_: Any) -> None:
    CURRENT.get().written = perf_counter()
