"""What someone sees of an answer of the proxy route while it comes, and how they end it.

Halting an answer is no failure, other than cancelling its call: the call has an answer, which is shorter than it might
have been. Nothing here knows what the bytes mean.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from workbench.model.exchange import ServiceResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

Result = TypeVar("Result")

_EVENTS = "text/event-stream"


class Watch:
    """One answer as it comes, for one event loop.

    Args:
        on_chunk: gets each piece of the body.
        on_start: gets the status and the headers before the body.

    Attributes:
        chunks: the pieces so far.
        arrivals: of an event stream, how long the body was at which time.
    """

    def __init__(
        self,
        on_chunk: Callable[[bytes], None] | None = None,
        on_start: Callable[[int, tuple[tuple[str, str], ...]], None] | None = None,
    ) -> None:
        self.chunks: list[bytes] = []
        self.arrivals: list[tuple[int, float]] = []
        self._on_chunk = on_chunk
        self._on_start = on_start
        self._head: tuple[int, tuple[tuple[str, str], ...]] | None = None
        self._events = False
        self._size = 0
        self._began = 0.0
        self._halted = False
        self._task: asyncio.Task[Any] | None = None

    def start(self, status: int, headers: tuple[tuple[str, str], ...], began: float) -> None:
        """Status and headers are there; `began`: when the call did, by `time.perf_counter`."""
        self._head, self._began = (status, headers), began
        kinds = [value for name, value in headers if name.lower() == "content-type"]
        self._events = self._on_chunk is not None and any(kind.lower().startswith(_EVENTS) for kind in kinds)
        self.chunks, self.arrivals, self._size = [], [], 0
        if self._on_start is not None:
            self._on_start(status, headers)

    def take(self, chunk: bytes) -> None:
        """One more piece."""
        self.chunks.append(chunk)
        if self._events:
            self._size += len(chunk)
            self.arrivals.append((self._size, perf_counter() - self._began))
        if self._on_chunk is not None:
            self._on_chunk(chunk)

    @property
    def body(self) -> bytes:
        """What has come of the body."""
        return b"".join(self.chunks)

    @property
    def coming(self) -> bool:
        """Whether a body is coming, so that halting has an effect."""
        return self._task is not None and not self._task.done()

    def halt(self) -> None:
        """Read no further: what has come so far is the answer."""
        self._halted = True
        if self._task is not None:
            self._task.cancel()

    async def until_halted(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """What the work gives; None when it was halted. A cancellation of the caller stays one."""
        self._task = task = asyncio.ensure_future(work)
        if self._halted:
            task.cancel()
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if self._halted and (caller is None or not caller.cancelling()):
                return None
            raise

    def partial(self, notice: str) -> ServiceResponse | None:
        """What has come of an answer whose call has failed since; None when nothing had."""
        if self._head is None:
            return None
        status, headers = self._head
        return ServiceResponse(
            platform_status=status,
            status=status,
            headers=headers,
            body=self.body,
            platform_headers=headers,
            truncated=True,
            notice=notice,
            arrivals=tuple(self.arrivals),
        )
