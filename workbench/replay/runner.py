"""Runs plans: an async iterator of Exchanges in file order, whatever order the calls went in.

With one job it is strict file order. With more, a request waits only for what its `Step` says. Stopping cancels the
calls in flight and reports them and everything not yet sent, so that reports of an interrupted run are complete.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.model.errors import CredentialError, Failure, PlatformError, TargetError
from workbench.model.profile import Profile
from workbench.model.request import Target
from workbench.model.variables import Scope
from workbench.replay.attempt import Job, blank, run_job
from workbench.replay.plan import Plan
from workbench.replay.prepare import Prepared

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

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
    """

    jobs: int = 1
    retries: int = 0
    fail_fast: bool = False
    timeout: float | None = None
    max_time: float | None = None
    rate: float | None = None


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with everything that is known before its first call.

    Attributes:
        targets: where each step goes, by request id; teams already looked up.
        profile: the platform they go to.
        scope: every layer of variables but the captures.
        row: number of the data row, from 1, or None.
        static: requests that are the same at every call, already prepared, by id.
    """

    plan: Plan
    profile: Profile
    targets: Mapping[str, Target]
    scope: Scope
    row: int | None = None
    static: Mapping[str, Prepared] = {}


class Run:
    """One run over several pieces of work. Iterate over `results` once; `stop` ends it early."""

    def __init__(self, session: Session, works: Sequence[Work], options: RunOptions) -> None:
        self._session = session
        self._works = works
        self._options = options
        self._deadline = None if options.max_time is None else time.monotonic() + options.max_time
        self._lane: _Lane | None = None
        self._failed = False
        self._next_start = 0.0
        self.stopped = ""
        """Why the run was ended early; empty while it was not."""
        self.current = 0
        """Which piece of work the last result belongs to, from 0."""

    def stop(self, reason: str = "interrupted") -> None:
        """End the run: cancel what is in flight, skip the rest. Its Exchanges still come."""
        self.stopped = self.stopped or reason
        if self._lane is not None:
            self._lane.cancel()

    async def results(self) -> AsyncIterator[Exchange]:
        """The outcome of every step, in file order, each as soon as all before it are there."""
        timer = None
        if self._deadline is not None:
            loop = asyncio.get_running_loop()
            timer = loop.call_later(
                max(0.0, self._deadline - time.monotonic()), self.stop, "the time limit was reached"
            )
        try:
            for at, work in enumerate(self._works):
                self.current = at
                self._lane = _Lane(self, work)
                async for exchange in self._lane.results():
                    yield exchange
        finally:
            if timer is not None:
                timer.cancel()
            if self._lane is not None:
                await self._lane.aclose()

    async def call(self, work: Work, step: Step, captures: Mapping[str, Any]) -> Exchange:
        """Run one step with what has been captured so far."""
        scope = work.scope.with_layer("captures", dict(captures)) if captures else work.scope
        job = self._job(work, step, scope)
        await self._keep_rate()

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

    def cancelled(self, work: Work, step: Step) -> Exchange:
        """The outcome of a step whose call was cut off: it may have been sent."""
        failure = Failure(
            kind="cancelled",
            message=f"cancelled: {self.stopped or 'the run was closed'}",
            layer="client",
            in_doubt=True,
            hint="it may have been sent: the container may have run it",
        )
        return blank(self._job(work, step, work.scope), "error", error=failure)

    def why_not(self, step: Step, done: Mapping[str, Exchange]) -> str:
        """Why a step is not sent; empty when it is."""
        request = step.request
        if self.stopped:
            return self.stopped
        if request.skip:
            return request.skip if isinstance(request.skip, str) else "skip = true"
        missing = [name for name, source in step.captured.items() if name not in done[source].captures]
        if missing:
            return f"needs {step.captured[missing[0]]}, which did not capture {', '.join(missing)}"
        if request.always:
            return ""
        unmet = [needed for needed in step.requires if needed in done and done[needed].outcome != "passed"]
        if unmet:
            return f"needs {', '.join(unmet)}"
        return "an earlier request failed (--fail-fast)" if self._failed and self._options.fail_fast else ""

    def note(self, exchange: Exchange) -> None:
        """Take account of an outcome for `--fail-fast`."""
        self._failed = self._failed or exchange.outcome in ("failed", "error")

    @property
    def jobs(self) -> int:
        """Calls in flight at most."""
        return self._options.jobs

    def _job(self, work: Work, step: Step, scope: Scope) -> Job:
        return Job(
            collection=work.plan.collection,
            request=step.request,
            target=work.targets.get(step.request.id) or NOWHERE,
            scope=scope,
            line=step.line,
            row=work.row,
            retries=self._options.retries,
            prepared=work.static.get(step.request.id),
        )

    async def _keep_rate(self) -> None:
        if not self._options.rate:
            return
        now = time.monotonic()
        self._next_start = max(now, self._next_start)
        wait = self._next_start - now
        self._next_start += 1.0 / self._options.rate
        if wait > 0:
            await asyncio.sleep(wait)


class _Lane:
    """The steps of one piece of work: which are ready, running and done."""

    def __init__(self, run: Run, work: Work) -> None:
        self._run = run
        self._work = work
        self._steps = work.plan.steps
        self._done: dict[str, Exchange] = {}
        self._captures: dict[str, Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._dependents: dict[str, list[Step]] = {}
        self._waiting: dict[str, int] = {}
        self._ready: deque[Step] = deque()
        in_plan = {step.request.id for step in self._steps}
        for step in self._steps:
            before = {*step.requires, *step.after} & in_plan if run.jobs > 1 else set()
            self._waiting[step.request.id] = len(before)
            for earlier in before:
                self._dependents.setdefault(earlier, []).append(step)
            if not before:
                self._ready.append(step)

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        if self._tasks:
            self._run.stop("the run was closed")
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def results(self) -> AsyncIterator[Exchange]:
        self._fill()
        for step in self._steps:
            while step.request.id not in self._done:
                self._changed.clear()
                await self._changed.wait()
                self._raise_bugs()
            yield self._done[step.request.id]

    def _fill(self) -> None:
        """Start as many workers as there is work for."""
        for _ in range(min(len(self._ready), self._run.jobs - len(self._tasks))):
            task = asyncio.create_task(self._worker())
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
            self._fill()
        self._changed.set()

    def _raise_bugs(self) -> None:
        for task in list(self._tasks):
            if task.done() and not task.cancelled():
                task.result()

    async def _worker(self) -> None:
        while self._ready:
            step = self._ready.popleft()
            reason = self._run.why_not(step, self._done)
            if reason:
                exchange = self._run.skipped(self._work, step, reason)
            else:
                try:
                    exchange = await self._run.call(self._work, step, self._captures)
                except asyncio.CancelledError:
                    exchange = self._run.cancelled(self._work, step)
            self._finish(step, exchange)

    def _finish(self, step: Step, exchange: Exchange) -> None:
        self._done[step.request.id] = exchange
        self._captures.update(exchange.captures)
        self._run.note(exchange)
        for dependent in self._dependents.get(step.request.id, ()):
            self._waiting[dependent.request.id] -= 1
            if not self._waiting[dependent.request.id]:
                self._ready.append(dependent)
        self._changed.set()
        self._fill()
