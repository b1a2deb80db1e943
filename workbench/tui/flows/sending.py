"""The way from F5 to an answer: trust, guard, a service that does not run, then the call; every outcome is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from workbench.invoke.watching import Watch
from workbench.model.body.events import EventLog
from workbench.model.body.kinds import recognise
from workbench.model.catalog import CHANGING_STATES
from workbench.model.errors import FileError, WorkbenchError
from workbench.tui.controllers import sending
from workbench.tui.controllers.answer import Flight
from workbench.tui.controllers.history import Entry
from workbench.tui.controllers.sending import Order
from workbench.tui.controllers.variables import secrets_to_read
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.files.collections import LoadedCollection
    from workbench.model.catalog import Service
    from workbench.model.exchange import Exchange
    from workbench.model.request import Target
    from workbench.tui.controllers.workspace import Ref
    from workbench.tui.desk import Desk

SHOW_EVERY = 0.15
"""Seconds between two pictures of a body that is still coming."""

KEPT_REPLY = 256 * 1024
"""Bytes of a platform's reply that are kept beside the body that was in it; a longer one is let go."""

TAIL = 16 * 1024
"""Bytes of it that are shown until it is complete."""


def order_of(desk: Desk, ref: Ref | None) -> Order | None:
    """What a request of the workspace would send; None when there is none."""
    file = desk.workspace.file(ref.path) if ref else None
    item = desk.workspace.item(ref)
    if file is None or item is None or file.loaded is None:
        return None
    return Order(
        loaded=file.loaded,
        collection=file.collection(),
        request=item.request,
        environment=desk.environment,
        picks=desk.picks,
        captures=desk.captures.get(file.path, {}),
        overrides=desk.overrides,
    )


async def send(desk: Desk) -> None:
    """Send the request that is shown."""
    ref = desk.ref
    order = order_of(desk, ref)
    if ref is None or order is None:
        desk.say("no request is selected: choose one in the tree, or add one with ctrl+n", "warning")
        return
    names = secrets_to_read(desk.session, order)
    if not await may_read(desk, order.loaded, names) or not await guarded(desk, order, desk.aim.target):
        return
    await fly(desk, ref, order)


async def fly(desk: Desk, ref: Ref, order: Order) -> Entry | None:
    """Make a call that may be made, and show it under way; its entry of the history, None when it was not made."""
    if ref in desk.flights:
        return None  # asked for a second time, before the first one could show
    flight = Flight(ref, order.request.title, desk.clock(), "preparing")
    desk.fly(flight)
    stream = Stream(desk, flight)
    flight = replace(flight, watch=stream.watch)
    entries: list[Entry] = []
    try:
        if order.exact is None and not await _service_runs(desk, flight):
            return None
        await sending.send(
            desk.session,
            order,
            record=lambda exchange: entries.append(_record(desk, ref, order, exchange)),
            sending=lambda: _sending(desk, flight),
            watch=stream.watch,
        )
    finally:
        stream.close()
        desk.land(ref)
    if not entries:
        return None
    error = entries[0].exchange.error
    if order.exact is None and error is not None and error.kind == "not_running" and desk.ref == ref:
        return await _once_it_runs(desk, ref, order) or entries[0]
    return entries[0]


async def _once_it_runs(desk: Desk, ref: Ref, order: Order) -> Entry | None:
    """Offer to send a call again that the platform has refused since its service does not run."""
    target = desk.aim.target
    if target is None:
        return None
    text = f"The platform says that {target.service} does not run, so the call has not reached it."
    answers = [Answer("", "Close", "primary"), Answer("wait", "Wait until it runs, then send")]
    if await desk.ask(Ask("The service is not running", text, answers)) != "wait":
        return None
    flight = Flight(ref, order.request.title, desk.clock(), "waiting")
    desk.fly(flight)
    try:
        if not await _wait(desk, flight, target.service):
            return None
    finally:
        desk.land(ref)
    return await fly(desk, ref, order)


class Stream:
    """Shows a streamed body as it comes, a few times a second."""

    def __init__(self, desk: Desk, flight: Flight) -> None:
        self._desk = desk
        self._ref = flight.ref
        self._received = 0
        self._tail = b""
        self._events: EventLog | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.watch = Watch(self.add, self.start)

    def start(self, _status: int, headers: Sequence[tuple[str, str]]) -> None:
        """The headers are there: they say whether events will come."""
        named = {name.lower(): value for name, value in headers}
        events = recognise(b"data:", named.get("content-type", "")).kind == "events"
        self._received, self._tail = 0, b""
        self._events = EventLog() if events and "content-encoding" not in named else None

    def add(self, piece: bytes) -> None:
        """One more piece."""
        self._received += len(piece)
        if self._events is not None:
            self._events.feed(piece, self.watch.arrivals[-1][1])
        else:
            self._tail = (self._tail + piece)[-TAIL:]
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SHOW_EVERY, self._show)

    def _show(self) -> None:
        self._timer = None
        flight = self._desk.flights.get(self._ref)
        if flight is not None:
            now = replace(flight, doing="receiving", received=self._received, tail=self._tail, events=self._events)
            self._desk.progress(now)

    def close(self) -> None:
        """The call is over."""
        if self._timer is not None:
            self._timer.cancel()


def _sending(desk: Desk, flight: Flight) -> None:
    desk.progress(replace(flight, doing="sending", since=desk.clock()))


def _record(desk: Desk, ref: Ref, order: Order, exchange: Exchange) -> Entry:
    """Keep an outcome, and what it captured, before the spinner goes."""
    target = exchange.request.target if exchange.request else None
    if exchange.response is not None and len(exchange.response.reply) > KEPT_REPLY:
        exchange = msgspec.structs.replace(exchange, response=msgspec.structs.replace(exchange.response, reply=b""))
    entry = Entry(
        number=0,
        ref=ref,
        request=order.request,
        exchange=exchange,
        team=(target.team_name or target.team or "") if target else "",
        environment=target.environment if target else "",
    )
    (entry,) = desk.keep([entry])
    if desk.ref == ref:
        desk.shown = None
    if exchange.captures:
        kept = {**desk.captures.get(ref.path, {}), **exchange.captures}
        desk.captures = {**desk.captures, ref.path: kept}
    return entry


async def may_read(desk: Desk, loaded: LoadedCollection, names: Iterable[str]) -> bool:
    """Whether a collection may read these secrets of this machine; asks once for a file that is not trusted yet."""
    if not desk.session.references.needs_trust(loaded, names):
        return True
    from workbench.files import trust

    listed = "\n".join(f"  {line}" for line in trust.needs_trust(loaded))
    answer = await desk.ask(
        Ask(
            "Trust this collection?",
            f"{loaded.path} wants to read from this machine:\n\n{listed}\n\nNothing was read or sent so far.",
            [Answer("", "Cancel"), Answer("trust", "Trust it", "warning")],
        )
    )
    if answer != "trust":
        return False
    try:
        await asyncio.to_thread(trust.trust, loaded)
    except FileError as error:
        desk.say(str(error), "error")
        return False
    return True


async def guarded(desk: Desk, order: Order, target: Target | None) -> bool:
    """Whether an unsafe method may go to a target; one that is protected is asked about."""
    if target is None or not target.protected or not order.unsafe:
        return True
    answer = await desk.ask(
        Ask(
            "Protected target",
            f"{order.request.method} may change something on {target.service}, and this target is marked as protected "
            f"(profile {target.profile or 'none'}, environment {target.environment or 'none'}).",
            [Answer("", "Cancel"), Answer("send", f"Send {order.request.method}", "error")],
        )
    )
    return answer == "send"


async def _service_runs(desk: Desk, flight: Flight) -> bool:
    """Whether to go on: the service runs, or nothing is known of it, or it runs by now, or the user wants to anyway."""
    target = desk.aim.target
    known = desk.catalog.service(target.service) if target else None
    if known is None or known.state in ("running", "unknown"):
        return True
    changing = known.state in CHANGING_STATES
    answer = await desk.ask(
        Ask(
            "The service is not running",
            f"{known.slug} is {known.state} {known.symbol}, as far as the list knows. A call to it will most likely be "
            "refused by the platform.",
            [
                Answer("wait", "Wait until it runs", "primary" if changing else "default"),
                Answer("send", "Send anyway", "warning"),
                Answer("", "Cancel"),
            ],
        )
    )
    if answer == "wait":
        return await _wait(desk, flight, known.slug)
    return answer == "send"


async def _wait(desk: Desk, flight: Flight, slug: str) -> bool:
    """Ask the platform until the service runs; Esc ends it."""
    from workbench.replay.waiting import until_running

    aim, began = desk.aim, desk.clock()
    if aim.profile is None or aim.target is None:
        return True

    def see(service: Service) -> None:
        desk.catalog = desk.catalog.with_service(service)
        desk.progress(replace(flight, doing=f"waiting: {slug} is {service.state}", since=began))

    try:
        await until_running(desk.session, aim.profile, slug, aim.target.team, see)
    except WorkbenchError as error:
        desk.say(f"{slug}: {error}", "error")
        return False
    return True
