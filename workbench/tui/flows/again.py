"""Sending a past send again: the same bytes or today's request, to the same target or to another one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import Collection
from workbench.model.errors import WorkbenchError
from workbench.tui.controllers.sending import Order
from workbench.tui.controllers.variables import secrets_to_read
from workbench.tui.flows.sending import fly, guarded, may_read, order_of
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from workbench.files.collections import LoadedCollection
    from workbench.model.profile import Profile
    from workbench.model.request import Target
    from workbench.replay.prepare import Prepared
    from workbench.tui.controllers.history import Entry
    from workbench.tui.desk import Desk
    from workbench.tui.flows.elsewhere import Elsewhere


async def send_elsewhere(desk: Desk, entry: Entry, where: Elsewhere) -> Entry | None:
    """Send a past send to another target: the same bytes, or in another environment its request."""
    if where.environment is not None:
        return await send_current(desk, entry, environment=where.environment)
    return await send_exactly(desk, entry, where)


async def send_exactly(desk: Desk, entry: Entry, where: Elsewhere | None = None) -> Entry | None:
    """Send exactly the same bytes, to the same target or to another one; what came of it."""
    target = entry.exchange.request.target if entry.exchange.request else None
    if target is None or entry.exchange.envelope is None:
        desk.say("this send has no bytes: it was never put together", "warning")
        return None
    order = await _order(desk, entry)
    if entry.record is not None and entry.record.hidden:
        # What was masked is filled in from the collection's secrets.
        names = order.collection.secrets
        if not await may_read(desk, order.loaded, names):
            return None
    try:
        exact = await _exact(desk, entry, where.of(target) if where else target, order.loaded)
    except WorkbenchError as error:
        await desk.ask(Ask("It cannot be sent again", str(error), [Answer("", "OK")]))
        return None
    if not await guarded(desk, order, exact[0].request.target):
        return None
    return await fly(desk, entry.ref, replace(order, exact=exact))


async def send_current(desk: Desk, entry: Entry, *, environment: str | None = None) -> Entry | None:
    """Send the request of a past send with today's variables and secrets; what came of it."""
    order = await _order(desk, entry)
    if environment is not None:
        order = replace(order, environment=environment)
    record = entry.record
    if record is not None and (record.template is None or record.template_masked):
        now = order.collection.find(record.id)
        if now is None:
            text = "Its request held a secret, which is not kept, and its collection does not have it any more."
            await desk.ask(Ask("It cannot be sent again", text, [Answer("", "OK")]))
            return None
        order = replace(order, request=now)
        desk.say("sending the request as it stands now: the one of then held a secret, which is not kept")
    if not await may_read(desk, order.loaded, secrets_to_read(desk.session, order)):
        return None
    if not await guarded(desk, order, desk.aim.target):
        return None
    return await fly(desk, entry.ref, order)


async def _order(desk: Desk, entry: Entry) -> Order:
    """A past send with its collection: as it is open, as the disk has it, or an empty one where it is gone."""
    order = order_of(desk, entry.ref)
    if order is None:
        loaded = await asyncio.to_thread(_load, entry.file)
        order = Order(loaded, loaded.collection, entry.request, picks=desk.picks, overrides=desk.overrides)
    return replace(order, request=entry.request, environment=entry.environment or None)


def _load(path: str) -> LoadedCollection:
    from workbench.files import collections

    try:
        if path and Path(path).exists():
            return collections.load(path)
    except WorkbenchError:
        pass  # what it had is not known then: whatever needs it says so
    empty = Collection()
    return collections.LoadedCollection(collection=empty, written=empty, path=path, sha256="", data=b"")


async def _exact(desk: Desk, entry: Entry, target: Target, loaded: LoadedCollection) -> tuple[Prepared, Profile]:
    """The bytes with their target: of this run's sends as they were, of earlier ones with their masks filled in."""
    from workbench.replay import past
    from workbench.replay.prepare import Prepared

    session, exchange = past.aimed_again(desk.session, target), entry.exchange
    if entry.record is not None:
        record = msgspec.structs.replace(entry.record, target=target)
        return await past.same_bytes(session, record, loaded)
    if exchange.request is None or exchange.envelope is None:
        raise WorkbenchError("this send has no bytes: it was never put together")
    ready, profile = await past.ready_again(session, target)
    request = msgspec.structs.replace(exchange.request, target=ready)
    return Prepared(request=request, envelope=exchange.envelope), profile
