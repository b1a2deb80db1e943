"""Requests added, copied and filled in from outside; edits dropped. They change with the next save."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from workbench.model.collection import SavedRequest
from workbench.model.errors import TargetError
from workbench.model.profile import origin
from workbench.tui.controllers.workspace import Ref
from workbench.tui.flows import filing, undoing
from workbench.tui.flows.arranging import ask_id
from workbench.tui.flows.places import file_here, here, request_here
from workbench.tui.screens.dialogs import Answer, Ask

if TYPE_CHECKING:
    from workbench.interchange.pasting import Pasted
    from workbench.tui.controllers.workspace import OpenFile
    from workbench.tui.desk import Desk


async def new(desk: Desk) -> None:
    """Add a request after the one that is shown, and put the focus where typing edits its path."""
    if not desk.workspace.files:
        await filing.new_file(desk)
        return
    file = file_here(desk)
    if file is None:
        desk.say("choose a file or a request in the tree first: a new request goes into a file", "warning")
        return
    if file.broken:
        desk.say(f"{file.path} cannot be read: mend it first (F4 opens it in your editor)", "warning")
        return
    place = here(desk)
    request_id = await ask_id(desk, file, "New request", desk.workspace.free_id(file.path, "new-request"))
    if request_id is not None:
        desk.go_to(_insert(desk, file, SavedRequest(id=request_id), place if isinstance(place, Ref) else None))


async def duplicate(desk: Desk) -> None:
    """Add a copy of a request after it."""
    ref = request_here(desk)
    file, item = file_here(desk), desk.workspace.item(ref)
    if ref is None or file is None or item is None:
        return
    wanted = desk.workspace.free_id(file.path, item.request.id)
    request_id = await ask_id(desk, file, "Copy of " + item.request.id, wanted)
    if request_id is not None:
        _insert(desk, file, msgspec.structs.replace(item.request, id=request_id), ref)


async def follow(desk: Desk) -> None:
    """Add a request that goes where the redirect that is shown points to; nothing is sent."""
    from workbench.tui.controllers.redirect import following

    entry, file = desk.answer.entry, file_here(desk)
    exchange = entry.exchange if entry else None
    if file is None or entry is None or exchange is None or exchange.response is None:
        desk.say("there is no answer to follow", "warning")
        return
    new_id = desk.workspace.free_id(file.path, entry.request.id)
    try:
        request = following(entry.request, str(exchange.path), exchange.response, new_id)
    except TargetError as error:
        desk.say(str(error), "warning")
        return
    _insert(desk, file, request, desk.ref)
    desk.say(f"{new_id} goes where the redirect points to, without credentials: F5 sends it")


def _insert(desk: Desk, file: OpenFile, request: SavedRequest, after: Ref | None) -> Ref:
    key = after.key if after is not None and after.path == file.path else None
    workspace, ref = desk.workspace.insert(file.path, request, key)
    undoing.change(desk, f"added {file.path}#{request.id}", workspace, ref)
    return ref


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
        label, workspace = f"dropped the changes of {desk.workspace.name(ref)}", desk.workspace.revert(ref)
        left = workspace.files[ref.path].items
        first = Ref(ref.path, left[0].key) if left else None
        undoing.change(desk, label, workspace, ref if item.saved is not None else first)


def paste(desk: Desk, text: str) -> None:
    """Fill in the request that is shown from a pasted URL or curl command; its service becomes the target."""
    from workbench.interchange.pasting import read_paste

    ref, item = desk.ref, desk.workspace.item(desk.ref)
    if ref is None or item is None:
        desk.say("no request is selected: add one with ctrl+n, then paste again", "warning")
        return
    try:
        pasted = read_paste(text)
    except ValueError as error:
        desk.say(str(error), "error")
        return
    filled = desk.workspace.edit(ref, pasted.onto(item.request))
    undoing.change(desk, f"filled in {desk.workspace.name(ref)}", filled, ref)
    picked = ""
    if pasted.service and not (desk.aim.target and desk.aim.target.service == pasted.service):
        desk.picks = desk.picks.with_service(ref.path, pasted.service)
        picked = f"; the requests of this file go to {pasted.service} now (service chip or F3 to change)"
    left_out = f"; left out: {', '.join(pasted.left_out)}" if pasted.left_out else ""
    strange = _strange_host(desk, pasted)
    text = f"filled in from what was pasted{strange}{left_out}{picked}; Undo of the palette brings back what was here"
    desk.say(text, "warning" if strange or left_out or picked else "information")


def _strange_host(desk: Desk, pasted: Pasted) -> str:
    """That the gateway of the paste is not the one that requests go to, in words; empty where it is."""
    host, profile = pasted.platform, desk.aim.profile
    if not host or "{{" in host or profile is None:
        return ""
    scheme, _, _ = profile.base_url.partition("://")
    try:
        own = origin(profile.base_url)
        if origin(f"{scheme}://{host}") == own:
            return ""
    except ValueError:
        own = profile.base_url
    return f"; its host {host} is not the one of profile {profile.name}: requests go to {own}, nothing to {host}"
