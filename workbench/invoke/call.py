"""The record of one call while it is on the wire: whether a byte has left, and when each phase ended.

`Core` makes one for each call and hands it to the wire in the request's extensions (`EXTENSION`); the wire writes into
it and knows nothing else of the call. Times are those of `time.perf_counter`; 0.0 means that it did not happen.
"""

from __future__ import annotations

from functools import lru_cache
from time import gmtime, perf_counter, strftime, time

from workbench.model.exchange import Timing

EXTENSION = "workbench.call"
"""The key of `httpx.Request.extensions` under which a wire finds its `Call`."""


class Call:
    """What a wire tells about one call.

    Attributes:
        sent: a byte of the call may have left; None where the wire does not tell.
        detailed: the wire should observe the phases too.
        exact: headers are to be sent as they are, with none added.
        early: its bytes leave as soon as they are there (`workbench.invoke.leaving`).
        started: when the call began, as seconds since the epoch.
        began, connected, written, answered, ended: when the call began, had its connection, had sent its body, got
            the headers of the answer and the last byte of it.
        queued, dns, connecting: seconds in each of these phases; None when it did not happen.
        mark: when the phase that is under way began.
        reused: it went over a connection that was open already.
    """

    __slots__ = (
        "answered",
        "began",
        "connected",
        "connecting",
        "detailed",
        "dns",
        "early",
        "ended",
        "exact",
        "mark",
        "queued",
        "reused",
        "sent",
        "started",
        "written",
    )

    def __init__(self, *, detailed: bool = True, exact: bool = False) -> None:
        self.sent: bool | None = None
        self.detailed = detailed
        self.exact = exact
        self.early = False
        self.started = time()
        self.began = perf_counter()
        self.connected = self.written = self.answered = self.ended = 0.0
        self.queued: float | None = None
        self.dns: float | None = None
        self.connecting: float | None = None
        self.reused = False
        self.mark = 0.0

    def end(self) -> None:
        """Note that the last byte of the answer is there."""
        self.ended = perf_counter()

    def timing(self, *, bytes_sent: int = 0, bytes_received: int = 0) -> Timing:
        """The phases as a value; all of them are None but the total where the wire observed nothing."""
        ended = self.ended or perf_counter()
        written = self.written or self.connected
        connect = self.connecting
        dns = self.dns if self.dns is not None and self.dns >= 0 else None
        if connect is not None and dns is not None:
            connect = max(0.0, connect - dns)
        return Timing(
            started=f"{_second(int(self.started))}.{int(self.started % 1 * 1000):03d}Z",
            total=ended - self.began,
            queue=self.queued,
            dns=dns,
            connect=connect,
            send=written - self.connected if self.connected else None,
            wait=self.answered - written if written and self.answered else None,
            receive=ended - self.answered if self.answered else None,
            reused=self.reused,
            bytes_sent=bytes_sent,
            bytes_received=bytes_received,
        )


@lru_cache(maxsize=2)
def _second(since_epoch: int) -> str:
    """RFC 3339 up to the second: many calls begin in the same one."""
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(since_epoch))
