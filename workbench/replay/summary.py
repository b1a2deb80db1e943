"""What a run came to: counts, latencies, and the reasons for its exit code. Grows with each Exchange; bounded in size.

Only numbers are kept, never exchanges, so that a run of any length takes the same memory.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange, Outcome


class RunInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says about a run before its first result (CLI.md, "JSON")."""

    tool: str
    started: str
    environment: str | None = None
    base_url: str = ""
    team: str | None = None
    jobs: int = 1
    shard: str | None = None
    compared_with: str | None = None


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Percentiles of the calls that got an answer, in seconds; all zero when none did."""

    p50: float = 0.0
    p90: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


class Summary:
    """Counts and latencies of the Exchanges seen so far.

    Attributes:
        outcomes: how many requests had each outcome.
        calls: calls made, every attempt counted.
        flaky: requests that passed, though not at the first attempt.
        differing: requests whose answer differs from what it was compared with.
        assertions_passed, assertions_failed: assertion lines evaluated.
        interrupted: the run was ended early.
    """

    def __init__(self) -> None:
        self.outcomes: dict[Outcome, int] = {"passed": 0, "failed": 0, "error": 0, "skipped": 0}
        self.calls = 0
        self.flaky = 0
        self.differing = 0
        self.assertions_passed = 0
        self.assertions_failed = 0
        self.interrupted = False
        self.duration = 0.0
        self._seconds = array("d")

    def add(self, exchange: Exchange) -> None:
        """Count one more Exchange."""
        self.outcomes[exchange.outcome] += 1
        self.calls += len(exchange.attempts) + (len(exchange.other.attempts) if exchange.other else 0)
        self.differing += bool(exchange.differences)
        self.flaky += exchange.flaky
        for result in exchange.assertions:
            self.assertions_passed += result.ok
            self.assertions_failed += not result.ok
        self._seconds.extend(attempt.total for attempt in exchange.attempts if attempt.outcome != "error")

    @property
    def requests(self) -> int:
        """All requests of the run, the skipped ones too."""
        return sum(self.outcomes.values())

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return not self.outcomes["failed"] and not self.outcomes["error"]

    def latency(self) -> Latency:
        """Percentiles over all answered calls, by the nearest rank."""
        if not self._seconds:
            return Latency()
        ordered = sorted(self._seconds)

        def rank(percent: float) -> float:
            return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]

        return Latency(p50=rank(50), p90=rank(90), p95=rank(95), p99=rank(99), max=ordered[-1])
