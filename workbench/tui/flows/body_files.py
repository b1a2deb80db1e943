"""Bodies that are files: choosing one from the collection's folder, and opening it in the user's editor."""

from __future__ import annotations

import asyncio
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.content import Content

from workbench.model.errors import FileError
from workbench.model.visible import one_line
from workbench.tui.controllers.answer import size
from workbench.tui.flows import outside
from workbench.tui.screens.pick import Choice, Pick

if TYPE_CHECKING:
    from workbench.tui.desk import Desk


async def choose(desk: Desk) -> None:
    """Choose a file of the collection's folder as the body of the request that is shown."""
    from workbench.files.beside import MOST, files_beside

    item = desk.workspace.item(desk.ref)
    if desk.ref is None or item is None:
        desk.say("no request is selected: there is nothing to give a body to", "warning")
        return
    files, more = await asyncio.to_thread(files_beside, desk.ref.path)
    choices = [
        Choice(
            file.path,
            Content.assemble(one_line(file.path), Content.styled(f"  {size(file.size)}", "$text-muted")),
            file.path,
        )
        for file in files
    ]
    folder = PurePath(desk.ref.path).parent
    note = f"files in {folder}: a body may not come from elsewhere"
    if more:
        note += f"; the first {MOST:,} are listed, the path of any other can be typed"
    current = item.request.body.text if item.request.body and item.request.body.kind == "file" else ""
    chosen = await desk.ask(Pick("Body from a file", choices, current=current, note=note))
    if chosen:
        desk.take_body_file(chosen)


def edit(desk: Desk, relative: str) -> None:
    """Open the body's file in the user's editor; the file itself, not a copy."""
    from workbench.files.bodies import locate

    if desk.ref is None:
        return
    try:
        path = locate(desk.ref.path, relative)
    except FileError as error:
        desk.say(str(error), "error")
        return
    wrong = outside.edit_file(desk.app, str(path), desk.session.environ)
    if wrong:
        desk.say(wrong, "error")
