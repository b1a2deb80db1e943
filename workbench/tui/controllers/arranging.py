"""Requests moved and taken out in the open files, with what they mean to each other. Pure: a save writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from workbench.model.variables import fields, placeholders
from workbench.tui.controllers.open_file import Item, OpenFile, Ref

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.tui.controllers.workspace import Workspace


@dataclass(frozen=True)
class Uses:
    """What other requests of a file get from one request.

    Attributes:
        needs: the ids of those that name it in their `needs`.
        captures: id → names of its captures that the request uses, and no other request above captures.
    """

    needs: tuple[str, ...] = ()
    captures: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.needs or self.captures)

    def lines(self) -> str:
        """One line for each use, for a question."""
        listed = [f"  {each} needs it" for each in self.needs]
        listed += [
            f"  {each} uses {', '.join('{{' + name + '}}' for name in names)}, captured here"
            for each, names in self.captures
        ]
        return "\n".join(listed)


def uses(file: OpenFile, key: int) -> Uses:
    """Who depends on a request of the file."""
    item = file.item(key)
    if item is None:
        return Uses()
    others = [each for each in file.items if each.key != key]
    needs = tuple(each.request.id for each in others if item.request.id in each.request.needs)
    names = {capture.name for capture in item.request.captures}
    elsewhere = {capture.name for each in others for capture in each.request.captures}
    captured = names - elsewhere
    found = []
    for each in others:
        used = {name for _, text in fields(each.request) for name in placeholders(text)} & captured
        if used:
            found.append((each.request.id, tuple(sorted(used))))
    return Uses(needs, tuple(found))


def renamed(workspace: Workspace, ref: Ref, request_id: str) -> Workspace:
    """The request under another id; those that need it need it under that id."""
    item = workspace.item(ref)
    if item is None:
        return workspace
    return workspace.edit(ref, msgspec.structs.replace(item.request, id=request_id))


def taken_out(workspace: Workspace, ref: Ref) -> Workspace:
    """The workspace without a request, and without its id in the `needs` of others."""
    item = workspace.item(ref)
    if item is None:
        return workspace
    without = workspace.remove(ref)
    file = without.files[ref.path]
    return without.with_items(ref.path, tuple(_without_need(each, item.request.id) for each in file.items))


def _without_need(item: Item, request_id: str) -> Item:
    if request_id not in item.request.needs:
        return item
    needs = tuple(each for each in item.request.needs if each != request_id)
    return replace(item, request=msgspec.structs.replace(item.request, needs=needs))


def moved(workspace: Workspace, ref: Ref, step: int) -> Workspace:
    """The request `step` places further down in its file; the same workspace where it cannot go on."""
    file = workspace.files[ref.path]
    at = next((index for index, each in enumerate(file.items) if each.key == ref.key), -1)
    to = at + step
    if at < 0 or not 0 <= to < len(file.items):
        return workspace
    items = list(file.items)
    items.insert(to, items.pop(at))
    return workspace.with_items(ref.path, tuple(items))


def transferred(workspace: Workspace, ref: Ref, path: str, request_id: str) -> tuple[Workspace, Ref]:
    """The request at the end of another file, there as a new one under that id; its own `needs` stay behind."""
    item = workspace.item(ref)
    if item is None:
        return workspace, ref
    request = msgspec.structs.replace(item.request, id=request_id, needs=())
    there = taken_out(workspace, ref)
    file = there.files[path]
    return there.with_items(path, (*file.items, Item(item.key, request))), Ref(path, item.key)


def arranged(workspace: Workspace, path: str, ids: Sequence[str], *, drop: bool) -> Workspace:
    """The requests of a file in an order of ids, each the one in the file or a new one's.

    Those that the order does not have go where `drop` is set and the file has them; else they stay, at the end.
    """
    file = workspace.files[path]
    place = {request_id: at for at, request_id in enumerate(ids)}
    named = [(place.get(_name(item), len(ids)), item) for item in file.items]
    kept = [(at, item) for at, item in named if at < len(ids) or not drop or item.saved is None or item.changed]
    return workspace.with_items(path, tuple(item for _, item in sorted(kept, key=lambda pair: pair[0])))


def _name(item: Item) -> str:
    return item.saved.id if item.saved is not None else item.request.id
