"""Collections and folders made, renamed and deleted: at once, on the disk, and each can be undone."""

from __future__ import annotations

import asyncio
import os
from pathlib import PurePath
from typing import TYPE_CHECKING

from workbench.model.collection import Collection, SavedRequest
from workbench.model.errors import CollectionError, FileError
from workbench.tui.controllers import loading
from workbench.tui.controllers.workspace import Ref
from workbench.tui.flows import arranging, undoing
from workbench.tui.flows.places import folder_here, here
from workbench.tui.panes.collections_tree import File, Folder
from workbench.tui.screens.dialogs import Answer, Ask, AskText

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk

_MOST_LISTED = 10


def check_file(value: str, *, own: str = "") -> str:
    """What is wrong with a path for a new collection; empty when it can be taken."""
    if not value.endswith(".toml") or value.endswith(".local.toml") or PurePath(value).name.startswith("."):
        return "a collection is a file that ends in .toml"
    return "there is such a file already" if value != own and os.path.lexists(value) else ""


def _check_folder(value: str, *, own: str = "") -> str:
    if not value.strip() or PurePath(value).name.startswith("."):
        return "a folder needs a name that does not begin with a dot"
    return "there is such a folder or file already" if value != own and os.path.lexists(value) else ""


async def new_file(desk: Desk) -> None:
    """Make a new collection file, with a first request, and put the focus where typing edits its path."""
    text = "The path of the new collection; its folder is made where there is none."
    path = await desk.ask(AskText("New collection", text, value=f"{folder_here(desk)}/new.toml", check=check_file))
    if path:
        collection = Collection(name=PurePath(path).stem, requests=(SavedRequest(id="first"),))
        await make_file(desk, path, collection, said=f"made {path}")
        first = desk.workspace.find(path, collection.requests[0].id)
        if first is not None:
            desk.go_to(first)


async def make_file(desk: Desk, path: str, collection: Collection, *, said: str) -> None:
    """Write a new collection and show its first request; it can be undone under the name `said`."""
    from workbench.files.editing import create

    try:
        await asyncio.to_thread(os.makedirs, str(PurePath(path).parent), exist_ok=True)
        await asyncio.to_thread(create, path, collection)
    except OSError as error:
        desk.say(f"{path} could not be made: {error.strerror}", "error")
        return
    except (FileError, CollectionError) as error:
        desk.say(str(error), "error")
        return
    shown = desk.ref
    await _open(desk, path)
    desk.ref = desk.workspace.find(path, collection.requests[0].id)

    async def back() -> None:
        file = desk.workspace.file(path)
        if file is not None and file.dirty:
            raise FileError("it has changes that are not saved", path=path, hint="save or drop them first")
        await _put_away(desk, path)
        desk.ref = shown if desk.workspace.item(shown) else desk.ref

    undoing.remember(desk, said, back)


async def new_folder(desk: Desk) -> None:
    """Make a folder for collections."""
    from workbench.files import operations

    text = "The path of the new folder."
    wanted = await desk.ask(AskText("New folder", text, value=f"{folder_here(desk)}/new", check=_check_folder))
    if not wanted:
        return
    path = str(PurePath(wanted))
    try:
        await asyncio.to_thread(operations.new_folder, path)
    except FileError as error:
        desk.say(str(error), "error")
        return
    desk.workspace = desk.workspace.with_folders([*desk.workspace.folders, path])

    async def back() -> None:
        await asyncio.to_thread(operations.remove_folder, path)
        desk.workspace = desk.workspace.with_folders(each for each in desk.workspace.folders if each != path)

    undoing.remember(desk, f"made {path}", back)


async def rename(desk: Desk) -> None:
    """Rename what the cursor of the tree is on: a request's id, a file, a folder."""
    place = here(desk)
    if isinstance(place, Ref):
        await arranging.rename(desk, place)
    elif place is None:
        desk.say("choose what to rename in the tree first", "warning")
    else:
        is_file = isinstance(place, File)
        what = "file" if is_file else "folder"
        check = check_file if is_file else _check_folder
        before = place.path
        text = f"The new path of the {what}; another folder moves it there."
        title = f"Rename {PurePath(before).name}"
        path = await desk.ask(AskText(title, text, value=before, check=lambda value: check(value, own=before)))
        if path and str(PurePath(path)) != before:
            await _renamed(desk, before, str(PurePath(path)))


async def _renamed(desk: Desk, before: str, path: str) -> None:
    try:
        await _move(desk, before, path)
    except FileError as error:
        desk.say(str(error), "error")
        return
    desk.say(f"{before} is {path} now")

    async def back() -> None:
        await _move(desk, path, before)

    undoing.remember(desk, f"renamed {before}", back)


async def _move(desk: Desk, before: str, after: str) -> None:
    """Rename on the disk, and everything here that is known by the path."""
    from workbench.files import operations

    await asyncio.to_thread(operations.rename, before, after)
    inside = [before] if before in desk.workspace.files else [file.path for file in desk.workspace.below(before)]
    for path in inside:
        now = after if path == before else str(PurePath(after) / PurePath(path).relative_to(before))
        await _follow(desk, path, now)

    def moved(path: str) -> str:
        inside = PurePath(path).is_relative_to(before)
        return str(PurePath(after) / PurePath(path).relative_to(before)) if inside else path

    desk.workspace = desk.workspace.with_folders(moved(each) for each in desk.workspace.folders)
    desk.paths = tuple(moved(each) for each in desk.paths)  # what is read again is read where it is now


async def _follow(desk: Desk, path: str, now: str) -> None:
    read = await asyncio.to_thread(loading.read_one, now)
    ref = desk.ref
    desk.workspace = desk.workspace.renamed(path, read)
    desk.picks = desk.picks.renamed(path, now)
    desk.overrides = desk.overrides.renamed(path, now)
    desk.history = desk.history.renamed(path, now)
    desk.captures = {now if each == path else each: kept for each, kept in desk.captures.items()}
    if ref is not None and ref.path == path:
        desk.ref = Ref(now, ref.key)


async def delete(desk: Desk) -> None:
    """Delete what the cursor of the tree is on, after asking: a request, a file, a folder."""
    place = here(desk)
    if isinstance(place, Ref):
        await arranging.delete(desk, place)
    elif place is None:
        desk.say("choose what to delete in the tree first", "warning")
    else:
        await _delete(desk, place)


async def _delete(desk: Desk, place: File | Folder) -> None:
    path = place.path
    unsaved = [file.path for file in _inside(desk, path) if file.dirty]
    if unsaved:
        desk.say(f"{', '.join(unsaved)} has changes that are not saved: save or drop them first", "warning")
        return
    what = "collection" if isinstance(place, File) else "folder"
    listed = await asyncio.to_thread(_contents, path)
    text = f"{path}{listed}\n\nIt is put away, not destroyed: u in the tree brings it back."
    answers = [Answer("", "Keep it"), Answer("delete", "Delete", "error")]
    if await desk.ask(Ask(f"Delete the {what}?", text, answers)) != "delete":
        return
    try:
        back = await _put_away(desk, path)
    except FileError as error:
        desk.say(str(error), "error")
        return
    undoing.remember(desk, f"deleted {path}", back)


def _inside(desk: Desk, path: str) -> tuple[OpenFile, ...]:
    file = desk.workspace.file(path)
    return (file,) if file is not None else desk.workspace.below(path)


def _contents(path: str) -> str:
    """What is in a folder, for the question; nothing for a file."""
    found = [
        os.path.relpath(os.path.join(here, name), path)  # noqa: PTH118 - texts
        for here, _, names in os.walk(path)
        for name in sorted(names)
    ]
    if not found:
        return ""
    more = f"\n  and {len(found) - _MOST_LISTED} more" if len(found) > _MOST_LISTED else ""
    return "\n\nWith all that is in it:\n" + "\n".join(f"  {name}" for name in found[:_MOST_LISTED]) + more


async def _put_away(desk: Desk, path: str) -> Callable[[], Awaitable[None]]:
    """Delete a file or folder and take it out of the tree; gives the way to bring it back."""
    from workbench.files import operations

    before, shown, paths = desk.workspace, desk.ref, desk.paths
    trashed = await asyncio.to_thread(operations.trash, path)
    gone = [file.path for file in _inside(desk, path)]
    desk.workspace = desk.workspace.removed(gone).with_folders(
        each for each in desk.workspace.folders if not PurePath(each).is_relative_to(path)
    )
    desk.paths = tuple(each for each in paths if each != path)
    if shown is not None and shown.path in gone:
        desk.ref = next((ref for ref, _ in desk.workspace.refs()), None)

    async def back() -> None:
        await asyncio.to_thread(operations.restore, trashed)
        for each in gone:
            await _open(desk, each)
        desk.paths = paths
        again = (each for each in before.folders if PurePath(each).is_relative_to(path))
        desk.workspace = desk.workspace.with_folders([*desk.workspace.folders, *again])
        if shown is not None and shown.path in gone:
            item = before.item(shown)
            desk.ref = desk.workspace.find(shown.path, item.request.id) if item else desk.ref

    return back


async def _open(desk: Desk, path: str) -> None:
    read = await asyncio.to_thread(loading.read_one, path)
    desk.workspace = loading.take(desk.workspace, [read]).in_place(path)
