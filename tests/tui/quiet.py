"""Waiting until a Textual app has nothing left to do: what a `Pilot` waits for in these tests.

Textual's own wait compares the time the process has computed with the time that went by, and so takes a process that
gets no processor for one that rests. This one looks at what is pending instead: tasks that can go on, messages in a
queue, handlers under way, widgets to lay out or paint, callbacks for after that, animations, work in threads, and the
timers that are due within a moment. It passes as soon as there is nothing of it, however slow the machine is.

It knows nothing of what is still to come from outside, the network above all, or from later timers: a test that needs
such a thing waits for the thing.
"""

from __future__ import annotations

import asyncio
import threading
from asyncio.base_events import BaseEventLoop
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import textual.app
import textual.constants
import textual.pilot
from textual._context import active_app
from textual.events import Key
from textual.pilot import Pilot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.screen import Screen

SOON = 0.05
"""Seconds within which a timer is waited for: the frame that is painted before long work begins. No debounce."""

TURNS = 3
"""Turns of the event loop, one after the other, in which nothing may be pending."""

HANGS = 60.0
"""Seconds after which something has hung; nothing that a slow machine could need."""

POLL = 0.01
"""Seconds between two looks at a condition."""

_LOOK = 0.001
_GOES_ON = frozenset({"a task", "a frame"})
"""What is pending and needs no more than the next turn of the event loop."""

WORK = 10.0
"""Seconds after which work in a thread is taken to wait for the test itself; better to say so with `work_unwatched`."""

_jobs: dict[asyncio.Future[Any], float] = {}
"""What runs in threads of an event loop's pool, and since when."""

_unwatched = False
_gate: threading.Event | None = None


async def until(app: App[Any], holds: Callable[[], object]) -> None:
    """Let the app work until something holds that nothing tells of, and then until it is quiet."""
    async with asyncio.timeout(HANGS):
        while not holds():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(POLL)
    await quiet(app)


async def at_rest(app: App[Any]) -> None:
    """Let the app work until it is quiet and none of its workers is at work, however long they wait in between."""
    await quiet(app)
    async with asyncio.timeout(HANGS):
        while any(not worker.is_finished for worker in app.workers):
            await asyncio.sleep(_LOOK)
            await quiet(app)


def burst(app: App[Any], *keys: str) -> None:
    """Press keys faster than any of them can be taken."""
    assert app._driver is not None
    for key in keys:
        event = Key(key, key if len(key) == 1 else None)
        event.set_sender(app)
        app._driver.send_message(event)


@contextmanager
def work_held() -> Iterator[Callable[[], None]]:
    """Work for threads does not begin before the end of this block: a look at the app while it is under way.

    Yields:
        What lets the work begin that has been asked for so far.
    """
    global _gate  # noqa: PLW0603 - one event loop, one test
    gate = _gate = threading.Event()

    def let_go() -> None:
        nonlocal gate
        global _gate  # noqa: PLW0603 - as above
        gate.set()
        gate = _gate = threading.Event()

    try:
        with work_unwatched():
            yield let_go
    finally:
        _gate = None
        gate.set()


@contextmanager
def work_unwatched() -> Iterator[None]:
    """Work in threads is not waited for in this block, for it waits for what is done there."""
    global _unwatched  # noqa: PLW0603 - one event loop, one test
    before, _unwatched = _unwatched, True
    try:
        yield
    finally:
        _unwatched = before


async def quiet(app: App[Any]) -> None:
    """Let the app work until nothing is pending; an app that is leaving is not waited for."""
    loop: Any = asyncio.get_running_loop()
    began = loop.time()
    calm = 0
    while calm < TURNS and not app._exit and app._exception is None:
        await asyncio.sleep(0)
        pending = "a task" if loop._ready else _pending(app, loop, began + SOON)
        calm = 0 if pending else calm + 1
        if pending and loop.time() - began > HANGS:
            raise AssertionError(f"the app does not come to rest: {pending}")
        if pending and pending not in _GOES_ON:
            await asyncio.sleep(_LOOK)


def _pending(app: App[Any], loop: Any, soon: float) -> str:
    """What keeps the app from being quiet, when none of its tasks can go on; empty when nothing does."""
    for screen in app.screen_stack:
        if _to_paint(app, screen):
            screen._on_timer_update()  # what its timer does next
            return "a frame"
    if app._animator._scheduled:
        return "an animation"
    if app._animator._animations or not app._animator._complete_event.is_set():
        app._animator()  # as its timer does next
        return "a frame"
    if _has_timer(app, loop, soon):
        return "a timer"
    if not _unwatched and any(job.get_loop() is loop and loop.time() < at + WORK for job, at in tuple(_jobs.items())):
        return "work in a thread"
    busy = next((pump for pump in (app, *app._registry) if _is_busy(pump)), None)
    return f"a message at {busy}" if busy is not None else ""


def _to_paint(app: App[Any], screen: Screen[Any]) -> bool:
    """Whether a screen waits for its next frame. What shows below another is laid out, but asks for paint for ever."""
    if screen._callbacks:
        return True
    if not screen.is_current or app._batch_count:
        return False
    if screen._layout_required or screen._scroll_required or screen._recompose_required:
        return True
    return screen is app.screen and bool(screen._repaint_required or screen._dirty_widgets)


def _has_timer(app: App[Any], loop: Any, soon: float) -> bool:
    """Whether a timer is due by then, but for those of the next frame, which would find everything done."""
    due = [timer for timer in loop._scheduled if timer._when <= soon and not timer._cancelled]
    if not due:
        return False
    ticking = (app._animator._timer, *(screen._update_timer for screen in app.screen_stack))
    tasks: tuple[Any, ...] = tuple(timer._task for timer in ticking)
    frames = {id(task._fut_waiter) for task in tasks if task is not None}
    return any(id(argument) not in frames for timer in due for argument in timer._args[:1] or (None,))


def _is_busy(pump: MessagePump) -> bool:
    """Whether a message pump does anything but wait for its next message."""
    task = pump._task
    queue: Any = pump._message_queue
    if task is None or task.done() or not pump._running:
        return False
    return bool(queue.values) or not queue.ready_event._waiters


async def _pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    if delay is not None:
        await asyncio.sleep(delay)
    await quiet(pilot.app)


async def _wait_for_screen(pilot: Pilot[Any]) -> bool:
    await quiet(pilot.app)
    return True


async def _wait_for_idle(*_: float) -> None:
    await quiet(active_app.get())


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pilots wait for `quiet`, wherever they wait for a screen or for rest.

    Animations take one frame, and what the app has to say is not gone before a test has looked.
    """
    monkeypatch.setattr(textual.constants, "TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(textual.app.App, "NOTIFICATION_TIMEOUT", HANGS * 10)
    monkeypatch.setattr(Pilot, "pause", _pause)
    monkeypatch.setattr(Pilot, "_wait_for_screen", _wait_for_screen)
    for module in (textual.pilot, textual.app):
        monkeypatch.setattr(module, "wait_for_idle", _wait_for_idle)
    run = BaseEventLoop.run_in_executor

    def run_in_executor(
        loop: BaseEventLoop, executor: Any, work: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        gate = _gate

        def gated() -> Any:
            if gate is not None:
                gate.wait(HANGS)
            return work(*args)

        job = run(loop, executor, gated)
        _jobs[job] = loop.time()
        job.add_done_callback(lambda done: _jobs.pop(done, None))
        return job

    monkeypatch.setattr(BaseEventLoop, "run_in_executor", run_in_executor)
