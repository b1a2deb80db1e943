"""The steps of one piece of work: which are ready, which are in flight, and what came of them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

import msgspec

from workbench.replay.attempt import CLOSED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from workbench.model.exchange import Exchange
    from workbench.replay.plan import Step
    from workbench.replay.runner import Run, Work


class Lane:
    """Runs the steps of one piece of work, as many at a time as the run has slots for."""

    def __init__(self, run: Run, work: Work) -> None:
        self.work = work
        self._run = run
        self._done: dict[str, Exchange] = {}
        self._captures: dict[str, Any] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._dependents: dict[str, list[Step]] = {}
        self._unmet: dict[str, int] = {}
        self._ready: deque[Step] = deque()
        self._bug: BaseException | None = None
        in_plan = {step.request.id for step in work.plan.steps}
        for step in work.plan.steps:
            before = set() if run.ordered else {*step.requires, *step.after} & in_plan
            self._unmet[step.request.id] = len(before)
            for earlier in before:
                self._dependents.setdefault(earlier, []).append(step)
            if not before:
                self._ready.append(step)

    def fill(self) -> None:
        """Start as many workers as there are ready steps and free slots."""
        for _ in range(len(self._ready)):
            if not self._run.take_slot():
                return
            task = asyncio.create_task(self._worker())
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def cancel(self) -> None:
        """Cut off the calls in flight; each is reported as cancelled, the rest as skipped."""
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        """End everything at once; nothing more is reported."""
        if self._tasks:
            self._run.stop(CLOSED)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def results(self) -> AsyncIterator[Exchange]:
        """The outcome of every step, in file order."""
        for step in self.work.plan.steps:
            while step.request.id not in self._done:
                self._changed.clear()
                await self._changed.wait()
                if self._bug is not None:
                    raise self._bug
            exchange = self._done[step.request.id]
            self._done[step.request.id] = _rest(exchange)
            yield exchange

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        bug = None if task.cancelled() else task.exception()
        self._bug = self._bug or bug
        self._changed.set()
        self._run.release_slot()

    async def _worker(self) -> None:
        while self._ready:
            step = self._ready.popleft()
            reason = self._run.why_not(step, self._done)
            if reason:
                exchange = self._run.skipped(self.work, step, reason)
            else:
                try:
                    exchange = await self._run.call(self.work, step, self._captures)
                except asyncio.CancelledError:  # before anything of it was sent
                    exchange = self._run.skipped(self.work, step, self._run.stopped)
            self._finish(step, exchange)

    def _finish(self, step: Step, exchange: Exchange) -> None:
        self._done[step.request.id] = exchange
        self._captures.update(exchange.captures)
        self._run.note(exchange)
        for dependent in self._dependents.get(step.request.id, ()):
            self._unmet[dependent.request.id] -= 1
            if not self._unmet[dependent.request.id]:
                self._ready.append(dependent)
        self._changed.set()
        self.fill()


def _rest(exchange: Exchange) -> Exchange:
    """What later steps may still ask of a result that has been handed on; bodies are not kept for the whole run."""
    return msgspec.structs.replace(exchange, request=None, envelope=None, response=None, assertions=())
