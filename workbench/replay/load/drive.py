"""Plays a collection under load: by users who wait for their answers, or at a rate that waits for nobody.

Each play goes through the requests in file order with captures of its own, by the same calls as a run (`Run.call`).
At a rate, a play that begins late has its lateness counted into its first latency: an answer that makes others wait
shows in the percentiles, instead of hiding because nobody asked meanwhile (coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.replay.runner import Run, RunOptions, Work

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.model.exchange import Exchange
    from workbench.replay.load.tally import Tally
    from workbench.replay.session import Session

Play = tuple[Work, ...]
"""Everything that is done in one play: one piece of work for each collection."""


class LoadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How hard and how long. Times in seconds.

    Attributes:
        users: plays at the same time; with `rate`, at most.
        rate: plays begun per second; None: each user begins the next when the last is over.
        duration: no request is begun after it; what is in flight is waited for.
        ramp: users begin spread over this time.
        timeout: for each call, over what a request says.
    """

    users: int
    rate: float | None = None
    duration: float = 10.0
    ramp: float = 0.0
    timeout: float | None = None


class Drive:
    """One load test. `play` it once; `stop` ends it early.

    Attributes:
        stopped: why it was ended early; empty while it was not.
        unstarted: plays that were due and could not begin before the end.
    """

    def __init__(self, session: Session, plays: Sequence[Play], options: LoadOptions, tally: Tally) -> None:
        self.stopped = ""
        self.unstarted = 0
        self._plays = plays
        self._options = options
        self._tally = tally
        self._run = Run(session, [], RunOptions(timeout=options.timeout))
        self._tasks: set[asyncio.Task[None]] = set()
        self._began = 0.0
        self._number = 0
        self._bug: BaseException | None = None

    def stop(self, reason: str = "interrupted") -> None:
        """End it now: calls in flight are cancelled and not counted."""
        self.stopped = self.stopped or reason
        self._run.stop(reason)
        for task in self._tasks:
            task.cancel()

    async def play(self) -> float:
        """Play until the time is over or `stop` is called; the seconds it took."""
        self._began = time.perf_counter()
        feeder = self._arrivals() if self._options.rate else self._users()
        self._begin(feeder)
        while self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        if self._bug is not None:
            raise self._bug
        return time.perf_counter() - self._began

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self._began

    @property
    def over(self) -> bool:
        """Whether no request is begun any more."""
        return bool(self.stopped) or self.elapsed >= self._options.duration

    def _begin(self, coroutine: Any) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        bug = task.exception()
        if bug is not None and self._bug is None:
            self._bug = bug
            self.stop("a bug")

    async def _users(self) -> None:
        for number in range(self._options.users):
            self._begin(self._user(self._options.ramp * number / self._options.users))

    async def _user(self, wait: float) -> None:
        await asyncio.sleep(wait)
        while not self.over:
            await self._once(due=None)
            await asyncio.sleep(0)  # a play of nothing but skipped requests must not keep the loop to itself

    async def _arrivals(self) -> None:
        """Begin plays on time, however late the others are; those above `users` wait for a place."""
        places = asyncio.Semaphore(self._options.users)
        rate = self._options.rate or 1.0
        number = 0
        while not self.stopped and number / rate < self._options.duration:
            wait = number / rate - self.elapsed
            if wait > 0:
                await asyncio.sleep(wait)
            self._begin(self._arrival(places, self._began + number / rate))
            number += 1
            if number % _BURST == 0:
                await asyncio.sleep(0)

    async def _arrival(self, places: asyncio.Semaphore, due: float) -> None:
        self.unstarted += 1
        async with places:
            if self.over:
                return
            self.unstarted -= 1
            await self._once(due=due)

    async def _once(self, due: float | None) -> None:
        """One play; `due` is when its first request should have begun."""
        play = self._plays[self._number % len(self._plays)]
        self._number += 1
        for work in play:
            captures: dict[str, Any] = {}
            done: dict[str, Exchange] = {}
            for step in work.plan.steps:
                if self.over:
                    return
                reason = self._run.why_not(step, done)
                late = 0.0 if due is None else max(0.0, time.perf_counter() - due)
                exchange = (
                    self._run.skipped(work, step, reason) if reason else await self._run.call(work, step, captures)
                )
                due = None if exchange.attempts else due
                captures.update(exchange.captures)
                done[step.request.id] = exchange
                self._count(exchange, late)

    def _count(self, exchange: Exchange, late: float) -> None:
        if exchange.error is None or exchange.error.kind != "cancelled":
            self._tally.add(exchange, late=late, at=self.elapsed)


_BURST = 100
"""Plays begun in one go when the loop is behind."""


def plays_of(works: Sequence[Work]) -> tuple[Play, ...]:
    """The works of each data row together: the first play takes the first row, and so on, over and over."""
    rows: dict[int | None, list[Work]] = {}
    for work in works:
        rows.setdefault(work.row, []).append(work)
    return tuple(tuple(each) for each in rows.values())


def targets_of(plays: Sequence[Play]) -> Mapping[str, None]:
    """The services that are called, in their order."""
    return {target.service: None for play in plays for work in play for target in work.targets.values()}
