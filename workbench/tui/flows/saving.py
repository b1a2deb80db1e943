"""Saving files, what to do when the file on disk is another by now, and leaving without losing anything."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from workbench.model.errors import CollectionError, FileError, WorkbenchError
from workbench.tui.controllers import loading
from workbench.tui.screens.dialogs import Answer, Ask, AskText

if TYPE_CHECKING:
    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk


async def save(desk: Desk) -> None:
    """Save the file of the request that is shown."""
    path = desk.ref.path if desk.ref else getattr(desk.place, "path", "")
    file = desk.workspace.file(path)
    if file is None or not file.dirty:
        others = len(desk.workspace.dirty)
        desk.say("nothing to save here" + (f"; {others} other files have changes" if others else ""))
        return
    await save_file(desk, file)


async def save_all(desk: Desk) -> bool:
    """Save every file with changes; whether all of them are saved now."""
    for file in desk.workspace.dirty:
        if not await save_file(desk, file):
            return False
    return True


async def save_file(desk: Desk, file: OpenFile) -> bool:
    """Save one file; whether it was."""
    from workbench.files.editing import save
    from workbench.files.errors import ConflictError, DurabilityError

    if file.loaded is None or file.bad_requests:
        desk.say(f"{file.path} has requests that cannot be read: mend them first (F4 opens it)", "error")
        return False
    try:
        loaded = await asyncio.to_thread(save, file.loaded, file.to_write(), origins=file.origins())
    except ConflictError as error:
        return await _conflict(desk, file, error)
    except DurabilityError as error:
        desk.say(str(error), "warning")
        return await _read_again(desk, file)
    except (FileError, CollectionError) as error:
        return await _failed(desk, file, error)
    desk.workspace = desk.workspace.saved(file, loaded)
    count = file.unsaved
    desk.say(f"saved {file.path}: {count} changed request{'s' if count != 1 else ''}")
    return True


async def _read_again(desk: Desk, file: OpenFile) -> bool:
    """A file that was written, though the disk did not confirm it: show what stands there."""
    desk.workspace = loading.take(desk.workspace, [await asyncio.to_thread(loading.read_one, file.path)])
    return not desk.workspace.files[file.path].dirty


async def _conflict(desk: Desk, file: OpenFile, error: WorkbenchError) -> bool:
    answer = await desk.ask(
        Ask(
            "The file has changed on disk",
            f"{file.path} is not what was opened: {error.message}\n\n"
            "Mine: read it again, put your changes on top request by request, and save.\n"
            "Theirs: take the file as it is on disk; your changes to it are dropped.\n"
            "Cancel: nothing is written, and your changes stay here.",
            [Answer("", "Cancel"), Answer("mine", "Mine", "primary"), Answer("theirs", "Theirs", "warning")],
        )
    )
    if answer not in ("mine", "theirs"):
        return False
    read = await asyncio.to_thread(loading.read_one, file.path)
    if read.loaded is None:
        desk.say(f"the file on disk cannot be read: {read.problems[0] if read.problems else ''}", "error")
        return False
    workspace = desk.workspace.discard(file.path) if answer == "theirs" else desk.workspace
    desk.workspace = loading.take(workspace, [read])
    merged = desk.workspace.files[file.path]
    if answer == "theirs" or not merged.dirty:
        desk.say(f"{file.path} is now as it is on disk")
        return True
    return await save_file(desk, merged)


async def _failed(desk: Desk, file: OpenFile, error: WorkbenchError) -> bool:
    answer = await desk.ask(
        Ask(
            "Not saved",
            f"{error}\n\nYour changes stay here.",
            [Answer("", "OK"), Answer("retry", "Try again"), Answer("elsewhere", "Save elsewhere")],
        )
    )
    if answer == "retry":
        return await save_file(desk, desk.workspace.files[file.path])
    if answer == "elsewhere":
        await _elsewhere(desk, file)
    return False


async def _elsewhere(desk: Desk, file: OpenFile) -> None:
    """Write the collection with its changes to another file; the changes stay unsaved here."""
    path = await desk.ask(AskText("Save elsewhere", "The path of the new file:", value=file.path + ".mine"))
    if not path or file.loaded is None:
        return
    from workbench.files.editing import create

    try:
        await asyncio.to_thread(create, path, file.to_write())
    except (FileError, CollectionError) as error:
        desk.say(str(error), "error")
    else:
        desk.say(f"wrote {path}")


async def may_leave(desk: Desk) -> bool:
    """Whether the program may end: nothing is unsaved, or was saved now, or may go."""
    dirty = desk.workspace.dirty
    if not dirty:
        return True
    listed = "\n".join(f"  {file.path}: {file.unsaved}" for file in dirty)
    answer = await desk.ask(
        Ask(
            "Leave with changes?",
            f"Changed requests that are not saved:\n\n{listed}",
            [Answer("", "Stay"), Answer("save", "Save all", "primary"), Answer("discard", "Discard", "error")],
        )
    )
    if answer == "save":
        return await save_all(desk)
    return answer == "discard"
