"""What one run has come to so far: its works, its results, and how it stands in words. No widgets, no waiting."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from workbench.tui.controllers.answer import seconds

if TYPE_CHECKING:
    from workbench.model.exchange import Exchange, Outcome
    from workbench.replay.plan import Step
    from workbench.replay.runner import Work

OUTCOMES: Final[tuple[Outcome, ...]] = ("failed", "error", "skipped", "passed")
"""In the order in which they are told."""


class RunRecord:
    """One run so far: what it was to do, and everything that came of it. Without widgets, so that it can be told.

    Attributes:
        works: what runs. steps: one line for each result, in their order.
        exchanges: results in file order.
        times: milliseconds of each that was sent, for the chart.
        started: RFC 3339 in UTC.
    """

    def __init__(self) -> None:
        from workbench.replay.attempt import utc_now
        from workbench.replay.summary import Summary

        self.works: list[Work] = []
        self.steps: list[tuple[Work, Step]] = []
        self.exchanges: list[Exchange] = []
        self.times: list[float] = []
        self.summary = Summary()
        self.started = utc_now()
        self._clock = time.perf_counter()

    def begin(self, works: list[Work]) -> None:
        """Nothing keeps the run from starting."""
        self.works = works
        self.steps = [(work, step) for work in works for step in work.plan.steps]
        self._clock = time.perf_counter()

    def take(self, exchange: Exchange) -> None:
        """One more result."""
        self.exchanges.append(exchange)
        self.summary.add(exchange)
        if exchange.attempts:
            self.times.append(exchange.elapsed * 1000)

    def end(self, *, interrupted: bool) -> None:
        """There are no more results."""
        self.summary.duration = time.perf_counter() - self._clock
        self.summary.interrupted = interrupted

    def failed(self) -> dict[str, list[str]]:
        """The ids of what failed or got no answer, by file."""
        failed: dict[str, list[str]] = {}
        for exchange in self.exchanges:
            if exchange.outcome in ("failed", "error"):
                failed.setdefault(exchange.file, []).append(exchange.id)
        return failed

    def words(self, *, over: bool) -> str:
        """How it stands in one line, the most telling first."""
        summary, done, total = self.summary, len(self.exchanges), len(self.steps)
        words = [("PASSED" if summary.ok else "FAILED") if over else f"{done}/{total} done"]
        words += [f"{summary.outcomes[name]} {name}" for name in OUTCOMES if summary.outcomes[name]]
        words += [f"{summary.flaky} flaky"] if summary.flaky else []
        if not over and done:
            each = max(time.perf_counter() - self._clock, 1e-6) / done
            words.append(f"{1 / each:.0f}/s · {(total - done) * each:.0f} s left")
        tests = summary.assertions_passed + summary.assertions_failed
        words += [f"{summary.assertions_passed}/{tests} tests"] if tests else []
        latency = summary.latency()
        if latency.max:
            words.append(f"p50 {seconds(latency.p50)} p95 {seconds(latency.p95)} max {seconds(latency.max)}")
        words += ["stopped early"] if over and summary.interrupted else []
        return " · ".join(words)
