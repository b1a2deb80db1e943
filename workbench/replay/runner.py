"""Runs plans: an async iterator of Exchanges in file order, whatever order the calls went in.

With one job it is strict file order. With more, a request waits only for what its `Step` says. Stopping cancels the
calls in flight and reports them and everything not yet sent, so that reports of an interrupted run are complete.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.errors import CredentialError, Failure, PlatformError, TargetError
from workbench.model.profile import Profile
from workbench.model.request import Target
from workbench.model.variables import Dynamic, Scope
from workbench.replay.attempt import CLOSED, Job, blank, run_job
from workbench.replay.lane import Lane
from workbench.replay.plan import Plan
from workbench.replay.prepare import Prepared

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

    from workbench.model.exchange import Exchange, ServiceResponse
    from workbench.replay.plan import Step
    from workbench.replay.session import Session


NOWHERE = Target(base_url="", service="")
"""The target of a request that is skipped: it may name no service at all."""


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How plans are run. Times in seconds; None means no limit beside the defaults.

    Attributes:
        jobs: calls in flight at most; 1 is strict file order.
        retries: repeats of a failed request that has no `retry` of its own.
        fail_fast: after the first failure only `always` requests still run.
        timeout: for each call, over what a request says.
        max_time: for the whole run; what is not done by then is cancelled or skipped.
        rate: calls started per second at most.
        seed: two runs with the same one send the same generated values.
    """

    jobs: int = 1
    retries: int = 0
    fail_fast: bool = False
    timeout: float | None = None
    max_time: float | None = None
    rate: float | None = None
    seed: tuple[datetime, str] | None = None


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with everything that is known before its first call.

    Attributes:
        targets: where each step goes, by request id; teams already looked up.
        profile: the platform they go to.
        scope: every layer of variables but the captures.
        row: number of the data row, from 1, or None.
        repeat: number of the repeat, from 1, or None.
        static: requests that are the same at every call, already prepared, by id.
    """

    plan: Plan
    profile: Profile
    targets: Mapping[str, Target]
    scope: Scope
    row: int | None = None
    repeat: int | None = None
    static: Mapping[str, Prepared] = {}


class Run:
    """One run over several pieces of work. Iterate over `results` once; `stop` ends it early.

    Collections run one after the other. The rows and repeats of one collection run side by side as far as `jobs`
    allows; only as many are begun as keep it busy, so that a run of any length takes the same memory.

    Attributes:
        stopped: why the run was ended early; empty while it was not.
        work: what the last result belongs to.
    """

    def __init__(self, session: Session, works: Iterable[Work], options: RunOptions) -> None:
        self.stopped = ""
        self.work: Work | None = None
        self._session = session
        self._waiting = iter(works)
        self._next = next(self._waiting, None)
        self._options = options
        self._deadline = None if options.max_time is None else time.monotonic() + options.max_time
        self._lanes: deque[Lane] = deque()
        self._busy = 0
        self._begun: set[str] = set()
        self._failed = False
        self._next_start = 0.0

    def stop(self, reason: str = "interrupted") -> None:
        """End the run: cancel what is in flight, skip the rest. Its Exchanges still come."""
        self.stopped = self.stopped or reason
        for lane in self._lanes:
            lane.cancel()

    async def results(self) -> AsyncGenerator[Exchange]:
        """The outcome of every step, in file order, each as soon as all before it are there."""
        timer = None
        if self._deadline is not None:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(
                max(0.0, self._deadline - time.monotonic()), self.stop, "the time limit was reached"
            )
        try:
            self._open_lanes()
            while self._lanes:
                lane = self._lanes[0]
                self.work = lane.work
                async for exchange in lane.results():
                    yield exchange
                self._lanes.popleft()
                self._open_lanes()
        finally:
            if timer is not None:
                timer.cancel()
            while self._lanes:
                await self._lanes.popleft().aclose()

    def take_slot(self) -> bool:
        """Whether one more call may be in flight; it is then counted until `release_slot`."""
        if self._busy >= self._options.jobs:
            return False
        self._busy += 1
        return True

    def release_slot(self) -> None:
        """A call is over: give its place to the earliest work that is ready."""
        self._busy -= 1
        for lane in self._lanes:
            lane.fill()
        self._open_lanes()

    @property
    def ordered(self) -> bool:
        """Strict file order: one job."""
        return self._options.jobs == 1

    def _open_lanes(self) -> None:
        """Begin as much of the waiting work as may run now."""
        while self._next is not None and self._may_open(self._next):
            work, self._next = self._next, next(self._waiting, None)
            path = work.plan.collection.source.path
            if self.stopped and path in self._begun:
                continue
            self._begun.add(path)
            lane = Lane(self, work)
            self._lanes.append(lane)
            lane.fill()

    def _may_open(self, work: Work) -> bool:
        if not self._lanes:
            return True
        same = self._lanes[-1].work.plan.collection.source.path == work.plan.collection.source.path
        return same and self._busy < self._options.jobs and len(self._lanes) < self._options.jobs

    async def call(self, work: Work, step: Step, captures: Mapping[str, Any]) -> Exchange:
        """Run one step with what has been captured so far."""
        scope = work.scope.with_layer("captures", dict(captures)) if captures else work.scope
        job = self._job(work, step, scope)

        async def send(prepared: Prepared) -> ServiceResponse:
            timeout = self._options.timeout or step.request.timeout
            try:
                return await self._session.send(work.profile, job.target, prepared.envelope, timeout=timeout)
            except (CredentialError, TargetError) as error:
                failure = Failure(kind="platform_auth", message=error.message, layer="client", hint=error.hint)
                raise PlatformError(failure) from error

        return await run_job(job, send, self._session.redactor)

    def skipped(self, work: Work, step: Step, reason: str) -> Exchange:
        """The outcome of a step that is not sent."""
        return blank(self._job(work, step, work.scope), "skipped", skipped=reason)

    def why_not(self, step: Step, done: Mapping[str, Exchange]) -> str:
        """Why a step is not sent; empty when it is."""
        request = step.request
        if self.stopped:
            return self.stopped
        if request.skip:
            return request.skip if isinstance(request.skip, str) else "skip = true"
        missing = [name for name, source in step.captured.items() if name not in done[source].captures]
        if missing:
            source = step.captured[missing[0]]
            lost = [name for name in missing if step.captured[name] == source]
            return f"needs {source}, which did not capture {', '.join(lost)}"
        if request.always:
            return ""
        unmet = [needed for needed in step.requires if needed in done and done[needed].outcome != "passed"]
        if unmet:
            return f"needs {', '.join(unmet)}"
        return "an earlier request failed (--fail-fast)" if self._failed and self._options.fail_fast else ""

    def note(self, exchange: Exchange) -> None:
        """Take account of an outcome for `--fail-fast`."""
        self._failed = self._failed or exchange.outcome in ("failed", "error")

    def _job(self, work: Work, step: Step, scope: Scope) -> Job:
        return Job(
            collection=work.plan.collection,
            request=step.request,
            target=work.targets.get(step.request.id) or NOWHERE,
            scope=scope,
            index=step.index,
            line=step.line,
            row=work.row,
            repeat=work.repeat,
            retries=self._options.retries,
            prepared=work.static.get(step.request.id),
            dynamic=self._dynamic(work, step),
            stopped=lambda: self.stopped or CLOSED,
            pace=self._keep_rate if self._options.rate else None,
        )

    def _dynamic(self, work: Work, step: Step) -> Dynamic | None:
        """The generated values of a request where another run has to send the same; else it makes its own."""
        if self._options.seed is None:
            return None
        now, seed = self._options.seed
        place = f"{seed} {work.plan.collection.source.path}#{step.request.id} {work.row} {work.repeat}"
        return Dynamic(now, random.Random(place))  # noqa: S311 - repeatable on purpose, never a secret

    async def _keep_rate(self) -> None:
        if not self._options.rate:
            return
        now = time.monotonic()
        self._next_start = max(now, self._next_start)
        wait = self._next_start - now
        self._next_start += 1.0 / self._options.rate
        if wait > 0:
            await asyncio.sleep(wait)
