"""Counts of a load test: outcomes, latencies in histograms, seconds. Constant memory, however long it takes.

The only importer of the histogram library. Latencies are kept in microseconds, up to an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]  # it ships no types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.model.exchange import Exchange

PERCENTILES = {"p50": 50.0, "p90": 90.0, "p95": 95.0, "p99": 99.0, "p99.9": 99.9}
"""The percentiles that are shown."""

_MICROSECONDS = 1_000_000
_HOUR = 3600 * _MICROSECONDS
_DIGITS = 3
_DIGITS_OF_ONE = 2
_LONGEST_TIMELINE = 24 * 3600


class Latencies:
    """A histogram of seconds."""

    def __init__(self, digits: int = _DIGITS) -> None:
        self._histogram: Any = HdrHistogram(1, _HOUR, digits)
        self._largest = 0.0

    def add(self, seconds: float) -> None:
        """Count one latency."""
        self._histogram.record_value(min(max(1, round(seconds * _MICROSECONDS)), _HOUR))
        self._largest = max(self._largest, seconds)

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self._histogram.get_total_count())

    def values(self) -> dict[str, float]:
        """Each percentile, `max` and `mean`, in seconds; all zero without any latency."""
        if not self.count:
            return dict.fromkeys((*PERCENTILES, "max", "mean"), 0.0)
        values = {
            name: min(self._histogram.get_value_at_percentile(percent) / _MICROSECONDS, self._largest)
            for name, percent in PERCENTILES.items()
        }
        return {**values, "max": self._largest, "mean": self._histogram.get_mean_value() / _MICROSECONDS}


class Counts:
    """Outcomes and latencies of one request, or of all.

    Attributes:
        service: latencies from the call's own start.
    """

    def __init__(self, digits: int = _DIGITS_OF_ONE) -> None:
        self.outcomes = {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
        self.calls = 0
        self.service = Latencies(digits)

    def add(self, exchange: Exchange) -> None:
        """Count one outcome."""
        self.outcomes[exchange.outcome] += 1
        self.calls += len(exchange.attempts)
        for attempt in exchange.attempts:
            if attempt.outcome != "error":
                self.service.add(attempt.total)

    def share(self, outcome: str) -> float:
        """The part of the requests that were sent which ended so, from 0 to 1."""
        sent = sum(self.outcomes.values()) - self.outcomes["skipped"]
        return self.outcomes[outcome] / sent if sent else 0.0


class Tally:
    """Everything that is counted.

    Attributes:
        all: all requests together.
        requests: each by `FILE#ID`, with its method and path as written.
        corrected: latencies of answered calls, with the lateness of their play where it began late.
        kinds: errors by their kind.
        received: bytes of answers on the wire.
        timeline: for each second, calls, failed requests and errors that ended in it.
    """

    def __init__(self) -> None:
        self.all = Counts(_DIGITS)
        self.requests: dict[str, tuple[str, Counts]] = {}
        self.corrected = Latencies()
        self.kinds: dict[str, int] = {}
        self.received = 0
        self.timeline: list[list[int]] = []

    def add(self, exchange: Exchange, *, late: float, at: float) -> None:
        """Count one Exchange that ended `at` seconds after the beginning, `late` seconds behind its plan."""
        key = f"{exchange.file}#{exchange.id}"
        known = self.requests.get(key)
        if known is None:
            known = self.requests[key] = (exchange.method, Counts())
        for counts in (self.all, known[1]):
            counts.add(exchange)
        for attempt in exchange.attempts:
            if attempt.outcome != "error":
                self.corrected.add(attempt.total + late)
            late = 0.0
        if exchange.error is not None:
            self.kinds[exchange.error.kind] = self.kinds.get(exchange.error.kind, 0) + 1
        if exchange.response is not None:
            self.received += exchange.response.timing.bytes_received
        self._second(at, exchange)

    def _second(self, at: float, exchange: Exchange) -> None:
        second = min(int(at), _LONGEST_TIMELINE)
        while len(self.timeline) <= second:
            self.timeline.append([0, 0, 0])
        row = self.timeline[second]
        row[0] += len(exchange.attempts)
        row[1] += exchange.outcome == "failed"
        row[2] += exchange.outcome == "error"

    def metrics(self, seconds: float) -> Mapping[str, float]:
        """What thresholds can ask for: seconds for latencies, shares from 0 to 1, and `rate` in calls per second."""
        return {
            **self.corrected.values(),
            "failed": self.all.share("failed"),
            "errors": self.all.share("error"),
            "rate": self.all.calls / seconds if seconds > 0 else 0.0,
        }
