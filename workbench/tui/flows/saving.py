"""Saving files, what to do when the file on disk is another by now, and leaving without losing anything."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from workbench.model.errors import CollectionError, FileError, WorkbenchError
from workbench.tui.controllers import loading
from workbench.tui.screens.dialogs import Answer, Ask, AskText

if TYPE_CHECKING:
    from workbench.files.collections import LoadedCollection
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
    from workbench.files.errors import ConflictError, DurabilityError

    if file.loaded is None:
        desk.say(f"{file.path} cannot be read: mend it first (F4 opens it)", "error")
        return False
    try:
        await _write(desk, file, file.loaded)
    except ConflictError:
        from workbench.tui.flows import conflicts

        return await conflicts.ask(desk, file.path)
    except DurabilityError as error:
        await desk.ask(Ask("Saved, but not confirmed", str(error), [Answer("", "OK")]))
        return await _read_again(desk, file)
    except (FileError, CollectionError) as error:
        return await _failed(desk, file, error)
    count = file.unsaved
    desk.say(f"saved {file.path}: {count} changed request{'s' if count != 1 else ''}")
    return True


async def _write(desk: Desk, file: OpenFile, loaded: LoadedCollection) -> None:
    """Write a file and show it as it is now; nobody takes the write for somebody else's meanwhile."""
    from workbench.files.editing import save

    desk.saving.add(file.path)
    try:
        await _show(desk, file, await asyncio.to_thread(save, loaded, file.to_write(), file.places()))
    finally:
        desk.saving.discard(file.path)


async def _show(desk: Desk, file: OpenFile, written: LoadedCollection) -> None:
    """A file as it is after it was written."""
    desk.workspace = desk.workspace.saved(file, written)
    if file.bad_requests:  # they stand elsewhere in the file now
        desk.workspace = loading.take(desk.workspace, [await asyncio.to_thread(loading.read_one, file.path)])


async def _read_again(desk: Desk, file: OpenFile) -> bool:
    """A file that was written, though the disk did not confirm it: show what stands there."""
    desk.workspace = loading.take(desk.workspace, [await asyncio.to_thread(loading.read_one, file.path)])
    if desk.workspace.files[file.path].theirs is not None:
        desk.workspace = desk.workspace.rebased(file.path)
    return not desk.workspace.files[file.path].dirty


def text_to_write(file: OpenFile) -> str:
    """The file as a save would make it; where that is not possible yet, its requests one after the other."""
    from workbench.files.drafts import request_text
    from workbench.files.editing import apply

    if file.loaded is not None:
        try:
            edited = apply(file.loaded.data, file.loaded.written, file.to_write(), file.places())
        except CollectionError:
            return "\n".join(request_text(item.request) for item in file.items)
        return edited.decode()
    return ""


async def write_over(desk: Desk, file: OpenFile) -> bool:
    """Write a file as it is here in place of one that is gone or broken by now; that one is kept."""
    from workbench.files.editing import save_over

    if file.loaded is None:
        return False
    try:
        loaded, kept = await asyncio.to_thread(save_over, file.loaded, file.to_write(), file.places())
    except (FileError, CollectionError) as error:
        return await _failed(desk, file, error)
    await _show(desk, file, loaded)
    desk.say(f"wrote {file.path}" + (f"; what stood there is kept in {kept}" if kept else ""))
    return True


async def _failed(desk: Desk, file: OpenFile, error: WorkbenchError) -> bool:
    """Say where it failed in a window that stays, and offer another place."""
    answer = await desk.ask(
        Ask(
            "Not saved",
            f"{error}\n\nYour changes stay here, and so does their draft.",
            [Answer("", "OK"), Answer("retry", "Try again"), Answer("elsewhere", "Save elsewhere", "primary")],
        )
    )
    if answer == "retry":
        return await save_file(desk, desk.workspace.files[file.path])
    if answer == "elsewhere":
        await elsewhere(desk, file)
    return False


async def elsewhere(desk: Desk, file: OpenFile) -> None:
    """Write the file with its changes to another place; the changes stay unsaved here."""
    from workbench.files.editing import save_as

    error = ""
    path: str | None = os.path.join(tempfile.gettempdir(), PurePath(file.path).name)  # noqa: PTH118 - a text for a field
    while file.loaded is not None:
        text = f"The path of the new file:\n\n{error}" if error else "The path of the new file:"
        path = await desk.ask(AskText("Save elsewhere", text, value=path or ""))
        if not path:
            return
        place = await asyncio.to_thread(Path(path).expanduser)
        try:
            await asyncio.to_thread(save_as, file.loaded, file.to_write(), place, file.places())
        except (FileError, CollectionError) as failure:
            error = str(failure)
        else:
            desk.say(f"wrote {place}; {file.path} is as it was, and your changes are still here")
            return


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
    if answer == "discard":
        desk.forget_drafts()
    return answer == "discard"
