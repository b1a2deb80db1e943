"""Adding, copying and removing requests; leaving edits. Only a new collection touches the disk here."""

from __future__ import annotations

import asyncio
import os
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from workbench.interchange.pasting import read_paste
from workbench.model.collection import ID_PATTERN, Collection, SavedRequest
from workbench.model.errors import CollectionError, FileError
from workbench.tui.controllers import loading
from workbench.tui.screens.dialogs import Answer, Ask, AskText

if TYPE_CHECKING:
    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk


def _current_file(desk: Desk) -> OpenFile | None:
    """The file of the request that is shown, or under the cursor of the tree, or the only one."""
    place = desk.place
    path = desk.ref.path if desk.ref else getattr(place, "path", "")
    found = desk.workspace.file(path)
    if found is None and len(desk.workspace.files) == 1:
        found = next(iter(desk.workspace.files.values()))
    return found


async def new(desk: Desk) -> None:
    """Add a request after the one that is shown."""
    if not desk.workspace.files:
        await new_file(desk)
        return
    file = _current_file(desk)
    if file is None:
        desk.say("choose a file or a request in the tree first: a new request goes into a file", "warning")
        return
    if file.broken:
        desk.say(f"{file.path} cannot be read: mend it first (F4 opens it in your editor)", "warning")
        return
    request_id = await _ask_id(desk, file, "New request", "new-request")
    if request_id is not None:
        _insert(desk, file, SavedRequest(id=request_id))


async def new_file(desk: Desk) -> None:
    """Make a new collection file, with a first request, and show it."""
    from workbench.files.editing import create

    def check(value: str) -> str:
        if not value.endswith(".toml") or value.endswith(".local.toml"):
            return "a collection is a file that ends in .toml"
        return "there is such a file already" if os.path.lexists(value) else ""

    folder = str(PurePath(desk.ref.path).parent) if desk.ref else "collections"
    text = "The path of the new collection; its folder is made where there is none."
    path = await desk.ask(AskText("New collection", text, value=f"{folder}/new.toml", check=check))
    if not path:
        return
    collection = Collection(name=PurePath(path).stem, requests=(SavedRequest(id="first"),))
    try:
        await asyncio.to_thread(os.makedirs, str(PurePath(path).parent), exist_ok=True)
        await asyncio.to_thread(create, path, collection)
    except OSError as error:
        desk.say(f"{path} could not be made: {error.strerror}", "error")
        return
    except (FileError, CollectionError) as error:
        desk.say(str(error), "error")
        return
    desk.workspace = loading.take(desk.workspace, [await asyncio.to_thread(loading.read_one, path)])
    desk.ref = desk.workspace.find(path, "first")


async def duplicate(desk: Desk) -> None:
    """Add a copy of the request that is shown after it."""
    file, item = _current_file(desk), desk.workspace.item(desk.ref)
    if file is None or item is None:
        desk.say("no request is selected", "warning")
        return
    request_id = await _ask_id(desk, file, "Copy of " + item.request.id, item.request.id)
    if request_id is not None:
        _insert(desk, file, msgspec.structs.replace(item.request, id=request_id))


async def _ask_id(desk: Desk, file: OpenFile, title: str, wanted: str) -> str | None:
    taken = file.ids()

    def check(value: str) -> str:
        if not ID_PATTERN.fullmatch(value):
            return "an id has a-z, 0-9, '.', '_' and '-', and begins with a letter or digit"
        return f"{value} is taken in this file" if value in taken else ""

    text = f"The id of the request in {file.path}: how the command line and reports call it."
    return await desk.ask(AskText(title, text, value=desk.workspace.free_id(file.path, wanted), check=check))


def _insert(desk: Desk, file: OpenFile, request: SavedRequest) -> None:
    after = desk.ref.key if desk.ref and desk.ref.path == file.path else None
    desk.workspace, desk.ref = desk.workspace.insert(file.path, request, after)


async def delete(desk: Desk) -> None:
    """Take the request that is shown out of its file, after asking; the file changes with the next save."""
    ref, item = desk.ref, desk.workspace.item(desk.ref)
    if ref is None or item is None:
        desk.say("no request is selected", "warning")
        return
    answer = await desk.ask(
        Ask(
            "Delete the request?",
            f"{desk.workspace.name(ref)}\n\nIt goes from the file with the next save (ctrl+s).",
            [Answer("", "Keep it"), Answer("delete", "Delete", "error")],
        )
    )
    if answer != "delete":
        return
    file = desk.workspace.files[ref.path]
    at = next((index for index, each in enumerate(file.items) if each.key == ref.key), 0)
    desk.workspace = desk.workspace.remove(ref)
    left = desk.workspace.files[ref.path].items
    desk.ref = type(ref)(ref.path, left[min(at, len(left) - 1)].key) if left else None


async def revert(desk: Desk) -> None:
    """Go back to the request as its file has it, after asking."""
    ref, item = desk.ref, desk.workspace.item(desk.ref)
    if ref is None or item is None or not item.changed:
        desk.say("this request has no changes")
        return
    gone = "It was never saved, so it goes altogether." if item.saved is None else "It becomes what its file has."
    answer = await desk.ask(
        Ask(
            "Drop the changes?",
            f"{desk.workspace.name(ref)}\n\n{gone}",
            [Answer("", "Keep them"), Answer("drop", "Drop the changes", "error")],
        )
    )
    if answer == "drop":
        desk.workspace = desk.workspace.revert(ref)
        if item.saved is None:
            left = desk.workspace.files[ref.path].items
            desk.ref = type(ref)(ref.path, left[0].key) if left else None


def paste(desk: Desk, text: str) -> None:
    """Fill in the request that is shown from a pasted URL or curl command; its service becomes the target."""
    ref, item = desk.ref, desk.workspace.item(desk.ref)
    if ref is None or item is None:
        desk.say("no request is selected: add one with ctrl+n, then paste again", "warning")
        return
    try:
        pasted = read_paste(text)
    except ValueError as error:
        desk.say(str(error), "error")
        return
    desk.workspace = desk.workspace.edit(ref, pasted.onto(item.request))
    if pasted.service:
        desk.picks = desk.picks.with_service(ref.path, pasted.service)
    left_out = f"; left out: {', '.join(pasted.left_out)}" if pasted.left_out else ""
    desk.say(f"filled in from what was pasted{left_out}", "warning" if left_out else "information")
