"""Requests renamed, moved, copied to another file, taken out. They change with the next save, and can be undone."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.collection import ID_PATTERN
from workbench.model.visible import one_line
from workbench.tui.controllers import arranging
from workbench.tui.controllers.workspace import Ref
from workbench.tui.flows import undoing
from workbench.tui.flows.places import request_here
from workbench.tui.screens.dialogs import Answer, Ask, AskText
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk


async def ask_id(desk: Desk, file: OpenFile, title: str, wanted: str, *, own: str = "") -> str | None:
    """An id that is free in the file; `own` is one that may stay."""
    taken = {*file.ids()} - {own}

    def check(value: str) -> str:
        if not ID_PATTERN.fullmatch(value):
            return "an id has a-z, 0-9, '.', '_' and '-', and begins with a letter or digit"
        return f"{value} is taken in this file" if value in taken else ""

    text = f"The id of the request in {file.path}: how the command line and reports call it."
    return await desk.ask(AskText(title, text, value=wanted, suggested=not own, check=check))


async def rename(desk: Desk, ref: Ref) -> None:
    """Give a request another id; requests that need it need it under that id."""
    file, item = desk.workspace.file(ref.path), desk.workspace.item(ref)
    if file is None or item is None:
        return
    before = item.request.id
    wanted = await ask_id(desk, file, f"Rename {before}", before, own=before)
    if wanted is None or wanted == before:
        return
    needed_by = arranging.uses(file, ref.key).needs
    undoing.change(desk, f"renamed {ref.path}#{before}", arranging.renamed(desk.workspace, ref, wanted), desk.ref)
    also = f"; {', '.join(needed_by)} need{'s' if len(needed_by) == 1 else ''} it under that id" if needed_by else ""
    desk.say(f"{before} is {wanted} now{also}")


async def move(desk: Desk, step: int) -> None:
    """Move a request in its file."""
    ref = request_here(desk)
    if ref is None:
        return
    moved = arranging.moved(desk.workspace, ref, step)
    if moved is desk.workspace:
        desk.say("it cannot go further; m moves it to another file")
        return
    undoing.change(desk, f"moved {desk.workspace.name(ref)}", moved, desk.ref)


async def move_to(desk: Desk) -> None:
    """Move a request to another file."""
    ref = request_here(desk)
    item = desk.workspace.item(ref)
    if ref is None or item is None:
        return
    others = [file for path, file in desk.workspace.files.items() if path != ref.path and file.loaded]
    if not others:
        desk.say("there is no other file to move it to: make one first", "warning")
        return
    choices = [Choice(file.path, Content(one_line(file.path)), file.path) for file in others]
    path = await desk.ask(Pick(f"Move {item.request.id} to", choices))
    if not path or desk.workspace.item(ref) is None:
        return
    used = arranging.uses(desk.workspace.files[ref.path], ref.key)
    lost = "\n".join(f"  {item.request.id} needs {each}" for each in item.request.needs)
    if (used or lost) and not await _anyway(desk, ref, "Move", "\n".join(filter(None, (used.lines(), lost)))):
        return
    request_id = desk.workspace.free_id(path, item.request.id)
    label = f"moved {desk.workspace.name(ref)} to {PurePath(path).name}"
    workspace, there = arranging.transferred(desk.workspace, ref, path, request_id)
    undoing.change(desk, label, workspace, there)
    other_id = f" as {request_id}" if request_id != item.request.id else ""
    desk.say(f"{item.request.id} is in {path} now{other_id}: save both files (Save all)")


async def _anyway(desk: Desk, ref: Ref, verb: str, uses: str) -> bool:
    """Whether to go on although requests of the file belong together."""
    text = f"{desk.workspace.name(ref)} belongs to others of its file:\n\n{uses}\n\nIts id goes from their needs."
    answers = [Answer("", "Leave it"), Answer("go", f"{verb} anyway", "warning")]
    return await desk.ask(Ask(f"{verb} it although others use it?", text, answers)) == "go"


async def delete(desk: Desk, ref: Ref) -> None:
    """Take a request out of its file, after asking; the file changes with the next save."""
    file = desk.workspace.file(ref.path)
    if file is None:
        return
    used = arranging.uses(file, ref.key)
    also = f"\n\nOthers use it:\n{used.lines()}\n\nIts id goes from their needs." if used else ""
    answer = await desk.ask(
        Ask(
            "Delete the request?",
            f"{desk.workspace.name(ref)}{also}\n\nIt goes from the file with the next save (ctrl+s). u in the tree "
            "brings it back.",
            [Answer("", "Keep it"), Answer("delete", "Delete", "error")],
        )
    )
    file = desk.workspace.file(ref.path)
    if answer != "delete" or file is None or desk.workspace.item(ref) is None:
        return
    at = next((index for index, each in enumerate(file.items) if each.key == ref.key), 0)
    without = arranging.taken_out(desk.workspace, ref)
    left = without.files[ref.path].items
    shown = desk.ref
    if shown == ref:
        shown = Ref(ref.path, left[min(at, len(left) - 1)].key) if left else None
    undoing.change(desk, f"deleted {desk.workspace.name(ref)}", without, shown)
