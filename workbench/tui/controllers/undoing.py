"""The way back from the last change of what stands where: requests, files, folders. Pure.

A change of requests is undone by comparing three states of a file: before it, after it, and now. What was typed since
stays; only what the change itself did goes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from workbench.tui.controllers.open_file import Item, OpenFile, Ref
    from workbench.tui.controllers.workspace import Workspace

MOST = 50
"""Changes that can be undone, one after the other."""


@dataclass(frozen=True, eq=False)
class Step:
    """One change that can be undone.

    Attributes:
        label: what was done, as "deleted echo.toml#post".
        back: undoes it; raises a `WorkbenchError` where that is not possible, and then nothing has changed.
    """

    label: str
    back: Callable[[], Awaitable[None]]


def changed_files(before: Workspace, after: Workspace) -> Mapping[str, tuple[OpenFile, OpenFile]]:
    """The files that a change of requests has touched, as they were and as they became."""
    return {
        path: (file, after.files[path])
        for path, file in before.files.items()
        if path in after.files and after.files[path] is not file
    }


def undone(now: Workspace, touched: Mapping[str, tuple[OpenFile, OpenFile]]) -> Workspace:
    """The workspace with a change of requests taken back in every file that it touched."""
    for path, (before, after) in touched.items():
        file = now.file(path)
        if file is not None and file.loaded is not None:
            now = now.with_items(path, _items(before, after, file))
    return now


def _items(before: OpenFile, after: OpenFile, now: OpenFile) -> tuple[Item, ...]:
    same_file = now.loaded is before.loaded
    items: list[Item] = []
    for was in before.items:
        became, there = after.item(was.key), now.item(was.key)
        if there is not None and became is not None:
            items.append(replace(there, request=was.request) if there.request == became.request else there)
        elif there is not None:
            items.append(there)
        elif became is None:  # the change took it out
            items.append(was if same_file else replace(was, saved=None, origin=-1))
    known = {was.key for was in before.items}
    neighbour: int | None = None
    for item in now.items:
        if item.key not in known and not _is_as_made(item, after):
            at = next((index + 1 for index, each in enumerate(items) if each.key == neighbour), 0)
            items.insert(at, item)
        neighbour = item.key
    return tuple(items)


def _is_as_made(item: Item, after: OpenFile) -> bool:
    """Whether the change put this request in, and nobody has typed in it since."""
    made = after.item(item.key)
    return made is not None and made.request == item.request


def place_again(now: Workspace, ref: Ref | None, before: Ref | None) -> Ref | None:
    """The request to show after an undo: the one that was shown before the change, else the one that is shown."""
    if now.item(before) is not None:
        return before
    return ref if now.item(ref) is not None else None
