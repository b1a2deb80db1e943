"""When bytes leave: whether there is time to spare, and work that is begun before it is a task."""

from __future__ import annotations

import asyncio
import sys

import pytest

from workbench.invoke import leaving
from workbench.invoke.leaving import Spare, begun

OURS = pytest.mark.skipif(sys.version_info >= (3, 12), reason="aiohttp begins its tasks at once by itself")


class Clocks:
    """Both clocks of `leaving`, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.computed = 0.0
        monkeypatch.setattr(leaving, "perf_counter", lambda: self.now)
        monkeypatch.setattr(leaving, "process_time", lambda: self.computed)


def calls(spare: Spare, count: int) -> bool:
    for _ in range(count - 1):
        spare.count()
    return spare.count()


def test_there_is_time_to_spare_until_the_processor_is_busy_and_again_when_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clocks = Clocks(monkeypatch)
    spare = Spare()
    assert calls(spare, 63)
    clocks.now, clocks.computed = 1.0, 0.8
    assert not calls(spare, 1)
    assert not calls(spare, 63)
    clocks.now, clocks.computed = 2.0, 1.5
    assert calls(spare, 1)


@OURS
async def test_work_goes_as_far_as_it_can_at_once_and_ends_in_a_task() -> None:
    steps: list[object] = []
    gate = asyncio.get_running_loop().create_future()

    async def work() -> None:
        steps.append("begun")
        steps.append(await gate)
        await asyncio.sleep(0)
        steps.append("ended")

    rest = begun(work())
    assert steps == ["begun"]
    task = asyncio.create_task(rest)
    await asyncio.sleep(0)
    gate.set_result("waited")
    await task
    assert steps == ["begun", "waited", "ended"]


@OURS
async def test_work_that_never_waits_is_over_at_once() -> None:
    steps: list[str] = []

    async def work() -> None:
        steps.append("done")

    rest = begun(work())
    assert steps == ["done"]
    assert await rest is None  # type: ignore[func-returns-value]  # that it gives nothing is what is looked at


async def test_errors_and_cancellation_reach_the_work() -> None:
    seen: list[str] = []
    never = asyncio.get_running_loop().create_future()
    broken = asyncio.get_running_loop().create_future()

    async def cancelled() -> None:
        try:
            await never
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def failing() -> None:
        try:
            await broken
        except OSError:
            seen.append("failed")
        raise LookupError

    task = asyncio.create_task(begun(cancelled()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    task = asyncio.create_task(begun(failing()))
    await asyncio.sleep(0)
    broken.set_exception(OSError())
    with pytest.raises(LookupError):
        await task
    assert seen == ["cancelled", "failed"]
