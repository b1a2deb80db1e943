"""Unsaved edits put on top of a file that has changed on disk: request by request, and field by field. Pure.

What only one side changed is kept from that side. Where both changed the same field, the edit made here stands, and
`both_changed` names it first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import SavedRequest
from workbench.tui.controllers.open_file import Item

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

FIELDS = tuple(field.name for field in msgspec.structs.fields(SavedRequest))


def three_way(base: SavedRequest, mine: SavedRequest, theirs: SavedRequest) -> SavedRequest:
    """Their request with every field that was changed here."""
    changed = {name: getattr(mine, name) for name in FIELDS if getattr(mine, name) != getattr(base, name)}
    return msgspec.structs.replace(theirs, **changed)


def merged(
    before: tuple[Item, ...], base: Sequence[SavedRequest], theirs: Sequence[SavedRequest], next_key: int
) -> tuple[tuple[Item, ...], int]:
    """The requests of a file as just read, with the unsaved edits of `before` put on top, matched by id.

    A request that was removed here and is unchanged on disk stays removed; one that is new here keeps its neighbour;
    one that was edited here and is gone there becomes a new one. An order made here is made again.
    """
    ours = {item.saved.id: item for item in before if item.saved is not None}
    removed = {request.id: request for request in base if request.id not in ours}
    items: list[Item] = []
    for at, request in enumerate(theirs):
        mine = ours.pop(request.id, None)
        if mine is not None:
            items.append(Item(mine.key, _on_top(mine, request), request, at))
        elif removed.get(request.id) != request:
            items.append(Item(next_key, request, request, at))
            next_key += 1
    edited_but_gone = {item.key for item in ours.values() if item.changed}
    neighbour: int | None = None
    for item in before:
        if item.saved is None or item.key in edited_but_gone:
            at = next((index + 1 for index, each in enumerate(items) if each.key == neighbour), len(items))
            items.insert(at if neighbour is not None else 0, Item(item.key, item.request))
        neighbour = item.key
    return _ordered(items, before, base, theirs), next_key


def _on_top(mine: Item, theirs: SavedRequest) -> SavedRequest:
    if not mine.changed or mine.saved is None:
        return theirs
    return three_way(mine.saved, mine.request, theirs)


def _ordered(
    items: list[Item], before: tuple[Item, ...], base: Sequence[SavedRequest], theirs: Sequence[SavedRequest]
) -> tuple[Item, ...]:
    """The order made here, where one was made here and none there."""
    mine = [item.saved.id for item in before if item.saved is not None]
    kept = [request.id for request in base if request.id in set(mine)]
    now = [request.id for request in theirs]
    if mine == kept or now != [request.id for request in base if request.id in set(now)]:
        return tuple(items)
    place = {item.key: at for at, item in enumerate(before)}
    return tuple(sorted(items, key=lambda item: place.get(item.key, len(place))))


def in_the_way(before: Sequence[Item], theirs: Sequence[SavedRequest], broken_ids: Collection[str]) -> tuple[str, ...]:
    """The ids of requests changed here that stand on disk in a form which cannot be read, so that neither can yield."""
    unreadable = set(broken_ids).difference(request.id for request in theirs)
    return tuple(
        item.request.id
        for item in before
        if item.changed and unreadable.intersection((item.request.id, item.saved.id if item.saved else ""))
    )


def both_changed(
    before: Sequence[Item],
    base: Sequence[SavedRequest],
    theirs: Sequence[SavedRequest],
    broken_ids: Collection[str] = (),
) -> tuple[str, ...]:
    """What was changed here and on disk, differently: a line for each request, with its fields.

    `broken_ids` are those of requests on disk that cannot be read.
    """
    now = {request.id: request for request in theirs}
    found = []
    for item in before:
        if item.saved is None or not item.changed:
            continue
        other = now.get(item.saved.id)
        if other is None:
            became = "broken" if item.saved.id in broken_ids else "removed"
            found.append(f"{item.saved.id}: edited here, {became} on disk")
            continue
        names = [name for name in FIELDS if _differently(name, item.saved, item.request, other)]
        if names:
            found.append(f"{item.saved.id}: {', '.join(names)}")
    here = {item.saved.id for item in before if item.saved is not None}
    for request in base:
        other = now.get(request.id)
        if request.id not in here and other is not None and other != request:
            found.append(f"{request.id}: removed here, changed on disk")
    return tuple(found)


def _differently(name: str, base: SavedRequest, mine: SavedRequest, theirs: SavedRequest) -> bool:
    was, here, there = (getattr(each, name) for each in (base, mine, theirs))
    return here not in (was, there) and there != was
